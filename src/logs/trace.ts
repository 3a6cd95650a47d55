/**
 * One quantity against the steps of a run, in bounded memory however long the log: points on a straight line between
 * their neighbours are left out, and a trace that is still long keeps points at even distances. Tokens under a constant
 * batch thus stay exact with two points.
 */

export interface TracePoint {
  readonly step: number;
  readonly value: number;
}

export interface Trace {
  /** Adds a point. A step that is not beyond the last one replaces what was logged from there on. NaN is ignored. */
  add(step: number, value: number): void;
  /** Forgets what lies beyond a step. */
  rewind(step: number): void;
  /** On the line between the neighbours, beyond the ends on the line of the two outermost points; NaN without points. */
  at(step: number): number;
  /** Ascending by step. */
  points(): readonly TracePoint[];
}

const MOST_POINTS = 4096;

export function createTrace(): Trace {
  const points: TracePoint[] = [];
  /** Steps between points that are kept, once there were many. */
  let gap = 0;
  const rewind = (step: number): void => {
    while (points.length > 0 && points[points.length - 1].step > step) points.pop();
  };
  return {
    add: (step, value) => {
      if (Number.isNaN(value)) return;
      rewind(step);
      if (points.at(-1)?.step === step) points.pop();
      if (points.length >= 2) {
        const [before, last] = points.slice(-2);
        if (last.step - before.step < gap || onLine(before, last, { step, value })) points.pop();
      }
      points.push({ step, value });
      if (points.length >= MOST_POINTS) gap = thin(points);
    },
    rewind,
    at: (step) => valueAt(points, step),
    points: () => points,
  };
}

/** Whether b lies on the line from a to c, to the last bits of a double. */
function onLine(a: TracePoint, b: TracePoint, c: TracePoint): boolean {
  const between = a.value + ((c.value - a.value) * (b.step - a.step)) / (c.step - a.step);
  return Math.abs(between - b.value) <= 1e-13 * Math.max(Math.abs(a.value), Math.abs(c.value));
}

/** Leaves half as many points, evenly spread; returns the distance between them in steps. */
function thin(points: TracePoint[]): number {
  const last = points[points.length - 1];
  const gap = (2 * (last.step - points[0].step)) / MOST_POINTS;
  const kept: TracePoint[] = [];
  for (const point of points) {
    const before = kept.at(-1);
    if (before === undefined || point === last || point.step - before.step >= gap) kept.push(point);
  }
  points.splice(0, points.length, ...kept);
  return gap;
}

function valueAt(points: readonly TracePoint[], step: number): number {
  if (points.length === 0) return Number.NaN;
  if (points.length === 1) return step === points[0].step ? points[0].value : Number.NaN;
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].step <= step) low = middle;
    else high = middle;
  }
  const [a, b] = [points[low], points[high]];
  if (step === a.step) return a.value;
  if (step === b.step) return b.value;
  return a.value + ((b.value - a.value) * (step - a.step)) / (b.step - a.step);
}
