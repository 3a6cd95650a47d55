/** Axes: units in the titles, logarithms where the field uses them, ticks at round numbers. */
import type { JsonObject } from './chart.ts';

/** Ticks of a logarithmic axis over [from, to]: 1, 2, 5 per decade where they are few, else decades. */
export function logTicks(from: number, to: number): number[] {
  const decades = Math.log10(to / from);
  const steps = decades <= 2.2 ? [1, 2, 5] : decades <= 4 ? [1, 3] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= from * 0.999 && tick <= to * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/** d3 writes 1e9 as 1G; in this field it is 1B. */
const COUNT_LABEL = "replace(format(datum.value, '~s'), 'G', 'B')";

/** A logarithmic axis of tokens, parameters or hours over the data's range. */
export function logX(
  field: string,
  title: string,
  [from, to]: readonly [number, number],
  more: JsonObject = {},
): JsonObject {
  const counts = title.startsWith('tokens') || title.startsWith('size');
  return {
    field,
    type: 'quantitative',
    title,
    scale: { type: 'log', domain: [from, to], nice: false },
    axis: {
      values: logTicks(from, to),
      ...(counts ? { labelExpr: COUNT_LABEL } : { format: '~r' }),
      ...more,
    },
  };
}

/** Domain ratio across. */
export function ratioX(field: string, domain: readonly [number, number]): JsonObject {
  return {
    field,
    type: 'quantitative',
    title: 'domain ratio (share of domain tokens)',
    scale: { domain: [...domain], nice: false },
    axis: { tickCount: 6, format: '.1f' },
  };
}

/** `+10%`, `0%`, `−10%`. */
export const signedPercents: JsonObject = {
  labelExpr: "datum.value == 0 ? '0%' : format(datum.value, '+~%')",
  tickCount: 5,
};

/** A change from the base, upwards. */
export function changeY(field: string, title: string, more: JsonObject = {}): JsonObject {
  return {
    field,
    type: 'quantitative',
    title,
    scale: { zero: false, nice: true },
    axis: signedPercents,
    ...more,
  };
}

/** A loss, upwards. */
export function lossY(field: string, title: string, more: JsonObject = {}): JsonObject {
  return {
    field,
    type: 'quantitative',
    title,
    scale: { zero: false, nice: true },
    axis: { tickCount: 5 },
    ...more,
  };
}

export const UNIT_NAMES = { nats: 'nats a token', bpb: 'bits a byte', ppl: 'perplexity' } as const;
export type LossUnit = keyof typeof UNIT_NAMES;

/** Least and greatest of some numbers, widened by a share of their span, or of their logarithms. */
export function spanOf(values: readonly number[], widen = 0): [number, number] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const more = widen * (greatest - least);
  return [least - more, greatest + more];
}

export function logSpanOf(values: readonly number[], widen = 0): [number, number] {
  const [from, to] = spanOf(values.map(Math.log), widen);
  return [Math.exp(from), Math.exp(to)];
}
