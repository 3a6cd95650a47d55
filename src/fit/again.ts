/** A saved fit taken up again: its observations as a table, and how they were fitted, so that some may be left out. */
import type { FitDocument } from '../documents/fit.ts';
import { lawById } from '../laws/registry.ts';
import {
  atBound,
  brokenPromise,
  fewAgree,
  lawDrifts,
  noiseAssumed,
  refitsUnfinished,
} from '../problems/fit.ts';
import type { Runs } from '../runs/runs.ts';
import type { FitOptions } from './fitRuns.ts';
import { RESAMPLING_SCHEMES, type ResamplingId } from './resample.ts';

/** Remarks that a fit makes anew; the others came with the table. */
const MADE_BY_FITS: ReadonlySet<string> = new Set(
  [atBound, brokenPromise, fewAgree, lawDrifts, noiseAssumed, refitsUnfinished].map(({ code }) => code),
);

/** The observations of a fit as the table they were fitted from, without what was set aside. */
export function runsOfFit({ pilots, evals, problems }: FitDocument): Runs {
  const { observations } = pilots;
  const n = observations.run.length;
  const orNaN = (value: number | null | undefined): number => value ?? Number.NaN;
  const ofRun = (value: (run: (typeof pilots.runs)[number]) => number): Float64Array =>
    Float64Array.from(observations.run, (run) => value(pilots.runs[run]));
  const lastTokens = pilots.runs.map((_, index) =>
    observations.tokens.reduce(
      (last, tokens, row) => (observations.run[row] === index ? Math.max(last, tokens) : last),
      0,
    ),
  );
  return {
    n,
    run: Int32Array.from(observations.run),
    runs: pilots.runs.map(({ seed, lr, warmupTokens, ...run }, index) => ({
      ...run,
      seed: seed ?? undefined,
      lr: orNaN(lr),
      warmupTokens: orNaN(warmupTokens),
      lastTokens: lastTokens[index],
    })),
    bases: pilots.bases.map(({ id, params, loss }) => ({
      id,
      params,
      loss: evals.map(({ name }) => orNaN(loss[name])),
      rows: 1,
    })),
    params: ofRun(({ params }) => params),
    tokens: Float64Array.from(observations.tokens),
    domainRatio: ofRun(({ domainRatio }) => domainRatio),
    columns: {},
    evals: evals.map(({ name, role, unit, measuredIn, bytesPerToken, replayed }) => ({
      name,
      role,
      unit,
      measuredIn,
      bytesPerToken,
      replayed,
      loss: Float64Array.from(observations.loss[name], orNaN),
    })),
    training: pilots.training,
    files: pilots.files,
    file: Int32Array.from(observations.file),
    line: Int32Array.from(observations.line),
    setAside: [],
    problems: problems.filter(({ code }) => !MADE_BY_FITS.has(code)),
  };
}

/** How a fit was made, as its document says. */
export function optionsOfFit({ evals, draws, seed, level }: FitDocument): FitOptions {
  const ids = new Set(
    evals.flatMap(({ members, notFitted }) => [...members, ...notFitted].map(({ law }) => law)),
  );
  return {
    objective: { kind: evals[0].members[0].objective.kind, delta: cornerGiven(evals) },
    laws: [...ids].flatMap((id) => lawById(id) ?? []),
    draws: draws.count,
    seed,
    level,
    resampling: isResampling(draws.resampling) ? draws.resampling : undefined,
  };
}

/**
 * The corner of the objective where it was given: then it is the same for all laws on all sets to the last digit, and those
 * that are found from the noise are not. Undefined where it is to be found anew.
 */
function cornerGiven(evals: FitDocument['evals']): number | undefined {
  const [first, ...others] = evals.flatMap(({ members }) => members.map(({ objective }) => objective));
  return first.kind !== 'squared' && others.every(({ delta }) => delta === first.delta)
    ? first.delta
    : undefined;
}

function isResampling(id: string): id is ResamplingId {
  return RESAMPLING_SCHEMES.some((scheme) => scheme.id === id);
}
