/** A chart as data: what is to be seen, in the units of its axes. Drawing it is somebody else's. */
import type { Style } from './styled.ts';

export interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
  readonly text: (value: number) => string;
}

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly bands: readonly { readonly x: number; readonly low: number; readonly high: number }[][];
  readonly curves: readonly {
    readonly name: string;
    readonly style: Style;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
  readonly marks: readonly {
    readonly x: number;
    readonly y: number;
    readonly letter: string;
    readonly style: Style;
    readonly label?: string | undefined;
  }[];
  /** Lines across the whole chart. */
  readonly across: readonly { readonly y: number; readonly style: Style; readonly label: string }[];
  readonly upright: readonly { readonly x: number; readonly style: Style; readonly label: string }[];
  /** Parts of the x axis where no plan may lie. */
  readonly hatched: readonly { readonly from: number; readonly to: number }[];
  /** Beyond this x the laws speak without pilots. */
  readonly extrapolatedFrom: number | undefined;
  /** What is behind the marks. */
  readonly legend: readonly { readonly letter: string; readonly style: Style; readonly text: string }[];
  /** The chart in one sentence, for those who cannot see it. */
  readonly sentence: string;
}

/** Where a value lies along an axis, 0 at its start and 1 at its end. */
export function placeOn({ from, to, log }: Axis, value: number): number {
  return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

/** Round values along an axis, about `wanted` of them. */
export function ticksOn({ from, to, log }: Axis, wanted: number): number[] {
  return log ? logTicks(from, to, wanted) : linearTicks(from, to, wanted);
}

function linearTicks(from: number, to: number, wanted: number): number[] {
  const rough = (to - from) / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * (1 - 1e-9))!;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** 1, 2 and 5 of every decade, or 1 alone, or every other decade: the most that are not more than wanted. */
function logTicks(from: number, to: number, wanted: number): number[] {
  const decades = Array.from(
    { length: Math.floor(Math.log10(to) + 1e-9) - Math.floor(Math.log10(from)) + 1 },
    (_, k) => Math.floor(Math.log10(from)) + k,
  );
  const of = (mantissas: readonly number[], every: number): number[] =>
    decades
      .filter((decade) => decade % every === 0)
      .flatMap((decade) => mantissas.map((each) => Number(`${each}e${decade}`)))
      .filter((each) => each >= from * (1 - 1e-9) && each <= to * (1 + 1e-9));
  const choices = [
    of([1, 2, 3, 4, 5, 6, 7, 8, 9], 1),
    of([1, 2, 5], 1),
    of([1, 3], 1),
    of([1], 1),
    of([1], 2),
  ];
  return choices.find((ticks) => ticks.length <= wanted) ?? of([1], 3);
}
