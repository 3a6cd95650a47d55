/**
 * runs.yaml, which lies beside logs and tells what they do not say:
 *
 *     defaults:                 # for all runs
 *       params: 333k
 *       sequence_length: 1024
 *       batch_size: 64
 *       loss_general: eval/wiki/loss     # which metric is which set
 *     runs:
 *       pilot-r30:              # one run by its name, or several: pilot-*
 *         domain_ratio: 0.3
 *         base_loss_general: 2.10
 *
 * Every scalar is read as text (the failsafe schema), so that quantities are the same here and on the command line.
 */
import { LineCounter, parseDocument } from 'yaml';
import { jsonPath } from '../documents/read.ts';
import { factsShape, factsSyntax, factUnknown } from '../problems/logs.ts';
import { nearest } from '../problems/nearest.ts';
import { type Place, type Problem, Refusal } from '../problems/problem.ts';
import { FACT_NAMES, isFact } from './factNames.ts';

/** A fact as somebody told it. */
export interface ToldFact {
  readonly text: string;
  readonly place: Place;
}

export interface FactsFile {
  readonly file: string;
  readonly defaults: Readonly<Record<string, ToldFact>>;
  /** By name or pattern of runs, in the order of the file. */
  readonly runs: readonly {
    readonly pattern: string;
    readonly place: Place;
    readonly facts: Readonly<Record<string, ToldFact>>;
  }[];
}

/** Reads the text of a runs.yaml. Throws a `Refusal` with every fault, each with its line. */
export function parseFactsFile(text: string, file: string): FactsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new Refusal(
      document.errors.map(({ message, pos }) => {
        const reason = message.replace(/\s+/g, ' ').replace(/\.$/, '');
        return factsSyntax({ reason }, { file, line: lines.linePos(pos[0]).line });
      }),
    );
  }
  const problems: Problem[] = [];
  const place = (path: readonly (string | number)[]): Place => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    const line = Array.isArray(range) ? lines.linePos(Number(range[0])).line : undefined;
    return { file, field: jsonPath(path), ...(line === undefined ? {} : { line }) };
  };
  const keyed = (value: unknown, path: readonly string[], expected: string): [string, unknown][] => {
    if (value === undefined) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
    problems.push(factsShape({ found: kindOf(value), expected }, place(path)));
    return [];
  };
  const facts = (value: unknown, path: readonly string[]): Record<string, ToldFact> => {
    const told: Record<string, ToldFact> = {};
    for (const [fact, given] of keyed(value, path, 'facts such as params: 333k')) {
      const at = place([...path, fact]);
      if (!isFact(fact)) problems.push(factUnknown({ fact, nearest: nearest(fact, FACT_NAMES) }, at));
      else if (typeof given !== 'string' || given === '') {
        problems.push(factsShape({ found: kindOf(given), expected: 'a single value' }, at));
      } else told[fact] = { text: given, place: at };
    }
    return told;
  };

  const top = keyed(plain(document, file), [], 'the keys defaults and runs');
  for (const [key] of top) {
    if (key !== 'defaults' && key !== 'runs')
      problems.push(
        factsShape(
          { found: `the key ${JSON.stringify(key)}`, expected: 'the keys defaults and runs' },
          place([key]),
        ),
      );
  }
  const { defaults, runs } = Object.fromEntries(top);
  const read: FactsFile = {
    file,
    defaults: facts(defaults, ['defaults']),
    runs: keyed(runs, ['runs'], 'runs by name').map(([pattern, value]) => ({
      pattern,
      place: place(['runs', pattern]),
      facts: facts(value, ['runs', pattern]),
    })),
  };
  if (problems.length > 0) throw new Refusal(problems);
  return read;
}

/** Plain data; aliases that unfold without end are refused. */
function plain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS() ?? undefined;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new Refusal([factsSyntax({ reason: error.message.replace(/\.$/, '') }, { file })]);
  }
}

/** Whether a run's name is the pattern, or matches it: * stands for any text, ? for one character. */
export function matchesRun(pattern: string, run: string): boolean {
  if (pattern === run) return true;
  if (!/[*?]/.test(pattern)) return false;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(run);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'keys' : `the single value ${JSON.stringify(value)}`;
}
