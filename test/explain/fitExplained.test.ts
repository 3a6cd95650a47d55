import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ExplainedGroup, ExplanationDocument } from '../../src/documents/explanation.ts';
import type { FitDocument } from '../../src/documents/fit.ts';
import { adviceOn } from '../../src/explain/advice.ts';
import { barScale, centredBar, shareBar } from '../../src/explain/bars.ts';
import { explainFitExplained } from '../../src/explain/fitExplained.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { explanationOf } from '../../src/mixture/explanation.ts';
import { fitPath } from '../cli/pilots.ts';

let shipped: ExplanationDocument;
beforeAll(async () => {
  const fit = JSON.parse(await readFile(fitPath, 'utf8')) as FitDocument;
  const [, params] = fit.pilots.range.params;
  const explanation = explanationOf(fit, {
    target: { params, base: baseLosses(fit, params, {}, false) },
    tokens: fit.pilots.range.tokens[1],
    constraints: [{ evalIndex: 0, tolerance: { kind: 'relative', share: 0.03 } }],
  });
  shipped = { ...explanation, advice: adviceOn(explanation) };
});

const sentencesOf = (document: ExplanationDocument): string[] =>
  explainFitExplained(document).flatMap(({ sentences = [] }) => sentences);

/** The explanation with other groups of residuals of the general set. */
function withGroups(...groups: readonly ExplainedGroup[]): ExplanationDocument {
  const [general] = shipped.residuals;
  return { ...shipped, residuals: [{ ...general, groups: [...groups], byChance: 0.0455 * groups.length }] };
}

const off = (key: ExplainedGroup['key'], mean: number, standardErrors: number): ExplainedGroup => ({
  key,
  runs: 3,
  observations: 30,
  mean,
  spread: 0.002,
  standardError: Math.abs(mean) / standardErrors,
  standsOut: standardErrors > 2,
});

describe('what stands out is told in words', () => {
  it.each([
    [
      off({ by: 'ratio', domainRatio: 1 }, -0.004, 2.9),
      'The law lies 0.4% too low at domain ratio 1 (2.9 standard errors).',
    ],
    [
      off({ by: 'size', params: 1.8e9 }, 0.0121, 4),
      'The law lies 1.2% too high at 1.8B params (4 standard errors).',
    ],
    [
      off({ by: 'run', run: 'a', params: 1e9, domainRatio: 0.5 }, 0.02, 3.14),
      'The law lies 2% too high for run a (3.1 standard errors).',
    ],
    [
      off({ by: 'tokens', from: 1e9, to: 2e9 }, 0.001, 2.5),
      'The law lies 0.1% too high at 1B to 2B tokens, against the mean of each run (2.5 standard errors).',
    ],
  ])('%j', (group, sentence) => {
    expect(sentencesOf(withGroups(group))).toContain(sentence);
  });

  it('and what does not is not', () => {
    const said = sentencesOf(withGroups(off({ by: 'ratio', domainRatio: 1 }, -0.004, 1.9)));
    expect(said.filter((sentence) => sentence.startsWith('The law lies'))).toEqual([]);
    expect(said).toContain(
      'Of 1 groups of residuals 0 stand out by more than two standard errors; noise alone would make fewer than one.',
    );
  });
});

describe('shares of the variance', () => {
  it('are told in whole per cent that sum to 100', () => {
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(share, share, share, share), (parts) => {
        const total = parts.reduce((a, b) => a + b, 0);
        const names = ['run', 'evaluation', 'parameters', 'law'] as const;
        const layers = names.map((layer, k) => ({
          layer,
          share: parts[k] / total,
          without: [0.3, 0.4] as [number, number],
        }));
        const section = explainFitExplained({
          ...shipped,
          spread: { critical: { sd: 0.1, layers }, losses: [] },
        }).find(({ title }) => title?.startsWith('What the intervals are made of'))!;
        const shown = section.table!.rows.map((row) => row[1]);
        const whole = shown.map((text) => (text === '<1%' ? 0 : Number(text.replace('%', ''))));
        expect(whole.reduce((a, b) => a + b, 0)).toBe(100);
      }),
    );
  });
});

describe('advice follows from the numbers', () => {
  const [RUN, EVALUATION, DRIFT] = ['run', 'evaluation', 'drift'] as const;
  const dominatedBy = (layer: typeof RUN | typeof EVALUATION | typeof DRIFT): ExplanationDocument => ({
    ...shipped,
    spread: {
      critical: {
        sd: 0.1,
        layers: [
          { layer, share: 0.9, without: [0.35, 0.38] },
          { layer: 'baseLoss', share: 0.1, without: [0.3, 0.44] },
        ],
      },
      losses: [],
    },
  });
  const repeats = (found: { comparisons: number; sd: number } | null) => ({
    ...dominatedBy(RUN),
    residuals: shipped.residuals.map((set) => ({ ...set, repeats: found })),
  });

  it('run noise: assumed, measured, or mostly what the law misses', () => {
    const { run } = shipped.residuals[0].noise;
    expect(adviceOn(repeats(null))[0]).toMatch(/^Run-to-run noise is assumed, not measured: repeat one run/);
    expect(adviceOn(repeats({ comparisons: 8, sd: run }))[0]).toMatch(/is the luck of the run to come/);
    expect(adviceOn(repeats({ comparisons: 8, sd: 0.1 * run }))[0]).toMatch(/mostly what the law misses/);
  });

  it('says what an effort is worth, and nothing of layers that are worth none', () => {
    const [first, ...rest] = adviceOn(dominatedBy(EVALUATION));
    expect(first).toContain('the interval would be [0.350, 0.380] instead of [');
    expect(rest.filter((line) => line.includes('the interval would be'))).toEqual([]);
    expect(adviceOn(dominatedBy(DRIFT))[0]).toMatch(/^A pilot nearer to 333k params and 5M tokens/);
  });

  it('names the run that decides the answer, and the one that lies far off', () => {
    const [first] = shipped.influence!.runs;
    const decided = { ...shipped, influence: { ...shipped.influence!, decides: first.run } };
    expect(adviceOn(decided)[0]).toMatch(new RegExp(`^Repeat ${first.run} with another seed`));
    const far = withGroups(
      off({ by: 'run', run: first.run, params: first.params, domainRatio: first.domainRatio }, 0.05, 4.5),
      off({ by: 'ratio', domainRatio: 0.9 }, 0.01, 3.5),
      off({ by: 'ratio', domainRatio: 0.5 }, 0.01, 2.5),
    );
    const advice = adviceOn(far);
    expect(advice.find((line) => line.startsWith(`Look into ${first.run} for`))).toContain(
      'Left out, it moves the critical ratio by −0.0',
    );
    expect(
      advice.filter((line) => line.startsWith('Trust the law of general less near ratio 0.9:')),
    ).toHaveLength(1);
    expect(advice.join()).not.toContain('ratio 0.5');
  });
});

describe('bars', () => {
  it('grow from the middle, over the band of noise', () => {
    expect(centredBar(0.5, 0.2, 1)).toBe('        ··│█████     ');
    expect(centredBar(-1, 0.2, 1)).toBe('██████████│··        ');
    expect(centredBar(0.1, 0.3, 1)).toBe('       ···│█··       ');
    expect(centredBar(0, 0, 0)).toBe('          │          ');
    expect(centredBar(7, 0, 1)).toBe(centredBar(1, 0, 1));
    expect(barScale('2%')).toBe('−2%               +2%');
    expect(shareBar(0.5)).toBe('██████');
    expect(shareBar(-0.01)).toBe('');
  });
});
