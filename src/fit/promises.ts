/** Trends that a law promises, checked where a plan may ask: over the pilots' box, widened towards larger runs. */
import { bindLaw } from '../laws/kernel.ts';
import type { Inputs, Trend } from '../laws/law.ts';
import type { Role } from '../runs/runs.ts';
import type { FittedLaw } from './fitLaw.ts';

export interface Box {
  readonly params: readonly [number, number];
  readonly tokens: readonly [number, number];
  readonly domainRatio: readonly [number, number];
}

/** How far beyond the pilots promises must hold: where answers still come without --extrapolate warnings. */
const WIDER = { params: 4, tokens: 8 };
const STEPS = 12;

/** One sentence for each trend that the fit breaks, with the first place found. */
export function brokenPromises(fit: FittedLaw, role: Role, box: Box): string[] {
  const axes = {
    params: logarithmic(box.params[0], box.params[1] * WIDER.params, STEPS),
    tokens: logarithmic(box.tokens[0], box.tokens[1] * WIDER.tokens, STEPS),
    ratio: even(box.domainRatio[0], box.domainRatio[1], 2 * STEPS),
  };
  return fit.law.promises.flatMap((trend) => firstBreach(fit, role, trend, axes) ?? []);
}

type Axes = Readonly<Record<'params' | 'tokens' | 'ratio', readonly number[]>>;

function firstBreach(fit: FittedLaw, role: Role, trend: Trend, axes: Axes): string | undefined {
  const along = trend.variable === 'share' ? 'ratio' : trend.variable;
  // The share of a general set grows as the domain ratio falls.
  const reversed = trend.variable === 'share' && role === 'general';
  const line = reversed ? axes[along].toReversed() : axes[along];
  const fixed = (['params', 'tokens', 'ratio'] as const).filter((axis) => axis !== along);
  for (const first of axes[fixed[0]]) {
    for (const second of axes[fixed[1]]) {
      const point = { [fixed[0]]: first, [fixed[1]]: second };
      const losses = predict(
        fit,
        role,
        line.map((value) => ({ ...point, [along]: value }) as Record<keyof Axes, number>),
      );
      for (let i = 1; i < losses.length; i++) {
        const change = trend.direction === 'falls' ? losses[i] - losses[i - 1] : losses[i - 1] - losses[i];
        if (change <= 1e-9 * Math.abs(losses[i])) continue;
        const at = { ...point, [along]: line[i] } as Record<keyof Axes, number>;
        const name = {
          params: 'params',
          tokens: 'tokens',
          ratio: 'the domain ratio',
          share: 'its own share',
        }[trend.variable];
        const moves = trend.direction === 'falls' ? 'rises' : 'falls';
        return (
          `${moves} with ${name} instead of ${moves === 'rises' ? 'falling' : 'rising'}, ` +
          `first at ${at.params.toPrecision(3)} params, ${at.tokens.toPrecision(3)} tokens, domain ratio ${at.ratio.toPrecision(3)}`
        );
      }
    }
  }
  return undefined;
}

function predict(fit: FittedLaw, role: Role, points: readonly Record<keyof Axes, number>[]): Float64Array {
  const inputs: Inputs = {
    n: points.length,
    params: Float64Array.from(points, ({ params }) => params),
    tokens: Float64Array.from(points, ({ tokens }) => tokens),
    domainRatio: Float64Array.from(points, ({ ratio }) => ratio),
    // Trends are of the change where the law is one; the base is the same along any line but that of params.
    baseLoss: new Float64Array(points.length),
  };
  const kernel = bindLaw(fit.law, inputs, role);
  const x = new Float64Array(kernel.m);
  kernel.fromNatural(fit.natural, x);
  const losses = new Float64Array(points.length);
  kernel.evaluate(x, losses, null);
  return losses;
}

function even(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
}

function logarithmic(from: number, to: number, steps: number): number[] {
  return even(Math.log(from), Math.log(to), steps).map(Math.exp);
}
