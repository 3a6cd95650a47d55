/** The runs that some logs hold: all that was read and told of them, put together and checked against each other. */
import { basename } from 'node:path';
import { baseLossesNotLogged, evaluatedTwice, factsUnused, launchedElse } from '../problems/logs.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { groupBy } from '../runs/order.ts';
import { formatNumber } from '../units/number.ts';
import { assembleRun } from './assemble.ts';
import type { RunLog } from './collect.ts';
import { noteSet, type SetSeen } from './evalSets.ts';
import type { EvalSet, ImportedRun, ImportedRuns } from './evaluation.ts';
import { factsOfRun, type Launched, type LogFacts } from './facts.ts';
import { matchesRun } from './factsFile.ts';
import { type MissingFact, missingProblems } from './missing.ts';
import type { OpenLog } from './open.ts';
import { naturally } from './sources.ts';
import { tableRun } from './tableRun.ts';

export const hasEvaluations = ({ series, rows }: RunLog): boolean =>
  rows.length > 0 || [...series.values()].some(({ values }) => values.size > 0);

/** Whether anything but settings was read of a run. */
const saysSomething = ({ metrics, rows, problems }: RunLog): boolean =>
  metrics.size > 0 || rows.length > 0 || problems.length > 0;

/**
 * The runs that some logs hold so far. Throws a `Refusal` where facts are missing or wrong.
 * @param isTold which runs are told of; the others are passed over without a word
 */
export function assembleRuns(
  logs: readonly OpenLog[],
  facts: LogFacts,
  isTold: (log: RunLog) => boolean = () => true,
): ImportedRuns {
  const problems: Problem[] = [];
  const missing: MissingFact[] = [];
  // What is lost of a log may be why something is missing.
  const damage: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const lack = (one: MissingFact): void => void missing.push(one);
  const parts = logs.flatMap((log) => partsOf(log).filter(({ collected }) => isTold(collected)));
  const told = toldAnywhere(logs, facts);
  const sets = new Map<string, SetSeen>();

  const runs = parts.map(({ log, name, collected }): ImportedRun => {
    const settings = { ...log.settings, ...collected.settings };
    const { format, files } = log.source;
    const factOf = factsOfRun(name, parts.length === 1, settings, facts, log.factsFiles, report);
    for (const problem of [...log.settingsProblems, ...collected.problems]) report(problem);
    damage.push(...collected.problems);
    const one = {
      name,
      format,
      files: files.map(({ path }) => path),
      log: { ...collected, settings },
      factOf,
      told,
    };
    const isTable = format.id === 'runs';
    const { run, units } = isTable
      ? { run: tableRun(one, report), units: {} }
      : assembleRun(one, { report, lack });
    for (const set of new Set(run.evaluations.flatMap(({ losses }) => Object.keys(losses))))
      noteSet(sets, set, name, factOf, units, facts, report);
    if (
      !isTable &&
      facts.launched !== undefined &&
      factOf('params')?.origin !== originOf(facts.launched) &&
      !isLaunched(name, parts.length, facts)
    )
      report(
        launchedElse({
          run: name,
          file: facts.launched.file,
          known: facts.launched.runs.map((each) => each.name),
        }),
      );
    return run;
  });
  for (const problem of repeated(runs)) report(problem);
  lackBases(runs, lack);
  for (const {
    name,
    role,
    runs: [run],
  } of sets.values())
    if (role === undefined) lack({ run, fact: `role_${name}`, settings: {} });
  const refused = [...problems.filter(({ severity }) => severity === 'error'), ...missingProblems(missing)];
  if (refused.length > 0) throw new Refusal(distinctProblems([...refused, ...damage]));
  const names = parts.map(({ name }) => name);
  problems.push(...unusedEntries(logs, names), ...withoutBase(runs));
  const evals = [...sets.values()].map(
    ({ name, role, unit }): EvalSet => ({ name, role: role ?? 'general', unit }),
  );
  return {
    runs: runs.toSorted((a, b) => naturally(a.name, b.name)),
    evals: evals.sort((a, b) => naturally(a.name, b.name)),
    problems: distinctProblems(problems),
  };
}

/** The runs in one log with what was read of each. */
function partsOf(log: OpenLog): { log: OpenLog; name: string; collected: RunLog }[] {
  const all = [...log.collectors].map(([run, { log: collected }]) => ({ run, collected }));
  // A log that names its runs has nothing to say without a name, but for damage.
  const telling = all.filter(
    ({ run, collected }) => run !== '' || all.length === 1 || saysSomething(collected),
  );
  const isTable = log.source.format.id === 'runs';
  return telling.map(({ run, collected }) => ({
    log,
    name: run === '' && !isTable ? log.source.name : run,
    collected,
  }));
}

/** Names of all facts that anybody told, for any run. */
function toldAnywhere(logs: readonly OpenLog[], { set = {}, launched }: LogFacts): string[] {
  const files = new Set(logs.flatMap(({ factsFiles }) => factsFiles));
  const ofPlan = launched?.runs.flatMap(({ corpora }) => corpora.map(({ name }) => `unique_${name}`)) ?? [];
  const ofBase = Object.keys(launched?.baseLosses ?? {}).map((name) => `base_loss_${name}`);
  const ofFiles = [...files].flatMap(({ defaults, runs }) =>
    [defaults, ...runs.map(({ facts }) => facts)].flatMap(Object.keys),
  );
  return [...new Set([...Object.keys(set), ...ofFiles, ...ofPlan, ...ofBase])];
}

const originOf = ({ file }: Launched): string => basename(file);

const isLaunched = (name: string, count: number, { launched }: LogFacts): boolean =>
  launched === undefined ||
  launched.runs.some((run) => run.name === name) ||
  (count === 1 && launched.runs.length === 1);

/** Evaluations of one run at the same tokens, within a log or in several. Rows of base models are averaged instead. */
function repeated(runs: readonly ImportedRun[]): Problem[] {
  return [...groupBy(runs, ({ name }) => name)].flatMap(([run, parts]) => {
    const byTokens = groupBy(
      parts.flatMap(({ evaluations, files }) => evaluations.map(({ tokens }) => ({ tokens, files }))),
      ({ tokens }) => tokens,
    );
    const twice = [...byTokens].filter(([tokens, found]) => tokens > 0 && found.length > 1);
    if (twice.length === 0) return [];
    const files = [...new Set(twice.flatMap(([, found]) => found.flatMap((one) => one.files)))];
    const first = `${formatNumber(Math.min(...twice.map(([tokens]) => tokens)))} tokens`;
    return [evaluatedTwice({ run, count: twice.length, first, files })];
  });
}

/** A base that is told for some runs has to be told for all: they would look like runs from a base without a name. */
function lackBases(runs: readonly ImportedRun[], lack: (missing: MissingFact) => void): void {
  const hasBase = ({ columns, evaluations }: ImportedRun): boolean =>
    columns.base !== undefined || evaluations.some(({ cells }) => cells.base !== undefined);
  if (!runs.some(hasBase)) return;
  for (const { name } of runs.filter((run) => !hasBase(run))) lack({ run: name, fact: 'base', settings: {} });
}

function withoutBase(runs: readonly ImportedRun[]): Problem[] {
  const bases = (run: ImportedRun): string =>
    run.columns.base ?? run.evaluations[0]?.cells.base ?? run.columns.params ?? '';
  const measured = new Set(
    runs.filter(({ evaluations }) => evaluations.some(({ tokens }) => tokens === 0)).map(bases),
  );
  const lacking = runs
    .filter((run) => run.evaluations.length > 0 && !measured.has(bases(run)))
    .map(({ name }) => name);
  return lacking.length > 0 ? [baseLossesNotLogged({ runs: lacking })] : [];
}

function unusedEntries(logs: readonly OpenLog[], names: readonly string[]): Problem[] {
  const files = [...new Set(logs.flatMap(({ factsFiles }) => factsFiles))];
  return files.flatMap(({ runs }) =>
    runs
      .filter(({ pattern }) => !names.some((name) => matchesRun(pattern, name)))
      .map(({ pattern, place }) => factsUnused({ pattern, runs: names }, place)),
  );
}

/** The same slip in a file for all runs is told once for each run that it concerns: once is enough. */
function distinctProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify(problem);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
