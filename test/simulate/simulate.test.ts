import { describe, expect, it } from 'vitest';
import { baseEffect, type Design, gridDesign, simulateRuns } from '../../src/simulate/simulate.ts';
import { type SILENT, toyTruth } from './toy.ts';

const NOISE = { evaluation: 0.002, rho: 0.3, run: 0.003, base: 0.002 };
const CHECKPOINTS = [1e8, 2e8, 3e8, 4e8];
const GRID = gridDesign([1e9, 4e9], [0, 0.5, 1], CHECKPOINTS, [1, 2]);

/** Losses on a set by run and tokens, so that tables of different designs can be compared. */
function byPlace(design: Design, seed: number, truth = toyTruth(NOISE), set = 0): Map<string, number> {
  const { runs, run, tokens, evals } = simulateRuns(truth, design, seed);
  return new Map([...run].map((r, row) => [`${runs[r].id} ${tokens[row]}`, evals[set].loss[row]]));
}

/** Relative departures from the truth of the domain set, whose loss is 3 everywhere. */
function departures(design: Design, noise: Partial<typeof SILENT>, spread = 0): number[] {
  return [...byPlace(design, 7, toyTruth(noise, spread), 1).values()].map((loss) => loss / 3 - 1);
}

function sd(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

describe('simulated runs', () => {
  it('are the truth itself without noise', () => {
    const runs = simulateRuns(toyTruth(), GRID, 1);
    expect([...runs.evals[0].loss]).toEqual(
      [...runs.tokens].map((D, i) => 2 + (runs.domainRatio[i] * D) / 1e9),
    );
    expect(runs.bases.map(({ params, loss }) => [params, loss])).toEqual([
      [1e9, [2, 3]],
      [4e9, [2, 3]],
    ]);
  });

  it('make a table in the order that readers give: whole runs, by tokens, each marked as simulated', () => {
    const runs = simulateRuns(toyTruth(NOISE), GRID, 1);
    expect(runs.n).toBe(GRID.runs.length * CHECKPOINTS.length);
    expect([...runs.run]).toEqual(GRID.runs.flatMap((_, run) => CHECKPOINTS.map(() => run)));
    expect([...runs.tokens]).toEqual(GRID.runs.flatMap(() => CHECKPOINTS));
    expect(runs.runs.every(({ simulated }) => simulated)).toBe(true);
    expect(runs.runs.map(({ base }) => runs.bases[base].params)).toEqual(
      GRID.runs.map(({ params }) => params),
    );
  });

  it('are the same for the same seed, and others for another', () => {
    expect(byPlace(GRID, 3)).toEqual(byPlace(GRID, 3));
    const [one, other] = [byPlace(GRID, 3), byPlace(GRID, 4)];
    expect([...one].every(([place, loss]) => other.get(place) !== loss)).toBe(true);
  });

  it('do not depend on their order, nor on the runs beside them', () => {
    const all = byPlace(GRID, 3);
    const turned = byPlace({ ...GRID, runs: GRID.runs.toReversed() }, 3);
    expect(new Map([...turned].sort())).toEqual(new Map([...all].sort()));
    const few = byPlace({ ...GRID, runs: [GRID.runs[4], GRID.runs[9]] }, 3);
    expect([...few].map(([place]) => all.get(place))).toEqual([...few.values()]);
  });

  it('scatter differently on different sets and in different runs', () => {
    const [general, domain] = [0, 1].map((set) => [...byPlace(GRID, 3, toyTruth(NOISE), set).values()]);
    const noise = general.map((loss, i) => loss / (domain[i] * (2 / 3)) - 1);
    expect(new Set(noise.map((each) => each.toFixed(9))).size).toBe(noise.length);
  });
});

describe('the layers of noise', () => {
  const repeats = gridDesign(
    [1e9],
    [0.5],
    CHECKPOINTS,
    Array.from({ length: 2000 }, (_, i) => i),
  );

  it('a run has one effect, of the size asked for', () => {
    const values = departures(repeats, { run: 0.01 });
    for (let row = 0; row < values.length; row += 4) {
      expect(new Set(values.slice(row, row + 4).map((each) => each.toFixed(12))).size).toBe(1);
    }
    // The standard deviation of 2,000 normal numbers is known to 1.6%; three times that.
    expect(Math.abs(sd(values) / 0.01 - 1)).toBeLessThan(0.05);
  });

  it('all runs of a base share its effect, of the size asked for', () => {
    const shared = departures(gridDesign([1e9], [0, 0.5, 1], CHECKPOINTS), { base: 0.01 });
    expect(new Set(shared.map((each) => each.toFixed(12))).size).toBe(1);
    const truth = toyTruth({ base: 0.01 });
    expect(shared[0]).toBeCloseTo(baseEffect(truth.evals[1], 1e9, 7), 12);
    const sizes = Array.from({ length: 2000 }, (_, i) => 1e9 + i);
    expect(Math.abs(sd(departures(gridDesign(sizes, [0.5], [1e8]), { base: 0.01 })) / 0.01 - 1)).toBeLessThan(
      0.05,
    );
  });

  it('evaluations scatter by what was asked for, each remembering the one before', () => {
    const long = gridDesign(
      [1e9],
      [0.5],
      Array.from({ length: 20_000 }, (_, i) => (i + 1) * 1e6),
    );
    for (const rho of [0, 0.6]) {
      const values = departures(long, { evaluation: 0.01, rho });
      // Autocorrelated numbers tell less: 20,000 of them at 0.6 are worth a few thousand, known to 1%.
      expect(Math.abs(sd(values) / 0.01 - 1)).toBeLessThan(0.04);
      const products = values.slice(1).map((value, i) => value * values[i]);
      const lagOne = products.reduce((a, b) => a + b, 0) / products.length / sd(values) ** 2;
      expect(Math.abs(lagOne - rho)).toBeLessThan(0.03);
    }
  });

  it('grow with the domain ratio by the spread asked for', () => {
    for (const layer of [{ run: 0.01 }, { base: 0.01 }, { evaluation: 0.01 }]) {
      const at = (ratio: number): Design => ({
        ...repeats,
        runs: repeats.runs.map((run) => ({ ...run, domainRatio: ratio })),
      });
      const [none, half] = [0, 0.5].map((ratio) => departures(at(ratio), layer, 3));
      half.forEach((value, i) => {
        expect(value).toBeCloseTo(2.5 * none[i], 10);
      });
    }
  });
});

describe('what goes wrong in real runs', () => {
  it('spikes lift some evaluations, as many and as far as asked, and leave the others alone', () => {
    const quiet = gridDesign(
      [1e9],
      [0.5],
      CHECKPOINTS,
      Array.from({ length: 2000 }, (_, i) => i),
    );
    const without = [...byPlace(quiet, 3).values()];
    const lifted = [...byPlace({ ...quiet, spikes: { chance: 0.05, size: 0.4 } }, 3).values()]
      .map((loss, row) => loss / without[row] - 1)
      .filter((by) => by !== 0);
    // 8,000 evaluations: 400 spikes, give or take 20.
    expect(Math.abs(lifted.length - 400)).toBeLessThan(60);
    expect(Math.min(...lifted)).toBeGreaterThan(0);
    expect(Math.max(...lifted)).toBeLessThan(0.4);
    expect(Math.max(...lifted)).toBeGreaterThan(0.38);
  });

  it('a diverged run leaves the law in its second half, and no other run does', () => {
    const { id } = GRID.runs[5];
    const healthy = byPlace(GRID, 3);
    const ratios = [...byPlace({ ...GRID, diverged: [id] }, 3)].map(
      ([place, loss]) => [place, loss / healthy.get(place)!] as const,
    );
    const off = ratios.filter(([, ratio]) => ratio !== 1);
    expect(off.map(([place]) => place)).toEqual([`${id} 300000000`, `${id} 400000000`]);
    expect(off[0][1]).toBeGreaterThan(1.1);
    expect(off[1][1]).toBeGreaterThan(off[0][1]);
  });
});
