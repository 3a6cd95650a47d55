/**
 * Makes the fits that ship. `npm run fits` writes them; `npm run fits -- --check` refits and compares what they
 * predict with the files, and exits with 1 where they differ. Predictions and not bytes are compared, because the
 * last digits of exp and log belong to the version of Node.
 */
import { fileURLToPath } from 'node:url';
import { writeAtomically } from '../src/documents/atomic.ts';
import { canonicalJson } from '../src/documents/canonical.ts';
import { type FitDocument, fitSchema } from '../src/documents/fit.ts';
import { parseJson, readText } from '../src/documents/read.ts';
import { fitRuns } from '../src/fit/fitRuns.ts';
import { baseLosses } from '../src/mixture/baseLoss.ts';
import { criticalRatio } from '../src/mixture/critical.ts';
import { predictLosses } from '../src/mixture/predict.ts';
import { makePredictor } from '../src/mixture/predictor.ts';
import { setAside } from '../src/runs/honesty.ts';
import { readRuns } from '../src/runs/read.ts';
import { cmrLaws } from './published/cmr.ts';

const SHIPPED = [{ runs: 'datasets/pilots-kernel-c/runs.csv', fit: 'fits/pilots-kernel-c.fit.json' }];

/** Relative difference of two predictions that counts as none. */
const SAME = 1e-6;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const check = process.argv.includes('--check');
for (const { runs, fit } of SHIPPED) {
  const fresh = await build(runs);
  if (!check) {
    await writeAtomically(fit, canonicalJson(fresh), { force: true });
    console.log(
      `${fit}: ${fresh.draws.count} draws from ${fresh.pilots.observations.run.length} observations`,
    );
    continue;
  }
  const shipped = fitSchema.parse(parseJson(await readText(fit, process.stdin), fit));
  const apart = firstDifference(predictions(shipped), predictions(fresh));
  if (apart === undefined) {
    console.log(`${fit}: predicts what a fit made now predicts, to ${SAME} of each loss and ratio.`);
  } else {
    console.error(
      `${fit}: ${apart.what} is ${apart.shipped} there and ${apart.fresh} in a fit made now; run "npm run fits" and look at why.`,
    );
    process.exitCode = 1;
  }
}

for (const [name, law] of cmrLaws()) {
  const path = `fits/published/${name}`;
  const text = canonicalJson(law);
  if (!check) await writeAtomically(path, text, { force: true });
  else if ((await readText(path, process.stdin)) !== text) {
    console.error(`${path}: not what the table in datasets/published/cmr-2024 gives; run "npm run fits".`);
    process.exitCode = 1;
  }
}

/** With the defaults of `mixplan fit`. */
async function build(path: string): Promise<FitDocument> {
  return fitRuns(setAside(await readRuns([path])), {
    objective: { kind: 'huber', delta: undefined },
    laws: undefined,
    draws: 1000,
    seed: 1,
    level: 0.9,
  });
}

/** What people would ask of the fit, by name: losses and critical ratios with their intervals, in and beyond the pilots. */
function predictions(fit: FitDocument): Map<string, number> {
  const { range } = fit.pilots;
  const named = new Map<string, number>();
  const add = (what: string, point: number, interval: readonly [number, number] | null): void => {
    named.set(what, point);
    interval?.forEach((end, side) => void named.set(`${side === 0 ? 'lower' : 'upper'} end of ${what}`, end));
  };
  for (const params of [range.params[0], range.params[1], 2 * range.params[1]]) {
    const predictor = makePredictor(fit, { params, base: baseLosses(fit, params, {}, true) });
    for (const tokens of [0.5 * range.tokens[1], range.tokens[1], 4 * range.tokens[1]]) {
      const where = `${params} params and ${tokens} tokens`;
      fit.evals.forEach(({ name, role }, evalIndex) => {
        for (const each of predictLosses(predictor, evalIndex, tokens, Float64Array.of(0.1, 0.5, 0.9))) {
          add(`the ${name} loss at ${where}, ratio ${each.domainRatio}`, each.loss, each.interval);
        }
        if (role !== 'general') return;
        const constraint = { evalIndex, tolerance: { kind: 'relative', share: 0.03 } } as const;
        const { point, interval } = criticalRatio(predictor, predictor.atTokens(tokens), [constraint]);
        const ratio = point.kind === 'at' ? point.ratio : point.kind === 'all' ? 1 : 0;
        add(`the critical ratio by ${name} at ${where}`, ratio, interval);
      });
    }
  }
  return named;
}

/** The first prediction in which two fits differ, or that only one of them makes. */
function firstDifference(
  shipped: ReadonlyMap<string, number>,
  fresh: ReadonlyMap<string, number>,
): { what: string; shipped: number | undefined; fresh: number | undefined } | undefined {
  for (const what of new Set([...shipped.keys(), ...fresh.keys()])) {
    const [a, b] = [shipped.get(what), fresh.get(what)];
    const same = a !== undefined && b !== undefined && Math.abs(a - b) <= SAME * Math.abs(a);
    if (!same) return { what, shipped: a, fresh: b };
  }
  return undefined;
}
