/** Numbers as the sentences and tables of every face write them. */
import type { PlanDocument } from '../documents/plan.ts';
import { displayNumber, displayPercent } from '../units/number.ts';
import { params as paramsUnit } from '../units/params.ts';
import { tokens as tokensUnit } from '../units/tokens.ts';
import { type Tolerance, tolerance as toleranceUnit } from '../units/tolerance.ts';

export type Interval = readonly [number, number] | null;

/** `1.428`: losses to three decimals, where seeds differ. */
export function lossText(loss: number): string {
  return loss.toFixed(3);
}

/** `1.428 [1.390, 1.466]`, or the number alone where there is no interval. */
export function withInterval(
  value: number,
  interval: Interval,
  text: (value: number) => string = lossText,
): string {
  return interval === null ? text(value) : `${text(value)} [${text(interval[0])}, ${text(interval[1])}]`;
}

/** `+1.4%`, `−29.3%`: a change as a share of where it started. */
export function changeText(to: number, from: number): string {
  const percent = 100 * (to / from - 1);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)}%`;
}

export function ratioText(ratio: number): string {
  return ratio.toFixed(3);
}

/** `30.4%`. */
export function shareText(share: number): string {
  return displayPercent(share);
}

/** `3.12M tokens`, `788k params`: to three digits, for people. */
export const tokensText = (tokens: number): string => tokensUnit.display(Number(tokens.toPrecision(3)));
export const paramsText = (params: number): string => paramsUnit.display(Number(params.toPrecision(3)));

/** `2.4 ×`. */
export function timesText(factor: number): string {
  return `${displayNumber(factor, 2)} ×`;
}

/** `0.369`, `none`, `all`. */
export function outcomeText(outcome: PlanDocument['critical']['point']): string {
  return outcome.kind === 'at' ? ratioText(outcome.ratio) : outcome.kind;
}

/** Bounds of a critical ratio: 0 and 1 are what "none" and "all" count as. */
export function boundText(bound: number): string {
  return bound === 0 ? 'none' : bound === 1 ? 'all' : ratioText(bound);
}

/** `[0.297, 0.438]`; empty without an interval. */
export function boundsText(interval: Interval): string {
  return interval === null ? '' : `[${boundText(interval[0])}, ${boundText(interval[1])}]`;
}

/** `0.29%`: a small share of a loss, to two digits. */
export function percentText(share: number): string {
  return `${displayNumber(100 * share, 2)}%`;
}

/** `+0.012`, `−0.010`: a change of a domain ratio. */
export function ratioChangeText(change: number): string {
  const size = Math.abs(change).toFixed(3);
  return Number(size) === 0 ? size : `${change < 0 ? '−' : '+'}${size}`;
}

/** `general within 3% of its base`. */
export function toleranceText(set: string, tolerance: Tolerance): string {
  return `${set} within ${toleranceUnit.display(tolerance)} of its base`;
}

/** Names joined as in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2
    ? (names[0] ?? '')
    : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** `12.5`, or `12.5 (9.4 to 15.6)` where the figure has a band. */
export function bandText(
  { value, low, high }: { value: number; low: number; high: number },
  text: (value: number) => string = (each) => displayNumber(each, 3),
): string {
  return low === high ? text(value) : `${text(value)} (${text(low)} to ${text(high)})`;
}

/** `Qwen2.5-7B`, or `the 788k model`. */
export function modelText({ name, params }: PlanDocument['model']): string {
  // Some are named after their size.
  return name === null || name === paramsText(params) ? `the ${paramsText(params)} model` : name;
}

/** `1.47e13`: amounts of computation. */
export function flopText(flop: number): string {
  return flop.toExponential(2).replace('e+', 'e');
}
