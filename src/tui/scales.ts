/** Figures at the axes of charts, and axes around values. */
import { displayScaled } from '../units/number.ts';
import type { Axis } from './chart.ts';

/** `+2.5%`, `−10%`: a change as a share. */
export function signedPercent(share: number): string {
  const percent = Number((100 * share).toPrecision(3));
  return `${percent < 0 ? '−' : percent > 0 ? '+' : ''}${Math.abs(percent)}%`;
}

export const count = (value: number): string => displayScaled(value, 3);
export const share = (value: number): string => String(Number(value.toPrecision(3)));

/** A linear axis that holds these values with a little room, or the room alone where there is no value. */
export function around(
  values: Iterable<number>,
  { title, text }: Pick<Axis, 'title' | 'text'>,
  room = 0.06,
): Axis {
  const known = [...values].filter(Number.isFinite);
  const least = Math.min(...known);
  const greatest = Math.max(...known);
  if (known.length === 0) return { title, text, from: 0, to: 1, log: false };
  const margin = greatest > least ? (greatest - least) * room : Math.max(Math.abs(least) * room, 1e-6);
  return { title, text, from: least - margin, to: greatest + margin, log: false };
}

/** Values evenly spaced along an axis, both ends among them. */
export function spacedOver(from: number, to: number, points: number, log: boolean): number[] {
  return Array.from({ length: points }, (_, k) => {
    const part = k / (points - 1);
    if (k === points - 1) return to;
    return log ? from * (to / from) ** part : from + (to - from) * part;
  });
}
