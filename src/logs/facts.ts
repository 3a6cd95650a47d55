/**
 * What is told about runs besides their logs, in layers: `--set`, then runs.yaml (an entry with the run's name, patterns
 * that match it, defaults; files nearer to the log before others), then the plan that launched it, then the settings that
 * its log or a file beside it holds.
 */
import type { TrainingRun } from '../documents/trainingRun.ts';
import type { LogFormatId } from '../options/logFormats.ts';
import { factUnknown, settingAbsent } from '../problems/logs.ts';
import { nearest } from '../problems/nearest.ts';
import { type Place, type Problem, Refusal } from '../problems/problem.ts';
import type { LossUnit, Role } from '../runs/runs.ts';
import { formatNumber } from '../units/number.ts';
import { FACT_NAMES, isFact, namesMetric } from './factNames.ts';
import { type FactsFile, matchesRun } from './factsFile.ts';
import { settingAt, settingPaths } from './settings.ts';

/** What `readLogs` is told about all logs together. */
export interface LogFacts {
  /** By name: a value, `config.PATH` for a setting of the run, or the name of a metric (`loss_*`, `metric_*`, `tokens`). */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** Takes every file for a log of this format. */
  readonly format?: LogFormatId | undefined;
  /** The runs that were launched, matched by name. */
  readonly launched?: Launched | undefined;
  readonly roles?: Readonly<Record<string, Role>> | undefined;
  readonly units?: Readonly<Record<string, LossUnit>> | undefined;
  /** Where the table of runs will be written: an earlier one there is no log of a folder that is searched. */
  readonly result?: string | undefined;
}

/** A plan or a list of pilots, of which the logs are. */
export interface Launched {
  readonly file: string;
  readonly runs: readonly TrainingRun[];
  /** Losses of the base model by set, in the unit of the set. */
  readonly baseLosses: Readonly<Record<string, number>>;
}

/** A fact of one run, and where it comes from in words. */
export interface Fact {
  readonly text: string;
  readonly origin: string;
  readonly place: Place;
}

export type FactOf = (name: string) => Fact | undefined;

/** Throws a `Refusal` for names in `--set` that are no facts. */
export function checkSet(set: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(set).filter((name) => !isFact(name));
  if (unknown.length === 0) return;
  throw new Refusal(
    unknown.map((fact) => factUnknown({ fact, nearest: nearest(fact, FACT_NAMES) }, { field: '--set' })),
  );
}

/** Names of metrics that any fact asks for: those that become tokens, and all others. */
export function metricsTold(
  set: Readonly<Record<string, string>>,
  files: readonly FactsFile[],
): { tokens: Set<string>; series: Set<string> } {
  const told = [
    ...Object.entries(set),
    ...files.flatMap(({ defaults, runs }) =>
      [defaults, ...runs.map(({ facts }) => facts)].flatMap((facts) =>
        Object.entries(facts).map(([name, { text }]) => [name, text] as const),
      ),
    ),
  ].filter(([name]) => namesMetric(name));
  const values = (tokens: boolean): Set<string> =>
    new Set(told.filter(([name]) => (name === 'tokens') === tokens).map(([, text]) => text));
  return { tokens: values(true), series: values(false) };
}

/** Looks facts of one run up. A `config.PATH` that leads nowhere is reported, and the next layer asked. */
export function factsOfRun(
  run: string,
  only: boolean,
  settings: unknown,
  facts: LogFacts,
  files: readonly FactsFile[],
  report: (problem: Problem) => void,
): FactOf {
  const planned = launchedAs(run, only, facts.launched);
  const layers: ((name: string) => Fact | undefined)[] = [
    (name) => {
      const text = facts.set?.[name];
      return text === undefined ? undefined : { text, origin: '--set', place: { field: `--set ${name}` } };
    },
    ...files.toReversed().flatMap(({ file, defaults, runs }) => {
      const entries = runs.filter(({ pattern }) => matchesRun(pattern, run)).map((entry) => entry);
      const exact = entries.filter(({ pattern }) => pattern === run);
      const ordered = [...exact, ...entries.filter(({ pattern }) => pattern !== run).toReversed()];
      return [...ordered.map((entry) => entry.facts), defaults].map(
        (told) =>
          (name: string): Fact | undefined => {
            const fact = Object.hasOwn(told, name) ? told[name] : undefined;
            return fact === undefined ? undefined : { ...fact, origin: baseName(file) };
          },
      );
    }),
    (name) => planned?.[name],
    (name) => fromSettings(name, settings),
  ];
  const known = new Map<string, Fact | undefined>();
  const find: FactOf = (name) => {
    for (const layer of layers) {
      const fact = layer(name);
      if (fact === undefined) continue;
      if (namesMetric(name) || !fact.text.startsWith('config.')) return fact;
      const path = fact.text.slice('config.'.length);
      const text = settingAt(settings, path);
      if (text !== undefined) return { ...fact, text, origin: fact.text };
      report(settingAbsent({ run, fact: name, path, nearest: nearestPath(path, settings) }, fact.place));
      return undefined;
    }
    return undefined;
  };
  return (name) => {
    if (!known.has(name)) known.set(name, find(name));
    return known.get(name);
  };
}

const baseName = (path: string): string => path.replace(/^.*[\\/]/, '');

function nearestPath(path: string, settings: unknown): string | undefined {
  const paths = settingPaths(settings);
  const last = path.replace(/^.*\./, '');
  return nearest(path, paths) ?? paths.find((each) => each.replace(/^.*\./, '') === last);
}

/** What the plan says of the run with this name; of its only run where there is only one log, whatever its name. */
function launchedAs(
  run: string,
  only: boolean,
  launched: Launched | undefined,
): Record<string, Fact> | undefined {
  if (launched === undefined) return undefined;
  const { file, runs, baseLosses } = launched;
  const planned = runs.find(({ name }) => name === run) ?? (only && runs.length === 1 ? runs[0] : undefined);
  if (planned === undefined) return undefined;
  const { model, base, seed, phases, batchTokens, sequenceLength, schedule, corpora, evals } = planned;
  const values: Record<string, number | string | null> = {
    params: model.params,
    base,
    seed,
    domain_ratio: phases.length === 1 ? phases[0].domainRatio : null,
    batch_tokens: batchTokens,
    sequence_length: sequenceLength,
    schedule: schedule.kind === 'unknown' ? null : schedule.kind,
    lr: schedule.peakLr,
    warmup_tokens: schedule.warmupTokens,
    ...Object.fromEntries(corpora.map(({ name, available }) => [`unique_${name}`, available])),
    ...Object.fromEntries(evals.map(({ name, role }) => [`role_${name}`, role])),
    ...Object.fromEntries(Object.entries(baseLosses).map(([set, loss]) => [`base_loss_${set}`, loss])),
  };
  const told = Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  return Object.fromEntries(
    told.map(([name, value]) => {
      const text = typeof value === 'number' ? formatNumber(value) : value;
      return [name, { text, origin: baseName(file), place: { file, field: name } }];
    }),
  );
}

/**
 * Settings whose meaning is certain by the trainer's own names: sequence length and global batch in sequences where both
 * stand together (Megatron; llm-foundry; litgpt), and the seed.
 */
const BATCHES = [
  { sequence_length: 'seq_length', batch_size: 'global_batch_size' },
  { sequence_length: 'max_seq_len', batch_size: 'global_train_batch_size' },
  { sequence_length: 'train.max_seq_length', batch_size: 'train.global_batch_size' },
] as const;

function fromSettings(name: string, settings: unknown): Fact | undefined {
  const told = (path: string): Fact | undefined => {
    const text = settingAt(settings, path);
    return text === undefined || !/^\d+$/.test(text)
      ? undefined
      : { text, origin: `setting ${path}`, place: { field: path } };
  };
  if (name === 'seed') return told('seed');
  if (name !== 'sequence_length' && name !== 'batch_size') return undefined;
  const known = BATCHES.find(
    (pair) => told(pair.sequence_length) !== undefined && told(pair.batch_size) !== undefined,
  );
  return known === undefined ? undefined : told(known[name]);
}
