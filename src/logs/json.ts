/** JSON as trainers write it: with NaN and Infinity, line by line, or as one long document of which entries are wanted. */
import type { Decoder } from './sink.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object in a text; bare NaN and infinities become the text "NaN". Undefined where it is no object. */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseLoosely(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!/NaN|Infinity/.test(text)) return undefined;
    try {
      return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, quoteBareWord));
    } catch {
      return undefined;
    }
  }
}

const quoteBareWord = (token: string): string => (token.startsWith('"') ? token : '"NaN"');

/** A number, or the NaN that a text such as "NaN" or "Infinity" stands for; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^-?(nan|inf|infinity)$/i.test(value)) return Number.NaN;
  return undefined;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/**
 * A decoder of one JSON document whose entries are wanted: the objects in arrays that are members of the outermost object,
 * as in `{"log_history": [{...}, {...}]}`. The document is never held in memory, and need not be whole. `onEnd` is told
 * whether it was.
 */
export function entryDecoder(onEntry: (entry: JsonObject) => void, onEnd: (whole: boolean) => void): Decoder {
  const utf8 = new TextDecoder();
  let open = '';
  let inString = false;
  let escaped = false;
  /** Text of the entry so far, where it began in an earlier chunk. */
  let entry: string | undefined;
  let entryDepth = 0;
  let begun = false;

  const take = (text: string): void => {
    let start = 0;
    for (let k = 0; k < text.length; k += 1) {
      const code = text.charCodeAt(k);
      if (inString) {
        if (escaped) escaped = false;
        else if (code === BACKSLASH) escaped = true;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        begun = true;
        if (entry !== undefined) entryDepth += 1;
        else if (code === OPEN_BRACE && open === '{[') {
          entry = '';
          entryDepth = 1;
          start = k;
        } else open += code === OPEN_BRACE ? '{' : '[';
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        if (entry === undefined) open = open.slice(0, -1);
        else {
          entryDepth -= 1;
          if (entryDepth === 0) {
            const object = parseObject(entry + text.slice(start, k + 1));
            if (object !== undefined) onEntry(object);
            entry = undefined;
          }
        }
      }
    }
    if (entry !== undefined) entry += text.slice(start);
  };
  return {
    push: (bytes) => take(utf8.decode(bytes, { stream: true })),
    end: () => onEnd(begun && open === '' && entry === undefined),
  };
}
