/** Tables of text to a runs table in memory: the one place where all checks come together. */
import { type Problem, Refusal } from '../problems/problem.ts';
import {
  looksLikePerplexity,
  noObservations,
  paramsAreTotal,
  rowWithoutLoss,
  sharesRenormalised,
} from '../problems/runs.ts';
import { perplexityConverted, tokenizersMixed } from '../problems/sets.ts';
import { checkBases, gatherBases } from './bases.ts';
import { checkColumns, columnSpec, renameColumns, usedColumns } from './columns.ts';
import { type EvalFacts, type EvalSpec, findEvals } from './evals.ts';
import { byNumber, byText, distinct } from './order.ts';
import { carriedColumns, type Row, readRows } from './rows.ts';
import { gatherRuns, type RunFacts } from './runFacts.ts';
import type { BaseInfo, EvalColumn, RunInfo, Runs, SetAside } from './runs.ts';
import type { Table } from './table.ts';

export interface TableOptions extends EvalFacts {
  /** Name in a runs table -> name of the column in the files. */
  readonly map?: Readonly<Record<string, string>> | undefined;
}

/**
 * The runs that these tables hold. The order of rows and files does not matter: bases come by size and name, runs
 * by base, domain ratio and name, observations by tokens. Rows of one run name are one run, whichever files they
 * stand in. Empty columns change nothing.
 *
 * Throws a `Refusal` with every fault found, in the order of files and lines; `earlier` are faults that a reader
 * found before. Warnings and notes go to `Runs.problems`, rows without a loss to `Runs.setAside`.
 */
export function tablesToRuns(
  tables: readonly Table[],
  options: TableOptions = {},
  earlier: readonly Problem[] = [],
): Runs {
  const problems: Problem[] = [...earlier];
  const report = (problem: Problem): void => void problems.push(problem);

  const renamed = renameColumns(tables, options.map ?? {}, report);
  const used = usedColumns(renamed);
  if (renamed.length > 0) checkColumns(renamed, used, report);
  const evals = renamed.length === 0 ? [] : findEvals(used, options, report);
  const rows = readRows(renamed, evals, used, report);
  const facts = gatherRuns(rows, used, report);
  for (const problem of mixedTokenizers(rows, evals)) report(problem);

  const files = renamed.map(({ file }) => file);
  refuseErrors(problems, files);
  const runs = buildRuns(facts, evals, used, files, trainingOf(rows, used));
  checkBases(runs, facts, report);
  for (const problem of remarks(runs, rows, used)) report(problem);
  if (runs.n === 0) report(noObservations({}));
  refuseErrors(problems, files);
  return { ...runs, problems: inOrder(problems, files) };
}

/** Throws where there is an error: runs are built from a table without any, and warnings would only hide them. */
function refuseErrors(problems: readonly Problem[], files: readonly string[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Refusal(inOrder(errors, files));
}

/** Problems of no particular place first, then by file and line. */
function inOrder(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const fileRank = ({ place }: Problem): number =>
    place?.file === undefined ? -1 : files.indexOf(place.file);
  return problems.toSorted(
    (a, b) => fileRank(a) - fileRank(b) || (a.place?.line ?? 0) - (b.place?.line ?? 0),
  );
}

/** The values seen in columns that say how runs were trained, base models left out. */
function trainingOf(rows: readonly Row[], used: ReadonlySet<string>): Record<string, string[]> {
  const trained = rows.filter(({ tokens }) => tokens > 0);
  const columns = [...used].filter((column) => columnSpec(column)?.of === 'training').sort();
  const entries = columns.map((column) => [column, valuesOf(trained, column)] as const);
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

/** Distinct values of a column, as text. */
function valuesOf(rows: readonly Row[], column: string): string[] {
  const values = rows.flatMap(({ texts, numbers }) => texts[column] ?? numbers[column] ?? []);
  return [...new Set(values.map(String))].filter((value) => value !== '' && value !== 'NaN').sort(byText);
}

/** Sets in nats a token that were measured under several tokenizers: their losses are in several units. */
function mixedTokenizers(rows: readonly Row[], evals: readonly EvalSpec[]): Problem[] {
  return evals.flatMap(({ name: set, column, unit }, index) => {
    if (unit === 'bpb') return [];
    const measured = rows.filter(({ losses }) => !Number.isNaN(losses[index]));
    const ofSet = valuesOf(measured, `tokenizer_${set}`);
    const tokenizers = ofSet.length > 0 ? ofSet : valuesOf(measured, 'tokenizer');
    return tokenizers.length > 1 ? [tokenizersMixed({ set, tokenizers }, { field: column })] : [];
  });
}

function buildRuns(
  facts: readonly RunFacts[],
  evals: readonly EvalSpec[],
  used: ReadonlySet<string>,
  files: readonly string[],
  training: NonNullable<Runs['training']>,
): Runs {
  const bases = gatherBases(facts, evals);
  const trained = facts.filter(({ rows }) => rows.some(({ tokens }) => tokens > 0));
  const infos = trained.map((one) => ({ one, info: runInfo(one, bases) }));
  infos.sort(({ info: a }, { info: b }) => {
    return byNumber(a.base, b.base) || byNumber(a.domainRatio, b.domainRatio) || byText(a.id, b.id);
  });

  const isSilent = ({ losses }: Row): boolean => losses.every(Number.isNaN);
  const observing = infos.filter(({ one }) => one.rows.some((row) => row.tokens > 0 && !isSilent(row)));
  const observed = observing.flatMap(({ one }, run) => {
    return one.rows.filter((row) => row.tokens > 0 && !isSilent(row)).map((row) => ({ row, run }));
  });
  const floats = (value: (row: Row, run: RunInfo) => number): Float64Array => {
    return Float64Array.from(observed, ({ row, run }) => value(row, observing[run].info));
  };
  const carried = carriedColumns(used).map(
    (name) => [name, floats(({ numbers }) => numbers[name] ?? Number.NaN)] as const,
  );
  return {
    n: observed.length,
    run: Int32Array.from(observed, ({ run }) => run),
    runs: observing.map(({ info }) => info),
    bases,
    params: floats((_, { params }) => params),
    tokens: floats(({ tokens }) => tokens),
    domainRatio: floats((_, { domainRatio }) => domainRatio),
    columns: Object.fromEntries(carried.filter(([, values]) => !values.every(Number.isNaN))),
    evals: evals.map(({ name, role, unit, bytesPerToken, replayed }, index): EvalColumn => {
      return {
        name,
        role,
        unit: unit === 'ppl' ? 'nats' : unit,
        ...(unit === 'ppl' ? { measuredIn: unit } : {}),
        ...(bytesPerToken === undefined ? {} : { bytesPerToken }),
        ...(replayed === undefined ? {} : { replayed }),
        loss: floats(({ losses }) => losses[index]),
      };
    }),
    ...(Object.keys(training).length === 0 ? {} : { training }),
    files,
    file: Int32Array.from(observed, ({ row }) => files.indexOf(row.file)),
    line: Int32Array.from(observed, ({ row }) => row.line),
    setAside: facts.flatMap(({ rows }) => rows.filter(isSilent).map(silentRow)),
    problems: [],
  };
}

function runInfo(facts: RunFacts, bases: readonly BaseInfo[]): RunInfo {
  const { id, params, domainRatio, seed, schedule, lr, warmupTokens, simulated, rows } = facts;
  return {
    id,
    base: bases.findIndex((base) => base.id === facts.base),
    params,
    domainRatio,
    seed,
    schedule,
    lr,
    warmupTokens,
    lastTokens: rows[rows.length - 1].tokens,
    simulated,
  };
}

function silentRow({ file, line, run, tokens }: Row): SetAside {
  return { file, line, run, tokens, reason: rowWithoutLoss({}, { file, line }) };
}

/** A vocabulary larger than any in use: blind guessing over it bounds a loss in nats a token. */
const LARGEST_VOCABULARY = 1e6;

function remarks(runs: Runs, rows: readonly Row[], used: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  if (!used.has('params')) problems.push(paramsAreTotal({}));
  const scaled = rows.map(({ scaledFrom }) => scaledFrom).filter((sum) => !Number.isNaN(sum));
  if (scaled.length > 0) {
    const farthest = scaled.reduce((far, sum) => (Math.abs(sum - 1) > Math.abs(far - 1) ? sum : far));
    problems.push(sharesRenormalised({ rows: scaled.length, farthest }));
  }
  const converted = runs.evals.flatMap(({ name, measuredIn }) => (measuredIn === 'ppl' ? [name] : []));
  if (converted.length > 0) problems.push(perplexityConverted({ sets: converted }));
  const ceiling = Math.log(LARGEST_VOCABULARY);
  for (const { name, unit, loss } of runs.evals) {
    const largest = distinct(loss).at(-1) ?? Number.NaN;
    if (unit === 'nats' && largest > ceiling) {
      problems.push(looksLikePerplexity({ name, largest, ceiling: Number(ceiling.toFixed(1)) }));
    }
  }
  return problems;
}
