/**
 * What the commands that ask a fit have in common: where the fit comes from, which tolerances and base losses hold,
 * and for which model.
 */
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { canonicalJson } from '../documents/canonical.ts';
import type { FitDocument } from '../documents/fit.ts';
import { parseDocument, readText } from '../documents/read.ts';
import { documentKinds } from '../documents/schemas.ts';
import { fitRuns } from '../fit/fitRuns.ts';
import { LAWS, lawById } from '../laws/registry.ts';
import { baseLosses, baseLossProblems } from '../mixture/baseLoss.ts';
import type { Constraint } from '../mixture/critical.ts';
import { type Distance, distanceFrom, type Target } from '../mixture/scenario.ts';
import type { OptionValues } from '../options/all.ts';
import { noSetOfRole, unknownLaw } from '../problems/fit.ts';
import { farExtrapolation, planNeeds, tooFarExtrapolation, unknownSet } from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { setAside } from '../runs/honesty.ts';
import { readRuns } from '../runs/read.ts';
import type { Tolerances } from '../units/tolerance.ts';
import type { FittingOptions } from './fittingOptions.ts';
import type { Printer } from './printer.ts';
import { progressLine } from './progress.ts';

/** A fit with its canonical text, from which its file is written and its hash taken. */
export interface AskedFit {
  readonly fit: FitDocument;
  readonly text: string;
  /** Path of the document it was read from; undefined where it was just made from runs. */
  readonly path: string | undefined;
}

/** Reads runs and fits them. */
export async function fitFromRuns(
  paths: readonly string[],
  values: OptionValues<FittingOptions>,
  stdin: Readable,
  printer: Printer,
): Promise<AskedFit> {
  const { map, role: roles, unit: units, assumeLrTransfer } = values;
  const laws = values.law?.map((id) => {
    const law = lawById(id);
    if (law === undefined) throw new Refusal([unknownLaw({ law: id, known: LAWS.map((each) => each.id) })]);
    return law;
  });
  const runs = setAside(await readRuns(paths, { map, roles, units, stdin }), { assumeLrTransfer });
  for (const role of ['general', 'domain'] as const) {
    if (!runs.evals.some((each) => each.role === role)) {
      throw new Refusal([noSetOfRole({ role, found: runs.evals.map(({ name }) => name) })]);
    }
  }
  const progress = progressLine(printer, 'refits');
  const fit = fitRuns(runs, {
    objective: { kind: values.objective, delta: values.delta },
    laws,
    draws: values.draws,
    seed: values.seed,
    level: values.level,
    onProgress: progress.update,
  });
  progress.end();
  return { fit, text: canonicalJson(fit), path: undefined };
}

export async function readFit(path: string, stdin: Readable): Promise<AskedFit> {
  const text = await readText(path, stdin);
  const fit = await parseDocument(text, documentKinds.fit, path === '-' ? 'standard input' : path);
  return { fit, text, path };
}

/** A fit document, or runs that are fitted on the spot: the content of a single file decides. */
export async function fitFromEither(
  paths: readonly string[],
  values: OptionValues<FittingOptions>,
  stdin: Readable,
  printer: Printer,
): Promise<AskedFit> {
  if (paths.length === 1 && (await looksLikeDocument(paths[0]))) return readFit(paths[0], stdin);
  return fitFromRuns(paths, values, stdin, printer);
}

/** A document opens with its `schema` field; no runs table does. Standard input is always runs. */
async function looksLikeDocument(path: string): Promise<boolean> {
  if (path === '-') return false;
  if (/\.(csv|tsv|jsonl|ndjson)(\.gz)?$/i.test(path)) return false;
  const start = await readFile(path).then(
    (bytes) => bytes.subarray(0, 4096).toString('utf8'),
    () => '',
  );
  return /^\uFEFF?\s*\{\s*"schema"\s*:/.test(start) || /\.json$/i.test(path);
}

/** The model that is asked about: its size and the base losses that laws of change and tolerances start from. */
export function targetOf(
  fit: FitDocument,
  values: OptionValues<'params' | 'baseLoss' | 'assumeBaseFromSizeLaw'>,
): { target: Target; problems: Problem[] } {
  const sizes = [...new Set(fit.pilots.bases.map(({ params }) => params))];
  const params = values.params ?? (sizes.length === 1 ? sizes[0] : undefined);
  if (params === undefined)
    throw new Refusal([planNeeds({ missing: 'the size of the model', flag: '--params 1.8B' })]);
  const base = baseLosses(fit, params, givenBaseLosses(fit, values.baseLoss), values.assumeBaseFromSizeLaw);
  return {
    target: { params, base },
    problems: baseLossProblems(fit, params, base, values.assumeBaseFromSizeLaw),
  };
}

/**
 * How far an answer reaches beyond the pilots. Throws a `Refusal` (exit 1) where that is too far and `--extrapolate` is
 * not given.
 */
export function refuseTooFar(
  fit: FitDocument,
  params: number,
  mostTokens: number,
  extrapolate: boolean,
): { at: (tokens: number) => Distance; problems: Problem[] } {
  const at = (tokens: number): Distance => distanceFrom(fit.pilots.range, params, tokens);
  const { verdict, ...distance } = at(mostTokens);
  if (verdict === 'tooFar' && !extrapolate) throw new Refusal([tooFarExtrapolation(distance)], 1);
  return { at, problems: verdict === 'near' ? [] : [farExtrapolation(distance)] };
}

/** Tolerances on the general sets of the fit. */
export function constraintsOf(fit: FitDocument, tolerances: Tolerances | undefined): Constraint[] {
  if (tolerances === undefined) {
    throw new Refusal([planNeeds({ missing: 'the accepted rise of general loss', flag: '--tolerance 3%' })]);
  }
  const general = fit.evals.flatMap(({ name, role }, evalIndex) =>
    role === 'general' ? [{ name, evalIndex }] : [],
  );
  if (tolerances.kind === 'everySet') {
    return general.map(({ evalIndex }) => ({ evalIndex, tolerance: tolerances.tolerance }));
  }
  return Object.entries(tolerances.tolerances).map(([set, tolerance]) => {
    const found = general.find(({ name }) => name === set);
    if (found === undefined) {
      throw new Refusal([unknownSet({ set, known: general.map(({ name }) => name), flag: '--tolerance' })]);
    }
    return { evalIndex: found.evalIndex, tolerance };
  });
}

/** Base losses named by the user, every name checked against the fit. */
export function givenBaseLosses(
  fit: FitDocument,
  given: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> {
  const known = fit.evals.map(({ name }) => name);
  const unknown = Object.keys(given ?? {}).filter((set) => !known.includes(set));
  if (unknown.length > 0) {
    throw new Refusal(unknown.map((set) => unknownSet({ set, known, flag: '--base-loss' })));
  }
  return given ?? {};
}
