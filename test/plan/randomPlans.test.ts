/** Random plans: nothing is violated, nothing feasible is missed, and a budget comes back from its loss. */
import { describe, expect, it } from 'vitest';
import { leastCompute } from '../../src/plan/inverse.ts';
import { bestSize } from '../../src/plan/sizes.ts';
import { compareWithBruteForce, randomCase } from './randomPlans.ts';

describe('random plans', () => {
  // `npm run results` tries more.
  it('violate nothing, are found wherever a grid of 400 finds one, and are never worse by more than a thousandth', () => {
    const compared = Array.from({ length: 60 }, (_, seed) => ({ seed, ...compareWithBruteForce(seed) }));
    expect(compared.filter(({ violation }) => violation > 1e-6)).toEqual([]);
    expect(compared.filter(({ planned, brute }) => planned > brute * 1.001)).toEqual([]);
    // Both kinds of answer were met.
    expect(compared.filter(({ planned }) => Number.isFinite(planned)).length).toBeGreaterThan(20);
    expect(compared.filter(({ brute }) => !Number.isFinite(brute)).length).toBeGreaterThan(3);
  });
});

describe('the inverse', () => {
  // `npm run results` tries 200.
  it('gives back what a plan costs, for its predicted loss as target, within 0.5%', () => {
    let cases = 0;
    for (let seed = 0; cases < 40; seed++) {
      const { open } = randomCase(seed);
      const { best } = bestSize(open);
      if (best === undefined) continue;
      cases++;
      const inverse = leastCompute(open, best.best.domainLoss).best!;
      const spent = best.best.tokens * best.size.tokenCost;
      const needed = inverse.best.tokens * inverse.size.tokenCost;
      expect({ seed, off: Math.abs(needed / spent - 1) < 0.005 }).toEqual({ seed, off: true });
      expect(inverse.best.domainLoss).toBeLessThanOrEqual(best.best.domainLoss * (1 + 1e-8));
    }
  });
});
