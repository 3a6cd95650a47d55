/** A fit taken for the truth: its best law on each set, and the noise that it found. */
import type { FitDocument } from '../documents/fit.ts';
import { lawById } from '../laws/registry.ts';
import { type Design, type DesignedRun, NO_SPIKES } from './simulate.ts';
import { lossesOfLaw, type Truth } from './truth.ts';

/**
 * @param fit a fit that agrees with itself (`fitFaults`)
 * @param baseLoss base loss of the set `evalIndex` by size; NaN = not known, which only laws of loss (not of change) allow
 */
export function truthOfFit(fit: FitDocument, baseLoss: (evalIndex: number, params: number) => number): Truth {
  return {
    id: 'fit',
    evals: fit.evals.map(({ name, role, unit, noise, members }, evalIndex) => {
      const { law: id, parameters } = members[0];
      const law = lawById(id);
      if (law === undefined) throw new Error(`the fit names a law that this version does not have: ${id}`);
      const base = (params: number): number => baseLoss(evalIndex, params);
      const natural = parameters.map(({ value }) => value);
      return {
        name,
        role,
        unit,
        losses: lossesOfLaw(law, natural, role, base),
        baseLoss: base,
        noise,
        spread: 0,
      };
    }),
  };
}

/** The design of the pilots behind a fit: the same runs, evaluated where they were fitted. */
export function designOfFit({ pilots: { runs, observations } }: FitDocument): Design {
  const checkpoints = runs.map((): number[] => []);
  observations.run.forEach((run, row) => void checkpoints[run].push(observations.tokens[row]));
  return {
    runs: runs.flatMap(({ id, params, domainRatio, seed, lr, warmupTokens }, run): DesignedRun[] =>
      checkpoints[run].length === 0
        ? []
        : [
            {
              id,
              params,
              domainRatio,
              seed: seed ?? undefined,
              checkpoints: checkpoints[run],
              warmupTokens: warmupTokens ?? Number.NaN,
              lr: lr ?? Number.NaN,
            },
          ],
    ),
    spikes: NO_SPIKES,
    diverged: [],
  };
}
