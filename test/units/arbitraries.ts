import fc from 'fast-check';
import type { Budget } from '../../src/units/budget.ts';
import type { Span } from '../../src/units/span.ts';
import type { Tolerance, Tolerances } from '../../src/units/tolerance.ts';

/** Records as object literals make them. */
const record = <T>(fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> =>
  fc.record<T>(fields, { noNullPrototype: true });

/** All finite doubles above 0, subnormal ones and the largest included. */
export const positive = fc
  .double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true })
  .filter((value) => value > 0);
export const modelSizes = fc.double({ min: 1, max: 1e15, noNaN: true });
export const trainingLengths = fc.double({ min: 1, max: 1e18, noNaN: true });
export const notNegative = fc.oneof(fc.constant(0), positive);
export const share = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs);
export const openShare = share.filter((value) => value > 0 && value < 1);
export const positiveShare = share.filter((value) => value > 0);
export const whole = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

/** Names as they stand before an equals sign. */
export const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,12}$/);

export const budgets: fc.Arbitrary<Budget> = fc.oneof(
  record({ kind: fc.constant('gpuHours' as const), gpuHours: positive }),
  record({ kind: fc.constant('gpuTime' as const), hours: positive, gpus: whole }),
  record({ kind: fc.constant('flop' as const), flop: positive }),
  record({ kind: fc.constant('money' as const), dollars: positive }),
  record({ kind: fc.constant('tokens' as const), tokens: positive }),
);

export const toleranceValues: fc.Arbitrary<Tolerance> = fc.oneof(
  record({ kind: fc.constant('relative' as const), share: notNegative.filter((value) => value < 1e300) }),
  record({ kind: fc.constant('absolute' as const), nats: notNegative }),
  record({ kind: fc.constant('bits' as const), bitsPerByte: notNegative }),
);

export const toleranceSets: fc.Arbitrary<Tolerances> = fc.oneof(
  record({ kind: fc.constant('everySet' as const), tolerance: toleranceValues }),
  record({
    kind: fc.constant('bySet' as const),
    tolerances: fc.dictionary(name, toleranceValues, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  }),
);

export const spans: fc.Arbitrary<Span> = fc.oneof(
  record({ kind: fc.constant('share' as const), share }),
  record({ kind: fc.constant('tokens' as const), tokens: notNegative }),
  record({ kind: fc.constant('steps' as const), steps: fc.nat() }),
);
