/** A saved fit made again without some of its runs. */
import type { FitDocument } from '../documents/fit.ts';
import type { Runs } from '../runs/runs.ts';
import { withoutRuns } from '../runs/without.ts';
import { optionsOfFit, runsOfFit } from './again.ts';
import { type FitOptions, fitRuns } from './fitRuns.ts';

/** How the fit is made: on this thread, unless another way is given. */
type Fitter = (runs: Runs, options: FitOptions) => FitDocument | Promise<FitDocument>;

/**
 * Fits the observations of a fit again, as they were fitted, without the runs of these ids, which join what it had set aside.
 * Throws a `Refusal` for ids of no run, and where no law can be fitted to the rest.
 */
export async function refitWithout(
  fit: FitDocument,
  ids: readonly string[],
  onProgress?: FitOptions['onProgress'],
  fitter: Fitter = fitRuns,
): Promise<FitDocument> {
  const runs = withoutRuns(runsOfFit(fit), ids);
  const again = await fitter(runs, { ...optionsOfFit(fit), onProgress });
  return {
    ...again,
    pilots: { ...again.pilots, setAside: [...fit.pilots.setAside, ...again.pilots.setAside] },
  };
}
