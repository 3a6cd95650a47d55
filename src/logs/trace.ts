/**
 * One quantity against the steps of a run, in bounded memory however long the log: points on a straight line between
 * their neighbours are left out, and a trace that is still long keeps every second point. Tokens under a constant batch
 * thus stay exact with two points.
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
  const rewind = (step: number): void => {
    while (points.length > 0 && points[points.length - 1].step > step) points.pop();
  };
  return {
    add: (step, value) => {
      if (Number.isNaN(value)) return;
      rewind(step);
      if (points.at(-1)?.step === step) points.pop();
      if (
        points.length >= 2 &&
        onLine(points[points.length - 2], points[points.length - 1], { step, value })
      ) {
        points.pop();
      }
      points.push({ step, value });
      if (points.length >= MOST_POINTS) thin(points);
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

function thin(points: TracePoint[]): void {
  let kept = 0;
  for (let k = 0; k < points.length; k += 1) {
    if (k % 2 === 0 || k === points.length - 1) points[kept++] = points[k];
  }
  points.length = kept;
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
