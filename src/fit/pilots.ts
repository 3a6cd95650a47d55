/** The pilots as a fit document keeps them, and the span they cover. */
import type { FitDocument } from '../documents/fit.ts';
import type { Runs } from '../runs/runs.ts';
import type { Box } from './promises.ts';

/** Span of params, tokens and domain ratio over all observations that may be fitted. */
export function boxOf(runs: Runs): Box {
  const span = (column: Float64Array): [number, number] => [
    column.reduce((a, b) => Math.min(a, b), Infinity),
    column.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  return { params: span(runs.params), tokens: span(runs.tokens), domainRatio: span(runs.domainRatio) };
}

/** Runs, bases and observations, which a fit carries along so that it can be explained and refitted elsewhere. */
export function pilotsOf(runs: Runs, box: Box): FitDocument['pilots'] {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const byEval = <T>(pick: (index: number) => T): Record<string, T> =>
    Object.fromEntries(runs.evals.map(({ name }, index) => [name, pick(index)]));
  return {
    files: runs.files.map((file) => file.replace(/^.*[/\\]/, '')),
    bases: runs.bases.map(({ id, params, loss }) => ({
      id,
      params,
      loss: byEval((index) => orNull(loss[index])),
    })),
    runs: runs.runs.map((run) => ({
      id: run.id,
      base: run.base,
      params: run.params,
      domainRatio: run.domainRatio,
      seed: run.seed ?? null,
      schedule: run.schedule,
      lr: orNull(run.lr),
      warmupTokens: orNull(run.warmupTokens),
      simulated: run.simulated,
    })),
    observations: {
      run: Array.from(runs.run),
      tokens: Array.from(runs.tokens),
      loss: byEval((index) => Array.from(runs.evals[index].loss, orNull)),
      file: Array.from(runs.file),
      line: Array.from(runs.line),
    },
    setAside: runs.setAside.map(({ file, line, run, tokens, reason }) => ({
      file: file.replace(/^.*[/\\]/, ''),
      line,
      run,
      tokens,
      code: reason.code,
    })),
    range: { params: [...box.params], tokens: [...box.tokens], domainRatio: [...box.domainRatio] },
  };
}
