/**
 * The schedule behind a logged learning rate: how it warms up, and whether it then stays (constant), stays and falls at
 * the end (wsd), or falls along a line or a cosine from the peak on.
 */
import type { Schedule } from '../runs/runs.ts';
import type { Trace, TracePoint } from './trace.ts';

export interface LoggedSchedule {
  readonly kind: Schedule;
  readonly peakLr: number;
  /** The step at which the rate reaches its peak; undefined where the warm-up was not seen. */
  readonly warmupStep: number | undefined;
}

/** Steps at which a curve is looked at. */
const SAMPLES = 200;
/** A rate this close to the peak, as a share, is at the peak; logs round to six digits or fewer. */
const AT_PEAK = 2e-3;
/** A stay at the peak for this share of the steps after the warm-up makes what is neither line nor cosine a wsd. */
const STAY = 0.1;
/** Largest distance from a shape, as a share of the fall, that is rounding and the grain of the log. */
const OFF_SHAPE = 0.01;
/** A fall by less than this share of the peak shows no shape. */
const LEAST_FALL = 0.05;

/** What the logged rates show; undefined where none was logged, or none above 0. */
export function recogniseSchedule(lr: Trace): LoggedSchedule | undefined {
  const points = lr.points();
  const peakLr = points.reduce((highest, { value }) => Math.max(highest, value), 0);
  if (peakLr <= 0) return undefined;
  const isPeak = ({ value }: TracePoint): boolean => value >= peakLr * (1 - AT_PEAK);
  const peakAt = points.findIndex(isPeak);
  const warmupStep = endOfWarmup(points, peakAt, peakLr);
  const from = points[peakAt].step;
  const to = points[points.length - 1].step;
  if (to <= from) return { kind: 'unknown', peakLr, warmupStep };
  const curve = Array.from({ length: SAMPLES + 1 }, (_, k) => {
    const step = from + ((to - from) * k) / SAMPLES;
    return { x: k / SAMPLES, y: lr.at(step) / peakLr };
  });
  return { kind: shapeOf(curve), peakLr, warmupStep };
}

/** Where the line through the rates before the peak meets it; the peak itself where there is one rate before it or none. */
function endOfWarmup(points: readonly TracePoint[], peakAt: number, peakLr: number): number | undefined {
  if (peakAt === 0) return undefined;
  const before = points[peakAt - 1];
  const first = points[0];
  const peak = points[peakAt].step;
  if (first === before) {
    // One rate on the way up: a warm-up from nothing.
    const met = before.value > 0 ? (before.step * peakLr) / before.value : peak;
    return Math.min(peak, Math.max(before.step, met));
  }
  const slope = (before.value - first.value) / (before.step - first.step);
  const met = slope > 0 ? before.step + (peakLr - before.value) / slope : peak;
  return Math.min(peak, Math.max(before.step, met));
}

interface Sample {
  readonly x: number;
  readonly y: number;
}

function shapeOf(curve: readonly Sample[]): Schedule {
  const last = curve[curve.length - 1].y;
  if (curve.every(({ y }) => y >= 1 - AT_PEAK)) return 'constant';
  const falls = curve.every(({ y }, k) => k === 0 || y <= curve[k - 1].y + AT_PEAK);
  if (!falls) return 'unknown';
  if (1 - last < LEAST_FALL) return 'unknown';
  const tolerance = OFF_SHAPE * (1 - last);
  const line = distance(curve, (x) => x);
  const cosine = bestCosine(curve);
  // Asked before a stay is looked for: the beginning of a long cosine stays near its peak for a while too.
  if (Math.min(line, cosine) <= tolerance) return line <= cosine ? 'linear' : 'cosine';
  const stay = curve.findIndex(({ y }) => y < 1 - AT_PEAK) / SAMPLES;
  return stay >= STAY ? 'wsd' : 'unknown';
}

/** Smallest distance to a cosine whose end lies within the log or up to four times as far. */
function bestCosine(curve: readonly Sample[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= 300; k += 1) {
    const end = 1 + k / 100;
    best = Math.min(
      best,
      distance(curve, (x) => (1 - Math.cos((Math.PI * x) / end)) / 2),
    );
  }
  return best;
}

/** Largest distance of the curve from 1 − depth × shape(x), with the depth of least squares. */
function distance(curve: readonly Sample[], shape: (x: number) => number): number {
  let [above, below] = [0, 0];
  for (const { x, y } of curve) {
    above += shape(x) * (1 - y);
    below += shape(x) ** 2;
  }
  const depth = above / below;
  return curve.reduce((far, { x, y }) => Math.max(far, Math.abs(1 - depth * shape(x) - y)), 0);
}
