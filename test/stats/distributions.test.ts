import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chiSquaredCdf,
  chiSquaredQuantile,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from '../../src/stats/distributions.ts';
import { incompleteBeta, incompleteGamma, lnGamma } from '../../src/stats/special.ts';

/** Expected values: mpmath 1.3.0 at 40 digits (erfc, gammainc, betainc, and findroot for the quantiles). */
const share = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
const freedom = fc.double({ min: 0.5, max: 500, noNaN: true });

describe('the normal distribution', () => {
  it.each([
    [-8, 6.220960574271784e-16],
    [-3, 0.0013498980316300946],
    [-1.5, 0.06680720126885807],
    [-0.25, 0.4012936743170763],
    [0, 0.5],
    [0.25, 0.5987063256829237],
    [1, 0.8413447460685429],
    [3, 0.9986501019683699],
    [6, 0.9999999990134123],
  ])('has %d at share %d', (x, expected) => {
    expect(relative(normalCdf(x), expected)).toBeLessThan(1e-13);
  });

  it.each([
    [1e-12, -7.034483825301132],
    [0.0001, -3.7190164854556804],
    [0.05, -1.6448536269514726],
    [0.3, -0.5244005127080408],
    [0.6, 0.2533471031357998],
    [0.95, 1.6448536269514726],
    [0.999, 3.0902323061678136],
  ])('has the quantile of %d at %d', (p, expected) => {
    expect(relative(normalQuantile(p), expected)).toBeLessThan(1e-14);
  });

  it('turns a share into a quantile and back', () => {
    fc.assert(
      fc.property(share, (p) => {
        expect(relative(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12);
      }),
    );
  });

  it('ends at infinity, and has no quantile outside 0..1', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
  });
});

describe("Student's t distribution", () => {
  it.each([
    [0.95, 1, 6.313751514675043],
    [0.975, 2, 4.302652729749464],
    [0.9, 4.5, 1.5008853175085575],
    [0.975, 10, 2.228138851986275],
    [0.995, 30, 2.7499956535672254],
    [0.05, 3, -2.3533634348018238],
    [0.0001, 5, -9.67756630088259],
    [0.6, 200, 0.2536843791901477],
  ])('has the quantile of %d with %d degrees of freedom at %d', (p, nu, expected) => {
    expect(relative(studentTQuantile(p, nu), expected)).toBeLessThan(1e-12);
  });

  it('turns a share into a quantile and back, and is symmetric', () => {
    fc.assert(
      fc.property(share, freedom, (p, nu) => {
        expect(relative(studentTCdf(studentTQuantile(p, nu), nu), p)).toBeLessThan(1e-11);
        const x = studentTQuantile(p, nu);
        expect(studentTCdf(x, nu) + studentTCdf(-x, nu)).toBeCloseTo(1, 14);
      }),
    );
  });

  it('approaches the normal distribution', () => {
    expect(studentTQuantile(0.975, 1e8)).toBeCloseTo(normalQuantile(0.975), 7);
  });
});

describe('the chi-squared distribution', () => {
  it.each([
    [0.95, 1, 3.841458820694126],
    [0.05, 1, 0.003932140000019522],
    [0.5, 2, 1.3862943611198906],
    [0.9, 3.5, 7.026362890323162],
    [0.975, 10, 20.4831773508074],
    [0.025, 10, 3.246972780236841],
    [0.999, 100, 149.44925277903872],
    [0.001, 0.5, 1.349939578623075e-12],
  ])('has the quantile of %d with %d degrees of freedom at %d', (p, nu, expected) => {
    expect(relative(chiSquaredQuantile(p, nu), expected)).toBeLessThan(1e-11);
  });

  it('turns a share into a quantile and back', () => {
    fc.assert(
      fc.property(share, freedom, (p, nu) => {
        expect(relative(chiSquaredCdf(chiSquaredQuantile(p, nu), nu), p)).toBeLessThan(1e-10);
      }),
    );
  });

  it('is the distribution of a squared normal number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 6, noNaN: true }), (x) => {
        expect(chiSquaredCdf(x * x, 1)).toBeCloseTo(normalCdf(x) - normalCdf(-x), 13);
      }),
    );
  });
});

describe('outside their domain', () => {
  it('distributions are not a number', () => {
    expect(studentTQuantile(0.9, 0)).toBeNaN();
    expect(studentTQuantile(1.5, 3)).toBeNaN();
    expect(chiSquaredQuantile(-0.1, 3)).toBeNaN();
    expect(chiSquaredCdf(1, -1)).toBeNaN();
    expect(studentTCdf(1, Number.NaN)).toBeNaN();
  });
});

describe('special functions', () => {
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247001],
    [1.5, -0.12078223763524522],
    [7.3, 7.147892523022249],
    [15, 25.191221182738683],
    [100, 359.1342053695754],
  ])('ln Γ(%d) is %d', (x, expected) => {
    expect(relative(lnGamma(x), expected)).toBeLessThan(1e-13);
  });

  it('P and Q sum to one, and P(1, x) is the exponential distribution', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 300, noNaN: true }),
        (a, x) => {
          const { p, q } = incompleteGamma(a, x);
          expect(p + q).toBeCloseTo(1, 14);
          expect(incompleteGamma(1, x).q).toBeCloseTo(Math.exp(-x), 14);
        },
      ),
    );
  });

  it('the incomplete beta function mirrors, and I_x(1, 1) is x', () => {
    const positive = fc.double({ min: 0.1, max: 100, noNaN: true });
    // Nearer to 0 the double 1 - x is not the mirror image of x.
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, x) => {
        expect(incompleteBeta(a, b, x) + incompleteBeta(b, a, 1 - x)).toBeCloseTo(1, 12);
        expect(incompleteBeta(1, 1, x)).toBeCloseTo(x, 13);
      }),
    );
  });
});

function relative(value: number, expected: number): number {
  return Math.abs(value - expected) / (Math.abs(expected) || 1);
}
