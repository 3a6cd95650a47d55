/**
 * How well the laws and a plain curve predict a pilot ratio that they have not seen. Interpolation has only neighbours in
 * the ratio, at the same base and token count; where laws do no better than that, they have earned no trust.
 */
import type { FitDocument, FitEval } from '../documents/fit.ts';
import { interpolate } from './interpolate.ts';

export interface OutOfSample {
  /** Mean relative error of the laws, by their weights, at single ratios left out; null where none was taken. */
  readonly law: number | null;
  /** The same of monotone interpolation between the other ratios; null where no ratio has neighbours. */
  readonly lawFree: number | null;
}

export function outOfSample(fit: FitDocument, evalIndex: number): OutOfSample {
  const set = fit.evals[evalIndex];
  // Only ratios that both can predict are compared.
  const errors = lawFreeErrors(fit, set.name);
  const ratios = [...errors.keys()].filter((ratio) => lawError(set, ratio) !== undefined);
  if (ratios.length === 0) return { law: null, lawFree: null };
  const mean = (of: (ratio: number) => number): number =>
    ratios.reduce((sum, ratio) => sum + of(ratio), 0) / ratios.length;
  return { law: mean((ratio) => lawError(set, ratio)!), lawFree: mean((ratio) => errors.get(ratio)!) };
}

/** Error of the laws in use at a ratio left out; undefined where one of them has none. */
function lawError({ members }: FitEval, ratio: number): number | undefined {
  let sum = 0;
  for (const { weight, holdout } of members) {
    if (weight === 0) continue;
    const error = holdout.find(({ direction, left }) => direction === 'ratio' && left.ratio === ratio)?.error;
    if (error === null || error === undefined) return undefined;
    sum += weight * error;
  }
  return sum;
}

/** Mean relative error of interpolation by ratio left out, over all places where other ratios lie on both sides. */
function lawFreeErrors(fit: FitDocument, set: string): Map<number, number> {
  const { runs, observations } = fit.pilots;
  const losses = observations.loss[set];
  const places = new Map<string, { ratio: number; loss: number }[]>();
  observations.run.forEach((run, row) => {
    const loss = losses[row];
    if (loss === null) return;
    const { base, domainRatio: ratio } = runs[run];
    const place = `${base} ${observations.tokens[row]}`;
    places.set(place, [...(places.get(place) ?? []), { ratio, loss }]);
  });
  const errors = new Map<number, number[]>();
  for (const points of places.values()) {
    for (const { ratio, loss } of points) {
      const others = points.filter((point) => point.ratio !== ratio);
      if (!others.some((other) => other.ratio < ratio) || !others.some((other) => other.ratio > ratio))
        continue;
      const curve = interpolate(
        others.map((other) => other.ratio),
        others.map((other) => other.loss),
        'monotone',
      );
      errors.set(ratio, [...(errors.get(ratio) ?? []), Math.abs(curve.value(ratio) - loss) / loss]);
    }
  }
  return new Map(
    [...errors].map(([ratio, each]) => [ratio, each.reduce((sum, error) => sum + error, 0) / each.length]),
  );
}
