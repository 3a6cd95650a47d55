/** Where the fit comes from that a command asks: a document, or runs that are fitted on the spot. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { canonicalJson } from '../documents/canonical.ts';
import type { CriticalLawDocument } from '../documents/criticalLaw.ts';
import type { FitDocument } from '../documents/fit.ts';
import { parseDocument, readText } from '../documents/read.ts';
import { documentKinds } from '../documents/schemas.ts';
import { withLaws } from '../fit/chosenLaws.ts';
import { fitOnThreads } from '../fit/fitOnThreads.ts';
import { refitWithout } from '../fit/withoutRuns.ts';
import { LAWS, lawById, lawsFor } from '../laws/registry.ts';
import { fitFaults } from '../mixture/soundFit.ts';
import type { OptionValues } from '../options/all.ts';
import { lawsOfOtherRole, noSetOfRole, tooFewDraws, unknownLaw } from '../problems/fit.ts';
import { optionsExclude } from '../problems/options.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { setAside } from '../runs/honesty.ts';
import { readRuns } from '../runs/read.ts';
import { withoutRuns } from '../runs/without.ts';
import { level as levelUnit } from '../units/ratio.ts';
import type { FittingOptions } from './fittingOptions.ts';
import type { Printer } from './printer.ts';
import { progressLine } from './progress.ts';

/** A fit with its canonical text, from which its file is written and its hash taken. */
export interface AskedFit {
  readonly fit: FitDocument;
  readonly text: string;
  /** Path of the document it was read from; undefined where it was just made from runs, or came in by standard input. */
  readonly path: string | undefined;
}

/** Reads runs and fits them. */
export async function fitFromRuns(
  paths: readonly string[],
  values: OptionValues<FittingOptions>,
  stdin: Readable,
  printer: Printer,
): Promise<AskedFit> {
  const { map, role: roles, unit: units, bytesPerToken, replayEval: replayEvals } = values;
  const { assumeLrTransfer, assumeTransfer } = values;
  const laws = lawsAsked(values);
  const read = await readRuns(paths, { map, roles, units, bytesPerToken, replayEvals, stdin });
  const runs = withoutRuns(setAside(read, { assumeLrTransfer, assumeTransfer }), values.exclude ?? []);
  for (const role of ['general', 'domain'] as const) {
    if (!runs.evals.some((each) => each.role === role)) {
      throw new Refusal([noSetOfRole({ role, found: runs.evals.map(({ name }) => name) })]);
    }
  }
  const progress = progressLine(printer, 'refits');
  const { objective: kind, delta, draws, seed, level, resampling, threads } = values;
  const onProgress = progress.update;
  const options = { objective: { kind, delta }, laws, draws, seed, level, resampling, onProgress };
  const fit = await fitOnThreads(runs, options, threads);
  progress.end();
  return { fit, text: canonicalJson(fit), path: undefined };
}

/** The laws named by --law, after refusing fitting options that do not go together. */
function lawsAsked({ law: ids, objective, delta, draws, level }: OptionValues<FittingOptions>) {
  const known = LAWS.map(({ id }) => id);
  const problems: Problem[] = [];
  const laws = ids?.flatMap((id) => {
    const law = lawById(id);
    if (law === undefined) problems.push(unknownLaw({ law: id, known }, { field: '--law' }));
    return law ?? [];
  });
  if (ids !== undefined && laws !== undefined && laws.length === ids.length) {
    for (const role of ['general', 'domain'] as const) {
      if (laws.some(({ roles }) => roles.includes(role))) continue;
      const ofRole = lawsFor(role).map(({ id }) => id);
      problems.push(lawsOfOtherRole({ role, laws: ids, known: ofRole }));
    }
  }
  if (objective === 'squared' && delta !== undefined) {
    const why = 'squared residuals have no corner';
    problems.push(optionsExclude({ flag: '--delta', other: '--objective squared', why }));
  }
  // One draw beyond each end of the interval, rounding of 1 - level apart.
  const least = Math.ceil((2 / (1 - level)) * (1 - 1e-9));
  if (draws > 0 && draws < least) {
    problems.push(tooFewDraws({ draws, level: levelUnit.display(level), least }, { field: '--draws' }));
  }
  if (problems.length > 0) throw new Refusal(problems);
  return laws;
}

/** Reads a fit document from a path, and makes of it what the options ask: fewer runs, fewer laws. */
async function readFit(
  path: string,
  { exclude = [], law, threads }: OptionValues<FittingOptions>,
  stdin: Readable,
  printer: Printer,
): Promise<AskedFit> {
  const text = await readText(path, stdin);
  const fit = await parseFit(text, path === '-' ? 'standard input' : path);
  const chosen = (whole: FitDocument): FitDocument => (law === undefined ? whole : withLaws(whole, law));
  if (exclude.length === 0) return { fit: chosen(fit), text, path: path === '-' ? undefined : path };
  const progress = progressLine(printer, 'refits');
  const again = await refitWithout(fit, exclude, progress.update, (runs, options) =>
    fitOnThreads(runs, options, threads),
  );
  progress.end();
  return { fit: chosen(again), text: canonicalJson(again), path: undefined };
}

/** A fit document from its text, checked against its schema and against itself. `file` is what messages call its source. */
export async function parseFit(text: string, file: string): Promise<FitDocument> {
  const fit = await parseDocument(text, documentKinds.fit, file);
  const faults = fitFaults(fit, file);
  if (faults.length > 0) throw new Refusal(faults);
  return fit;
}

/** A fit document, or runs that are fitted on the spot: the content of a single file decides. */
export async function fitFromEither(
  paths: readonly string[],
  values: OptionValues<FittingOptions>,
  stdin: Readable,
  printer: Printer,
): Promise<AskedFit> {
  if (paths.length !== 1) return fitFromRuns(paths, values, stdin, printer);
  const [path] = paths;
  if (path !== '-') {
    const start = await readFile(path).catch(() => Buffer.alloc(0));
    return looksLikeDocument(path, start)
      ? readFit(path, values, stdin, printer)
      : fitFromRuns(paths, values, stdin, printer);
  }
  const bytes = await buffer(stdin);
  const again = Readable.from([bytes]);
  return looksLikeDocument('', bytes)
    ? readFit('-', values, again, printer)
    : fitFromRuns(paths, values, again, printer);
}

/** A published curve with its text; `path` is undefined where it came in by standard input. */
export interface AskedLaw {
  readonly law: CriticalLawDocument;
  readonly text: string;
  readonly path: string | undefined;
}

/**
 * The published curve that is the one operand, if it is one; and standard input for whoever reads on, since `-` has been
 * read by then.
 */
export async function lawAmong(
  paths: readonly string[],
  stdin: Readable,
): Promise<{ asked: AskedLaw | undefined; stdin: Readable }> {
  const [path] = paths;
  if (paths.length !== 1) return { asked: undefined, stdin };
  const bytes = path === '-' ? await buffer(stdin) : await readFile(path).catch(() => Buffer.alloc(0));
  const again = path === '-' ? Readable.from([bytes]) : stdin;
  if (
    !/^\uFEFF?\s*\{\s*"schema"\s*:\s*"mixplan\.critical-law\//.test(bytes.subarray(0, 4096).toString('utf8'))
  )
    return { asked: undefined, stdin: again };
  const text = await readText(path, again);
  const law = await parseDocument(
    text,
    documentKinds['critical-law'],
    path === '-' ? 'standard input' : path,
  );
  return { asked: { law, text, path: path === '-' ? undefined : path }, stdin };
}

/** A document opens with its `schema` field; no runs table does. */
function looksLikeDocument(path: string, bytes: Buffer): boolean {
  if (/\.(csv|tsv|jsonl|ndjson)(\.gz)?$/i.test(path)) return false;
  const start = bytes.subarray(0, 4096).toString('utf8');
  return /^\uFEFF?\s*\{\s*"schema"\s*:/.test(start) || /\.json$/i.test(path);
}
