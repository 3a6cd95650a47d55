/**
 * `mixplan.yaml` as people write it:
 *
 *     runs: [pilots/a.csv, pilots/b.csv]
 *     gpu: h100-sxm
 *     tolerance: {fineweb: 3%, wiki: 2%}
 *     extrapolate: true
 *
 * Every scalar is read as text (the failsafe schema) and given to the option's own parser, so that a value means the same
 * here and on the command line.
 */
import { dirname, isAbsolute, join } from 'node:path';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Place, type Problem, Refusal } from '../problems/problem.ts';
import {
  settingOnlyOnCommandLine,
  settingShape,
  settingsNotKeys,
  settingsSyntax,
  settingTwice,
  settingUnknown,
} from '../problems/settings.ts';
import type { Unit } from '../units/unit.ts';
import type { OptionName } from './all.ts';
import { type OperandKey, operandKeys, type Settings, settingKeys } from './settings.ts';

/** What can be read from a value: its text, or those of its items. */
type Written =
  | { readonly kind: 'nothing' | 'nested' }
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'items' | 'names'; readonly items: readonly { text: string; node: Node | null }[] };

/**
 * The settings in a YAML text. `file` is its path, for messages and for the paths in it, which are relative to it. Throws a
 * `Refusal` with every fault of the file, each with line and column.
 */
export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Pick<Place, 'file' | 'line' | 'column'> => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  // One slip makes many errors, of which the first is the one to mend.
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new Refusal([settingsSyntax({ reason: plain(broken.message) }, at(broken.pos[0]))]);
  const { contents } = document;
  const operands = new Map<OperandKey, readonly string[]>();
  const values = new Map<OptionName, unknown>();
  const settings: Settings = { file, operands, values };
  if (contents === null || (isScalar(contents) && contents.value === '')) return settings;
  if (!isMap(contents)) {
    const found = isSeq(contents) ? 'a list' : 'a single value';
    throw new Refusal([settingsNotKeys({ found }, at(contents.range?.[0] ?? 0))]);
  }

  const problems: Problem[] = [];
  const givenAs = new Map<OptionName, string>();
  for (const { key: keyNode, value: node } of contents.items) {
    const key = isScalar(keyNode) ? String(keyNode.value) : '';
    const keyPlace = { ...at(startOf(keyNode) ?? 0), field: key };
    const place = (of: Node | null): Place => ({ ...at(startOf(of) ?? startOf(keyNode) ?? 0), field: key });
    const tell = (told: readonly Problem[], of: Node | null): void =>
      void problems.push(...told.map((problem) => ({ ...problem, place: place(of) })));
    const written = readNode(node as Node | null, document);
    const operand = operandKeys.find((each) => each === key);
    const known = settingKeys.get(key);
    if (operand !== undefined) {
      const paths = pathsOf(operand, written, (problem) => tell([problem], node as Node | null));
      operands.set(
        operand,
        paths.map((each) => relativeTo(file, each)),
      );
    } else if (known === undefined) {
      const keys = [...operandKeys, ...settingKeys.keys()];
      problems.push(settingUnknown({ key, keys }, keyPlace));
    } else if (known.kind === 'commandLineOnly') {
      problems.push(settingOnlyOnCommandLine({ key }, keyPlace));
    } else {
      const { name, unit } = known;
      const also = givenAs.get(name);
      if (also !== undefined) problems.push(settingTwice({ key, also }, keyPlace));
      givenAs.set(name, key);
      const value = unit === undefined ? switchOf(key, written) : readValue(key, unit, written);
      if ('faults' in value)
        for (const { problem, node: of } of value.faults) tell([problem], of ?? (node as Node | null));
      else values.set(name, unit?.isPath === true ? relativeTo(file, String(value.value)) : value.value);
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
  return settings;
}

type Read =
  | { readonly value: unknown }
  /** `node` where the fault is in an item. */
  | { readonly faults: readonly { readonly problem: Problem; readonly node: Node | null }[] };

function readNode(node: unknown, document: Document): Written {
  const target = resolved(node, document);
  const text = textOf(target, document);
  if (text !== undefined) return { kind: 'one', text };
  if (isSeq(target) && target.items.length > 0) {
    const items = target.items.flatMap((item) => itemOf(textOf(item, document), item));
    return items.length === target.items.length ? { kind: 'items', items } : { kind: 'nested' };
  }
  if (isMap(target) && target.items.length > 0) {
    const items = target.items.flatMap(({ key, value }) => {
      const text = textOf(value, document);
      return isScalar(key) && text !== undefined ? itemOf(`${String(key.value)}=${text}`, value) : [];
    });
    return items.length === target.items.length ? { kind: 'names', items } : { kind: 'nested' };
  }
  return { kind: 'nothing' };
}

function itemOf(text: string | undefined, node: unknown): { text: string; node: Node | null }[] {
  return text === undefined ? [] : [{ text, node: node as Node | null }];
}

/** The text of a scalar; undefined for what is none, and for one that says nothing. */
function textOf(node: unknown, document: Document): string | undefined {
  const target = resolved(node, document);
  if (!isScalar(target)) return undefined;
  const text = String(target.value);
  return target.type === 'PLAIN' && /^(|~|null)$/i.test(text) ? undefined : text;
}

function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function readValue(key: string, unit: Unit<unknown>, written: Written): Read {
  if (written.kind === 'one') return parseText(unit, written.text, null);
  if ((written.kind === 'items' || written.kind === 'names') && written.kind === unit.collects) {
    const reads = written.items.map(({ text, node }) => parseText(unit, text, node));
    const faults = reads.flatMap((read) => ('faults' in read ? read.faults : []));
    if (faults.length > 0) return { faults };
    // A unit that collects items makes a list of each; names are told apart by the unit itself.
    return written.kind === 'items'
      ? { value: reads.flatMap((read) => ('value' in read ? read.value : [])) }
      : parseText(unit, written.items.map(({ text }) => text).join(','), null);
  }
  return {
    faults: [{ problem: settingShape({ key, found: foundText(written), forms: formsOf(unit) }), node: null }],
  };
}

/** How a value may be written, in words. */
function formsOf({ examples, collects }: Unit<unknown>): readonly string[] {
  const several = examples.find((text) => text.includes(collects === 'names' ? '=' : ',')) ?? examples[0];
  const spread = several.replaceAll('=', ': ').replaceAll(',', ', ');
  return [
    `one value such as ${examples[0]}`,
    ...(collects === 'items' ? [`a list such as [${spread}]`] : []),
    ...(collects === 'names' ? [`keys with values such as {${spread}}`] : []),
  ];
}

function parseText(unit: Unit<unknown>, text: string, node: Node | null): Read {
  try {
    return { value: unit.parse(text) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { faults: error.problems.map((problem) => ({ problem, node })) };
  }
}

function switchOf(key: string, written: Written): Read {
  const text = written.kind === 'one' ? written.text : '';
  if (/^(true|false)$/i.test(text)) return { value: text.toLowerCase() === 'true' };
  const problem = settingShape({
    key,
    found: foundText(written),
    forms: ['true', 'false'],
  });
  return { faults: [{ problem, node: null }] };
}

function pathsOf(key: OperandKey, written: Written, tell: (problem: Problem) => void): readonly string[] {
  const texts =
    written.kind === 'one'
      ? [written.text]
      : written.kind === 'items' && key === 'runs'
        ? written.items.map(({ text }) => text)
        : undefined;
  if (texts?.every((text) => text.trim() !== '')) return texts;
  const forms =
    key === 'runs' ? ['a path such as pilots.csv', 'a list of paths'] : ['a path such as pilots.fit.json'];
  tell(settingShape({ key, found: foundText(written), forms }));
  return [];
}

/** Paths in a file start at its folder, wherever the command runs. */
function relativeTo(file: string, path: string): string {
  return path === '-' || isAbsolute(path) ? path : join(dirname(file), path);
}

function foundText(written: Written): string {
  switch (written.kind) {
    case 'nothing':
      return 'no value';
    case 'one':
      return JSON.stringify(written.text);
    case 'items':
      return 'a list';
    case 'names':
      return 'keys with values';
    case 'nested':
      return 'values nested in values';
  }
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}

/** A reason as part of a sentence. */
function plain(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
