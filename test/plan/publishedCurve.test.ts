import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cmrLaws } from '../../fits/published/cmr.ts';
import { canonicalJson } from '../../src/documents/canonical.ts';
import { criticalLawSchema } from '../../src/documents/criticalLaw.ts';
import { curveAt, curveValue, tokensFor } from '../../src/plan/publishedCurve.ts';

const laws = [...cmrLaws()];
const bySize = new Map(laws.map(([, law]) => [law.model.name, law]));

describe('the CMR curves', () => {
  it('ship as the script makes them from the table', () => {
    expect(laws).toHaveLength(4);
    for (const [name, law] of laws) {
      const file = new URL(`../../fits/published/${name}`, import.meta.url);
      expect(readFileSync(file, 'utf8')).toBe(canonicalJson(law));
    }
  });

  it.each([
    ['460M', 29.76, 3.36],
    ['940M', 34.89, 2.54],
    ['1.6B', 41.43, 2.72],
    ['3.1B', 47.83, 2.74],
  ])('%s: %s%% at 20B tokens, and no turning point before %sB', (size, percent, firstTurn) => {
    const law = bySize.get(size)!;
    const at = curveAt(law, 20e9);
    expect(at).toMatchObject({ provenance: 'published', times: 1, point: { kind: 'at' } });
    expect(100 * curveValue(law, 20e9)).toBeCloseTo(percent, 1);
    expect(Math.abs(100 * curveValue(law, 20e9) - percent)).toBeLessThan(0.006);
    expect(100 * law.printed[0].domainRatio).toBeCloseTo(percent, 1);
    expect(Math.abs(tokensFor(law, 0) / 1e9 - firstTurn)).toBeLessThan(0.02);
    expect(curveAt(law, 2e9).point).toEqual({ kind: 'none' });
  });

  it('never leave 0 to 1, rise, and say how far they are stretched', () => {
    for (const [, law] of laws) {
      let before = 0;
      for (let tokens = 1e8; tokens < 1e13; tokens *= 1.2) {
        const { point, provenance, times } = curveAt(law, tokens);
        if (point.kind === 'at') {
          expect(point.ratio).toBeGreaterThan(before);
          expect(point.ratio).toBeLessThanOrEqual(1);
          expect(tokensFor(law, point.ratio) / tokens).toBeCloseTo(1, 9);
          before = point.ratio;
        }
        expect(provenance === 'extrapolated').toBe(times > 1);
      }
      expect(curveAt(law, 50e9).times).toBeCloseTo(2.5, 12);
      expect(curveAt(law, 500e9).verdict).toBe('tooFar');
    }
    expect(curveAt(bySize.get('460M')!, 300e9).point).toEqual({ kind: 'beyondOne' });
    // The authors' curves of the larger models level off.
    expect(tokensFor(bySize.get('3.1B')!, 0.9)).toBe(Number.POSITIVE_INFINITY);
  });

  it('are refused where they would fall with tokens', () => {
    const [, law] = laws[0];
    const falling = { ...law, parameters: { ...law.parameters, alpha: -1 } };
    expect(criticalLawSchema.safeParse(falling).success).toBe(false);
  });
});
