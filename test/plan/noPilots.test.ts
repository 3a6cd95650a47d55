import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitSchema } from '../../src/documents/fit.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { criticalRatio } from '../../src/mixture/critical.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { PILOTED_WIDTH, replayFor } from '../../src/plan/noPilots.ts';
import { RULES, TABLES } from '../../src/plan/publishedEvidence.ts';

function table(path: string): string[][] {
  const text = readFileSync(new URL(`../../datasets/published/${path}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

describe('published evidence', () => {
  it('has the rows of the tables that ship', () => {
    const ibrahim = table('ibrahim-2024/replay.csv');
    const settings = ['405M Pile->SlimPajama', '10B Pile->SlimPajama', '405M Pile->German'];
    const [small, large, , german] = TABLES;
    [small, large, german].forEach((evidence, k) => {
      const rows = ibrahim.filter(([setting]) => setting === settings[k]);
      expect(evidence.rows).toEqual(rows.map((row) => [Number(row[5]) / 100, Number(row[6])]));
      expect(evidence.base).toBe(Number(rows[0][3]));
    });
    const chemistry = table('d-cpt-2024/table5-chemistry.csv')
      .map(([ratio, loss]) => [Number((1 - Number(ratio)).toFixed(3)), Number(loss)])
      .toSorted((a, b) => a[0] - b[0]);
    expect(TABLES[2].rows).toEqual(chemistry);
  });

  it('has the CMR ratios at 20B tokens as replay', () => {
    const cmr = RULES.find(({ counted }) => !counted)!;
    expect(cmr.replay).toEqual([1 - 0.4783, 1 - 0.2976].map((each) => Number(each.toFixed(4))));
  });

  it('is read at 3% as without a law', () => {
    const at = TABLES.map((each) => replayFor(each, 0.03));
    expect(at[0].replay[0]).toBeCloseTo(0.043, 3);
    expect(at[1].replay[0]).toBeCloseTo(0.047, 3);
    expect(1 - at[2].replay[0]).toBeCloseTo(0.9245, 4);
    expect(at[3]).toEqual({ replay: [0.5, 1], beyond: true });
  });

  it('asks for less replay where more is accepted', () => {
    for (const each of TABLES) {
      const asked = [0.01, 0.03, 0.05, 0.1, 0.3].map((tolerance) => replayFor(each, tolerance).replay[1]);
      expect(asked).toEqual(asked.toSorted((a, b) => b - a));
    }
  });

  it('is compared with the interval that the shipped pilots leave', () => {
    const text = readFileSync(new URL('../../fits/pilots-kernel-c.fit.json', import.meta.url), 'utf8');
    const fit = fitSchema.parse(JSON.parse(text));
    const { params, tokens } = fit.pilots.range;
    const predictor = makePredictor(fit, {
      params: params[1],
      base: baseLosses(fit, params[1], {}, false),
    });
    const evalIndex = fit.evals.findIndex(({ role }) => role === 'general');
    const accepted = { evalIndex, tolerance: { kind: 'relative', share: 0.03 } } as const;
    const { interval } = criticalRatio(predictor, predictor.atTokens(tokens[1]), [accepted]);
    expect(Math.abs(interval![1] - interval![0] - PILOTED_WIDTH)).toBeLessThan(0.0005);
  });
});
