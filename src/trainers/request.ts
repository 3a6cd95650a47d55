/** From a plan's run and what people add to it, to a request that a trainer's adapter takes. */
import type { TrainingRun } from '../documents/trainingRun.ts';
import { emitOptionUnused, placeShared, sharesNotWhole, trainedOn } from '../problems/emission.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { emitNameUnknown, emitNeeds } from '../problems/trainers.ts';
import type { EmitRequest, TrainerAdapter } from './adapter.ts';
import { completeRun, doubleFacts, missingFacts, type RunFacts } from './complete.ts';
import { takingPart } from './steps.ts';

type Places = Readonly<Record<string, string>>;

/** What the command line or a file of settings adds to a run. */
export interface EmitFacts extends RunFacts {
  readonly data?: Places | undefined;
  readonly evalData?: Places | undefined;
  readonly base?: string | undefined;
  readonly tokenizer?: string | undefined;
  readonly meanTokens?: Readonly<Record<string, number>> | undefined;
  readonly version?: string | undefined;
  readonly output: string;
  readonly header: readonly string[];
}

/**
 * The request, and what was rounded or not used on the way. Throws a `Refusal` with everything that is missing or told twice
 * and every name that the run does not have, all together.
 */
export function requestOf(
  planned: TrainingRun,
  adapter: TrainerAdapter,
  facts: EmitFacts,
): { readonly request: EmitRequest; readonly notes: readonly Problem[] } {
  const run = withSets(planned, facts);
  const problems = [
    ...missingFacts(run, facts),
    ...doubleFacts(facts),
    ...missingPlaces(run, adapter, facts),
    ...strangeNames(run, facts),
    ...sharedPlaces('--data', facts.data),
    ...sharedPlaces('--eval-data', facts.evalData),
    ...partialShares(run),
  ];
  if (problems.length > 0) throw new Refusal(problems);
  const { data = {}, evalData = {}, base = '', tokenizer, meanTokens, version, output, header } = facts;
  const { notes, ...completed } = completeRun(run, facts);
  const request: EmitRequest = {
    ...completed,
    data,
    evalData,
    base,
    tokenizer: tokenizer ?? null,
    meanTokens: meanTokens ?? null,
    version: version ?? null,
    output,
    header,
  };
  return {
    request,
    notes: [...notes, ...unused(adapter, request.run.schedule.kind, facts), ...trainedOnSets(request)],
  };
}

/** What is told and would not be heeded by this trainer, or with this schedule. */
function unused(adapter: TrainerAdapter, kind: string, facts: EmitFacts): readonly Problem[] {
  const { name, mixing, tokenizer, hasVersions } = adapter;
  const weighs =
    mixing === 'none'
      ? 'cannot weight, and the script that writes its mixture counts tokens itself'
      : 'mixes sequences of one length, so that a weight is a share of tokens';
  const cases: readonly (readonly [given: unknown, heeded: boolean, flag: string, why: string])[] = [
    [facts.meanTokens, mixing === 'documents', '--mean-tokens', `${name} ${weighs}`],
    [facts.tokenizer, tokenizer !== 'unused', '--tokenizer', `${name} takes the tokenizer of the base`],
    [facts.version, hasVersions, '--trainer-version', `one version of ${name} is known`],
    [facts.decay, kind === 'wsd', '--decay', `a ${kind} schedule has no last decay`],
    [facts.finalLrShare, kind !== 'constant', '--final-lr', 'a constant learning rate ends at its peak'],
  ];
  return cases
    .filter(([given, heeded]) => given !== undefined && !heeded)
    .map(([, , flag, why]) => emitOptionUnused({ flag, why }));
}

/** Text that the run is trained on, given as text that it never sees. */
function trainedOnSets({ run, data, evalData }: EmitRequest): readonly Problem[] {
  return Object.entries(evalData).flatMap(([set, place]) =>
    takingPart(run)
      .filter(({ name }) => data[name] === place)
      .map(({ name }) => trainedOn({ set, corpus: name, place })),
  );
}

/** A run that comes without evaluation sets takes those that are given, in the role of the corpus whose name they begin with. */
function withSets(run: TrainingRun, { evalData = {} }: EmitFacts): TrainingRun {
  if (run.evals.length > 0) return run;
  const roleOf = (name: string): 'general' | 'domain' =>
    run.corpora.find((corpus) => name.startsWith(corpus.name))?.role ?? 'general';
  return { ...run, evals: Object.keys(evalData).map((name) => ({ name, role: roleOf(name) })) };
}

function missingPlaces(run: TrainingRun, adapter: TrainerAdapter, facts: EmitFacts): readonly Problem[] {
  const corpora = run.corpora.filter(({ share }) => share > 0).map(({ name }) => name);
  // Without any, a set for each corpus is asked for.
  const sets = run.evals.length > 0 ? run.evals.map(({ name }) => name) : run.corpora.map(({ name }) => name);
  const without = (names: readonly string[], given: object | undefined): readonly string[] =>
    names.filter((name) => !Object.hasOwn(given ?? {}, name));
  const assignments = (names: readonly string[], value: string): string =>
    names.map((name) => `${name}=${value}`).join(',');
  const data = without(corpora, facts.data);
  const evals = adapter.evaluates !== null ? without(sets, facts.evalData) : [];
  const lengths =
    adapter.mixing === 'documents' && corpora.length > 1 ? without(corpora, facts.meanTokens) : [];
  const need = (missing: boolean, flag: string, example: string, why: string): Problem[] =>
    missing ? [emitNeeds({ flag, example, why })] : [];
  return [
    ...need(
      data.length > 0,
      '--data',
      assignments(data, 'PATH'),
      `${adapter.name} is told where each corpus lies (${adapter.means.data})`,
    ),
    ...need(
      evals.length > 0,
      '--eval-data',
      assignments(evals, 'PATH'),
      'each set is evaluated on its own, which is what the plan predicts and what a watcher of the run compares',
    ),
    ...need(
      facts.base === undefined,
      '--base',
      'PATH',
      `the run continues from base weights (${adapter.means.base})`,
    ),
    ...need(
      adapter.tokenizer === 'needed' && facts.tokenizer === undefined,
      '--tokenizer',
      'ID',
      `${adapter.name} does not take it from the base`,
    ),
    ...need(
      lengths.length > 0,
      '--mean-tokens',
      assignments(lengths, 'TOKENS'),
      `${adapter.name} draws documents, and short ones bring fewer tokens than their weight`,
    ),
  ];
}

/** Shares that were changed by hand, one without the others. */
function partialShares({ name, corpora }: TrainingRun): readonly Problem[] {
  const sum = corpora.reduce((total, { share }) => total + share, 0);
  return Math.abs(sum - 1) <= 1e-6 ? [] : [sharesNotWhole({ run: name, sum })];
}

/** Names that the run does not have, most likely slips. */
function strangeNames(run: TrainingRun, { data, evalData, meanTokens }: EmitFacts): readonly Problem[] {
  const corpora = run.corpora.map(({ name }) => name);
  const sets = run.evals.map(({ name }) => name);
  const strange = (
    flag: string,
    given: object | undefined,
    what: string,
    names: readonly string[],
  ): Problem[] =>
    Object.keys(given ?? {})
      .filter((name) => !names.includes(name))
      .map((name) => emitNameUnknown({ flag, name, what, names }));
  return [
    ...strange('--data', data, 'corpora', corpora),
    ...strange('--mean-tokens', meanTokens, 'corpora', corpora),
    ...strange('--eval-data', evalData, 'evaluation sets', sets),
  ];
}

/** Several names in one place, most likely slips too. */
function sharedPlaces(flag: string, places: Places = {}): readonly Problem[] {
  const names = (place: string): readonly string[] =>
    Object.keys(places).filter((name) => places[name] === place);
  return [...new Set(Object.values(places))]
    .filter((place) => names(place).length > 1)
    .map((place) => placeShared({ flag, names: names(place), place }));
}
