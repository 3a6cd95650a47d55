/**
 * Designs as people write them, in YAML:
 *
 *     sizes: [0.5B, 1.8B]
 *     ratios: [0, 10%, 0.5, 0.9]
 *     tokens: 26B
 *     checkpoints: 20        # or a list of token counts, without tokens
 *     seeds: [1, 2]
 *     warmup: 260M
 *     spikes: {chance: 1%, size: 20%}
 *     diverged: [1.8B-r0.5-s2]
 *
 * or `runs: [{run: a, params: 1.8B, domain_ratio: 30%, seed: 2}, ...]` in place of sizes, ratios and seeds. Every scalar
 * is read as text (the failsafe schema), so that quantities are the same here and on the command line.
 */
import { LineCounter, parseDocument } from 'yaml';
import { jsonPath } from '../documents/read.ts';
import { type Place, type Problem, Refusal } from '../problems/problem.ts';
import {
  designKeysExclude,
  designKeyUnknown,
  designNeeds,
  designRepeated,
  designRunUnknown,
  designShape,
  designSyntax,
  designTooLarge,
} from '../problems/simulate.ts';
import { listExamples } from '../problems/units.ts';
import { formatNumber, formatScaled, positive, share } from '../units/number.ts';
import { modelSize } from '../units/params.ts';
import { ratio, replay } from '../units/ratio.ts';
import { shareUnit } from '../units/share.ts';
import { tokens as tokenCount, trainingTokens } from '../units/tokens.ts';
import type { Unit } from '../units/unit.ts';
import { wholeNumber } from '../units/whole.ts';
import { word } from '../units/words.ts';
import { type Design, type DesignedRun, NO_SPIKES, WARMUP } from './simulate.ts';

const KEYS = [
  'sizes',
  'ratios',
  'seeds',
  'runs',
  'tokens',
  'checkpoints',
  'warmup',
  'spikes',
  'diverged',
] as const;
const RUN_KEYS = ['run', 'params', 'domain_ratio', 'replay', 'seed'] as const;
const SPIKE_KEYS = ['chance', 'size'] as const;

const CHECKPOINTS = 20;
const MOST_CHECKPOINTS = 100_000;
const MOST_ROWS = 1_000_000;
const seedUnit = wholeNumber('seed', 0, '1');
const runName = word('name of a run', ['1.8B-r0.25-s1']);
const spikeChance = shareUnit('chance of a spike', ['1%', '0.01'], share);
const spikeSize = shareUnit('size of a spike', ['20%', '0.2'], positive);

type Path = readonly (string | number)[];
type Keyed<Key extends string> = Readonly<Partial<Record<Key, unknown>>>;

/**
 * The design in a YAML text. `file` is what messages call its source. Throws a `Refusal` with every fault of the file, each
 * with its line and its path (`runs[2].params`).
 */
export function parseDesign(text: string, file: string): Design {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const problems: Problem[] = document.errors.map(({ message, pos }) =>
    designSyntax({ reason: plain(message) }, { file, line: lineAt(pos[0]) }),
  );
  if (problems.length > 0) throw new Refusal(problems);
  const place = (path: Path): Place => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    const line = Array.isArray(range) ? lineAt(Number(range[0])) : undefined;
    return { file, field: jsonPath(path), ...(line === undefined ? {} : { line }) };
  };
  const reader = createReader(problems, place);
  const design = readDesign(toPlain(document, file), reader);
  if (problems.length > 0) throw new Refusal(problems);
  return design;
}

/** Plain data of a document; aliases that unfold without end are refused. */
function toPlain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new Refusal([designSyntax({ reason: plain(error.message) }, { file })]);
  }
}

/** Reads single values; a fault goes to the list of problems, and what could not be read is undefined. */
interface Reader {
  tell(problem: (place: Place) => Problem, path: Path): void;
  /** Absent values stay undefined without a problem. */
  scalar<T>(value: unknown, unit: Unit<T>, path: Path): T | undefined;
  /** A list, or one value in its place; never empty, no value twice. */
  list<T>(value: unknown, unit: Unit<T>, path: Path): T[] | undefined;
  keyed<const Key extends string>(
    value: unknown,
    keys: readonly Key[],
    where: string,
    path: Path,
  ): Keyed<Key> | undefined;
}

function createReader(problems: Problem[], place: (path: Path) => Place): Reader {
  const tell: Reader['tell'] = (problem, path) => void problems.push(problem(place(path)));
  const scalar: Reader['scalar'] = (value, unit, path) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      const expected = `one ${unit.name} such as ${listExamples(unit.examples.slice(0, 2))}`;
      tell((at) => designShape({ found: kindOf(value), expected }, at), path);
      return undefined;
    }
    try {
      return unit.parse(value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      for (const problem of error.problems) problems.push({ ...problem, place: place(path) });
      return undefined;
    }
  };
  const list: Reader['list'] = (value, unit, path) => {
    if (value === undefined) return undefined;
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0) {
      const expected = `at least one ${unit.name}`;
      tell((at) => designShape({ found: 'an empty list', expected }, at), path);
    }
    const before = problems.length;
    const values = items.flatMap((item, k) => {
      const at = Array.isArray(value) ? [...path, k] : path;
      const read = scalar(item, unit, at);
      return read === undefined ? [] : [read];
    });
    if (problems.length > before || values.length === 0) return undefined;
    values.forEach((each, k) => {
      if (values.indexOf(each) < k)
        tell((at) => designRepeated({ value: unit.format(each) }, at), [...path, k]);
    });
    return values;
  };
  const keyed: Reader['keyed'] = (value, keys, where, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const expected = `the keys ${keys.join(', ')}`;
      tell((at) => designShape({ found: kindOf(value), expected }, at), path);
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if ((keys as readonly string[]).includes(key)) continue;
      tell((at) => designKeyUnknown({ key, where, keys }, at), [...path, key]);
    }
    return value as Keyed<(typeof keys)[number]>;
  };
  return { tell, scalar, list, keyed };
}

const NOTHING: Design = { runs: [], spikes: NO_SPIKES, diverged: [] };

function readDesign(value: unknown, reader: Reader): Design {
  const given = reader.keyed(value, KEYS, 'A design', []);
  if (given === undefined) return NOTHING;
  const checkpoints = readCheckpoints(given, reader);
  const warmup = reader.scalar(given.warmup, tokenCount, ['warmup']);
  const runs = given.runs === undefined ? readGrid(given, reader) : readRuns(given, reader);
  const spikes = readSpikes(given.spikes, reader);
  const diverged = reader.list(given.diverged, runName, ['diverged']) ?? [];
  if (runs === undefined || checkpoints === undefined) return NOTHING;

  const names = runs.map(({ id }) => id);
  diverged.forEach((run, k) => {
    if (!names.includes(run))
      reader.tell((at) => designRunUnknown({ run, runs: names }, at), ['diverged', k]);
  });
  const rows = runs.length * checkpoints.length;
  if (rows > MOST_ROWS) reader.tell((at) => designTooLarge({ rows, most: MOST_ROWS }, at), []);
  const warmupTokens = warmup ?? WARMUP * checkpoints[checkpoints.length - 1];
  const shared = { checkpoints, warmupTokens, lr: Number.NaN };
  return { runs: runs.map((run) => ({ ...run, ...shared })), spikes, diverged };
}

type NamedRun = Pick<DesignedRun, 'id' | 'params' | 'domainRatio' | 'seed'>;

const nameOf = (params: number, domainRatio: number, seed: number): string =>
  `${formatScaled(params)}-r${formatNumber(domainRatio)}-s${seed}`;

function readGrid({ sizes, ratios, seeds }: Keyed<(typeof KEYS)[number]>, reader: Reader) {
  const need = (missing: string, example: string): void =>
    reader.tell((at) => designNeeds({ where: 'The design', missing, example }, at), []);
  if (sizes === undefined) need('sizes', 'sizes: [0.5B, 1.8B]');
  if (ratios === undefined) need('ratios', 'ratios: [0, 25%, 0.5, 0.9]');
  const ofSizes = reader.list(sizes, modelSize, ['sizes']);
  const ofRatios = reader.list(ratios, ratio, ['ratios']);
  const ofSeeds = seeds === undefined ? [1] : reader.list(seeds, seedUnit, ['seeds']);
  if (ofSizes === undefined || ofRatios === undefined || ofSeeds === undefined) return undefined;
  return ofSizes.flatMap((params) =>
    ofRatios.flatMap((domainRatio) =>
      ofSeeds.map(
        (seed): NamedRun => ({
          id: nameOf(params, domainRatio, seed),
          params,
          domainRatio,
          seed: String(seed),
        }),
      ),
    ),
  );
}

function readRuns(given: Keyed<(typeof KEYS)[number]>, reader: Reader): NamedRun[] | undefined {
  for (const other of ['sizes', 'ratios', 'seeds'] as const) {
    if (given[other] === undefined) continue;
    const why = 'each run of the list has its own size, ratio and seed';
    reader.tell((at) => designKeysExclude({ key: 'runs', other, why }, at), [other]);
  }
  if (!Array.isArray(given.runs) || given.runs.length === 0) {
    const found = Array.isArray(given.runs) ? 'an empty list' : kindOf(given.runs);
    const expected = 'a list such as [{params: 1.8B, domain_ratio: 0.3}]';
    reader.tell((at) => designShape({ found, expected }, at), ['runs']);
    return undefined;
  }
  const runs = given.runs.map((value: unknown, k) => readRun(value, ['runs', k], reader));
  const named = runs.filter((run) => run !== undefined);
  named.forEach(({ id }, k) => {
    if (named.findIndex((run) => run.id === id) < k)
      reader.tell((at) => designRepeated({ value: id }, at), ['runs', k]);
  });
  return named.length === runs.length ? named : undefined;
}

function readRun(value: unknown, path: Path, reader: Reader): NamedRun | undefined {
  const given = reader.keyed(value, RUN_KEYS, 'A run of a design', path);
  if (given === undefined) return undefined;
  const need = (missing: string, example: string): void =>
    reader.tell((at) => designNeeds({ where: 'This run', missing, example }, at), path);
  if (given.params === undefined) need('params', 'params: 1.8B');
  if (given.domain_ratio === undefined && given.replay === undefined)
    need('domain_ratio', 'domain_ratio: 30%');
  if (given.domain_ratio !== undefined && given.replay !== undefined) {
    const why = 'replay is 1 - domain_ratio';
    reader.tell((at) => designKeysExclude({ key: 'domain_ratio', other: 'replay', why }, at), path);
  }
  const params = reader.scalar(given.params, modelSize, [...path, 'params']);
  const ofDomain = reader.scalar(given.domain_ratio, ratio, [...path, 'domain_ratio']);
  const domainRatio = ofDomain ?? reader.scalar(given.replay, replay, [...path, 'replay']);
  const seed = given.seed === undefined ? 1 : reader.scalar(given.seed, seedUnit, [...path, 'seed']);
  const id = reader.scalar(given.run, runName, [...path, 'run']);
  if (params === undefined || domainRatio === undefined || seed === undefined) return undefined;
  return { id: id ?? nameOf(params, domainRatio, seed), params, domainRatio, seed: String(seed) };
}

/** Tokens of the evaluations, ascending. */
function readCheckpoints(
  { tokens, checkpoints }: Keyed<(typeof KEYS)[number]>,
  reader: Reader,
): number[] | undefined {
  if (Array.isArray(checkpoints)) {
    if (tokens !== undefined) {
      const why = 'the last of the checkpoints is the length of the runs';
      reader.tell((at) => designKeysExclude({ key: 'tokens', other: 'checkpoints', why }, at), ['tokens']);
    }
    return reader.list(checkpoints, trainingTokens, ['checkpoints'])?.sort((a, b) => a - b);
  }
  if (tokens === undefined) {
    const example = 'tokens: 26B, or checkpoints: [1B, 5B, 26B]';
    reader.tell((at) => designNeeds({ where: 'The design', missing: 'tokens', example }, at), []);
    return undefined;
  }
  const length = reader.scalar(tokens, trainingTokens, ['tokens']);
  if (length === undefined) return undefined;
  const most = Math.min(Math.floor(length), MOST_CHECKPOINTS);
  const countUnit = wholeNumber('number of checkpoints', 1, String(CHECKPOINTS), most);
  const count =
    checkpoints === undefined
      ? Math.min(CHECKPOINTS, most)
      : reader.scalar(checkpoints, countUnit, ['checkpoints']);
  return count === undefined
    ? undefined
    : Array.from({ length: count }, (_, i) =>
        i === count - 1 ? length : Math.round(((i + 1) * length) / count),
      );
}

function readSpikes(value: unknown, reader: Reader): Design['spikes'] {
  if (value === undefined) return NO_SPIKES;
  const given = reader.keyed(value, SPIKE_KEYS, 'spikes', ['spikes']);
  if (given === undefined) return NO_SPIKES;
  for (const [missing, example] of [
    ['chance', 'chance: 1%'],
    ['size', 'size: 20%'],
  ] as const) {
    if (given[missing] === undefined)
      reader.tell((at) => designNeeds({ where: 'spikes', missing, example }, at), ['spikes']);
  }
  const chance = reader.scalar(given.chance, spikeChance, ['spikes', 'chance']);
  const size = reader.scalar(given.size, spikeSize, ['spikes', 'size']);
  return chance === undefined || size === undefined ? NO_SPIKES : { chance, size };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'keys' : `the single value ${JSON.stringify(value)}`;
}

/** The parser's sentence, to stand inside one of ours. */
function plain(message: string): string {
  const line = message.replace(/\s+/g, ' ').replace(/\.$/, '');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
