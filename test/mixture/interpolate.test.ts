import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossing, type Interpolation, interpolate } from '../../src/mixture/interpolate.ts';

const methods = ['linear', 'monotone'] as const satisfies readonly Interpolation[];
/** Points at different x, at least 1e-3 apart, with y within ±10. */
const points = fc
  .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 })
  .chain((ticks) =>
    fc.record({
      x: fc.constant(ticks.map((tick) => tick / 1000)),
      y: fc.array(fc.double({ min: -10, max: 10, noNaN: true }), {
        minLength: ticks.length,
        maxLength: ticks.length,
      }),
    }),
  );

describe.each(methods)('a %s curve', (method) => {
  it('goes through its points', () => {
    fc.assert(
      fc.property(points, ({ x, y }) => {
        const curve = interpolate(x, y, method);
        x.forEach((at, k) => {
          expect(curve.value(at)).toBeCloseTo(y[k]!, 12);
        });
      }),
    );
  });

  it('stays between neighbouring points, and moves from one to the other without turning', () => {
    fc.assert(
      fc.property(points, ({ x, y }) => {
        const curve = interpolate(x, y, method);
        for (let k = 0; k + 1 < curve.x.length; k++) {
          const direction = Math.sign(curve.y[k + 1]! - curve.y[k]!);
          let before = curve.y[k]!;
          for (let step = 1; step <= 20; step++) {
            const at = curve.x[k]! + (step / 20) * (curve.x[k + 1]! - curve.x[k]!);
            const value = curve.value(Math.min(at, curve.x[k + 1]!));
            expect(direction * (value - before)).toBeGreaterThanOrEqual(-1e-12);
            before = value;
          }
        }
      }),
    );
  });

  it('reproduces a straight line', () => {
    const x = [0.1, 0.2, 0.5, 0.9];
    const curve = interpolate(
      x,
      x.map((at) => 3 - 2 * at),
      method,
    );
    for (const at of [0.1, 0.15, 0.4, 0.77, 0.9]) expect(curve.value(at)).toBeCloseTo(3 - 2 * at, 14);
  });

  it('says nothing outside its points', () => {
    const curve = interpolate([0.2, 0.8], [1, 2], method);
    expect(curve.value(0.1)).toBeNaN();
    expect(curve.value(0.9)).toBeNaN();
  });

  it('averages repeats at one x', () => {
    const curve = interpolate([0.5, 0.1, 0.5], [2, 1, 4], method);
    expect(curve.value(0.5)).toBe(3);
  });

  it('refuses what is not a set of points', () => {
    expect(() => interpolate([], [], method)).toThrow(RangeError);
    expect(() => interpolate([1, 2], [1], method)).toThrow(RangeError);
    expect(() => interpolate([1, Number.NaN], [1, 2], method)).toThrow(RangeError);
  });

  it('crosses the limit where it passes it first, with everything below acceptable', () => {
    fc.assert(
      fc.property(points, fc.double({ min: -10, max: 10, noNaN: true }), ({ x, y }, limit) => {
        const curve = interpolate(x, y, method);
        const found = crossing(curve, limit);
        if (found.kind === 'all') expect(Math.max(...y)).toBeLessThanOrEqual(limit);
        if (found.kind === 'none') expect(curve.y[0]).toBeGreaterThan(limit);
        if (found.kind === 'at') {
          expect(curve.value(found.x)).toBeLessThanOrEqual(limit);
          expect(curve.value(found.to)).toBeGreaterThan(limit);
          expect(found.x).toBeGreaterThanOrEqual(found.from);
          for (let step = 0; step <= 50; step++) {
            const at = curve.x[0]! + (step / 50) * (found.x - curve.x[0]!);
            expect(curve.value(Math.min(at, found.x))).toBeLessThanOrEqual(limit + 1e-12);
          }
        }
      }),
    );
  });
});

it('a monotone curve has the slopes of scipy’s PCHIP', () => {
  // scipy 1.17.1: PchipInterpolator([0, .1, .3, .6, 1], [0, 1, 1.5, 4, 3])([.05, .2, .45, .8])
  const curve = interpolate([0, 0.1, 0.3, 0.6, 1], [0, 1, 1.5, 4, 3], 'monotone');
  for (const [k, at] of [0.05, 0.2, 0.45, 0.8].entries())
    expect(curve.value(at)).toBeCloseTo(scipyPchip[k]!, 13);
});

it('a crossing is the end of the set that hangs together from the lowest ratio', () => {
  const curve = interpolate([0, 0.25, 0.5, 0.75, 1], [0, 2, 0, 0, 2], 'linear');
  expect(crossing(curve, 1)).toEqual({ kind: 'at', x: 0.125, from: 0, to: 0.25 });
});

/**
 * Printed results, so that both methods are seen on real curves: Ibrahim et al. 2024 (arXiv 2403.08763), replay tables,
 * and D-CPT (Que et al. 2024, arXiv 2406.01375), table 5. Accepted rise of general loss: 3% of the base.
 */
describe('3% of general loss on published runs', () => {
  const ibrahim = table('ibrahim-2024/replay.csv').map((row) => ({
    setting: row.setting!,
    ratio: 1 - Number(row.replay_percent) / 100,
    loss: Number(row.general_loss),
    limit: 1.03 * Number(row.base_general_loss),
  }));
  const replayPercent = (setting: string, method: Interpolation) => {
    const rows = ibrahim.filter((row) => row.setting === setting);
    const curve = interpolate(
      rows.map(({ ratio }) => ratio),
      rows.map(({ loss }) => loss),
      method,
    );
    const found = crossing(curve, rows[0]!.limit);
    return found.kind === 'at' ? 100 * (1 - found.x) : found.kind;
  };

  it.each(methods)(
    'German on Pile at 405M needs more replay than the 50%% that was measured (%s)',
    (method) => {
      expect(replayPercent('405M Pile->German', method)).toBe('none');
    },
  );

  it('SlimPajama on Pile at 405M needs 4.32% replay by straight lines, 4.04% by the monotone curve', () => {
    expect(replayPercent('405M Pile->SlimPajama', 'linear')).toBeCloseTo(4.32, 10);
    expect(replayPercent('405M Pile->SlimPajama', 'monotone')).toBeCloseTo(4.043, 3);
  });

  it.each(methods)('SlimPajama on Pile at 10B is served by 5%% replay (%s)', (method) => {
    expect(replayPercent('10B Pile->SlimPajama', method)).toBeCloseTo(4.671, 3);
  });

  it('chemistry may take 92.445% by straight lines, 92.460% by the monotone curve', () => {
    const rows = table('d-cpt-2024/table5-chemistry.csv');
    const at = (method: Interpolation) =>
      crossing(
        interpolate(
          rows.map((row) => Number(row.domain_ratio)),
          rows.map((row) => Number(row.general_loss)),
          method,
        ),
        1.03 * 2.8602,
      );
    expect(at('linear')).toMatchObject({ kind: 'at', x: expect.closeTo(0.92445, 5), from: 0.924, to: 0.93 });
    expect(at('monotone')).toMatchObject({ kind: 'at', x: expect.closeTo(0.9246, 4) });
  });
});

const scipyPchip = [0.6026785714285715, 1.2643210749646392, 2.8892326732673275, 3.875];

/** Rows of a shipped table; none of these has quoted cells. */
function table(file: string): Record<string, string>[] {
  const text = readFileSync(new URL(`../../datasets/published/${file}`, import.meta.url), 'utf8');
  const [header, ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(header!.map((name, k) => [name, row[k]!])));
}
