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
  const loss = lossesOver(axes, fit, role);
  return fit.law.promises.flatMap((trend) => firstBreach(loss, role, trend, axes) ?? []);
}

type Axis = 'params' | 'tokens' | 'ratio';
type Axes = Readonly<Record<Axis, readonly number[]>>;
/** A place in the box, by the index along each axis. */
type Place = Readonly<Record<Axis, number>>;

function firstBreach(
  loss: (place: Place) => number,
  role: Role,
  trend: Trend,
  axes: Axes,
): string | undefined {
  const along = trend.variable === 'share' ? 'ratio' : trend.variable;
  // The share of a general set grows as the domain ratio falls.
  const reversed = trend.variable === 'share' && role === 'general';
  const line = reversed ? [...axes[along].keys()].reverse() : [...axes[along].keys()];
  const fixed = (['params', 'tokens', 'ratio'] as const).filter((axis) => axis !== along);
  for (const first of axes[fixed[0]].keys()) {
    for (const second of axes[fixed[1]].keys()) {
      const places = line.map(
        (each) => ({ [fixed[0]]: first, [fixed[1]]: second, [along]: each }) as Record<Axis, number>,
      );
      for (let i = 1; i < places.length; i++) {
        const [before, after] = [loss(places[i - 1]), loss(places[i])];
        const change = trend.direction === 'falls' ? after - before : before - after;
        if (change <= 1e-9 * Math.abs(after)) continue;
        return breach(trend, axes, places[i]);
      }
    }
  }
  return undefined;
}

function breach({ variable, direction }: Trend, axes: Axes, place: Place): string {
  const names = { params: 'params', tokens: 'tokens', ratio: 'the domain ratio', share: 'its own share' };
  const moves = direction === 'falls' ? 'rises' : 'falls';
  const at = (axis: Axis) => axes[axis][place[axis]].toPrecision(3);
  return (
    `${moves} with ${names[variable]} instead of ${moves === 'rises' ? 'falling' : 'rising'}, ` +
    `first at ${at('params')} params, ${at('tokens')} tokens, domain ratio ${at('ratio')}`
  );
}

/** Losses of a fit at all places of the box, from one binding: that costs more than the losses themselves. */
function lossesOver({ params, tokens, ratio }: Axes, fit: FittedLaw, role: Role): (place: Place) => number {
  const points = params.flatMap((n) => tokens.flatMap((d) => ratio.map((r) => [n, d, r] as const)));
  const inputs: Inputs = {
    n: points.length,
    params: Float64Array.from(points, ([n]) => n),
    tokens: Float64Array.from(points, ([, d]) => d),
    domainRatio: Float64Array.from(points, ([, , r]) => r),
    // Trends are of the change where the law is one; the base is the same along any line but that of params.
    baseLoss: new Float64Array(points.length),
  };
  const kernel = bindLaw(fit.law, inputs, role);
  const x = new Float64Array(kernel.m);
  kernel.fromNatural(fit.natural, x);
  const losses = new Float64Array(points.length);
  kernel.evaluate(x, losses, null);
  return (place) => losses[(place.params * tokens.length + place.tokens) * ratio.length + place.ratio];
}

function even(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
}

function logarithmic(from: number, to: number, steps: number): number[] {
  return even(Math.log(from), Math.log(to), steps).map(Math.exp);
}
