import { describe, expect, test } from 'vitest';
import { describeRuns } from '../../src/runs/describe.ts';
import { lawSupport, suggestRuns, variationOf } from '../../src/runs/identifiability.ts';
import { evaluationNoise, repeatSpread } from '../../src/runs/noise.ts';
import type { Runs } from '../../src/runs/runs.ts';
import { codes, fromText } from './tables.ts';

interface Design {
  readonly sizes?: readonly number[];
  readonly ratios?: readonly number[];
  readonly tokens?: readonly number[];
  readonly seeds?: readonly number[];
  readonly general?: (tokens: number, seed: number) => number;
}

/** Every combination, with base rows, a constant schedule and no warm-up. */
function grid({
  sizes = [1, 2, 3],
  ratios = [0, 0.3, 0.6, 1],
  tokens = [10, 20, 30, 40],
  seeds = [1, 2],
  general = (tokens, seed) => 2 + tokens / 1000 + seed / 100,
}: Design): Runs {
  const rows = sizes.flatMap((size) =>
    ratios.flatMap((ratio) =>
      seeds.flatMap((seed) =>
        [0, ...tokens].map(
          (seen) =>
            `${size}/${ratio}/${seed},b${size},${size},${seen},${ratio},${seen === 0 ? 2 : general(seen, seed)},${seen === 0 ? 3 : 3 - seen / 1000 - seed / 100},${seed},constant,0`,
        ),
      ),
    ),
  );
  return fromText(
    [
      'run,base,params,tokens,domain_ratio,loss_general,loss_domain,seed,schedule,warmup_tokens',
      ...rows,
    ].join('\n'),
  );
}

const problemsOf = (design: Design): string[] => codes(describeRuns(grid(design)).problems);

describe('what is missing', () => {
  test('nothing but a second general set, in a full design', () => {
    expect(problemsOf({})).toEqual(['one-general-set']);
    expect(suggestRuns(grid({}), variationOf(grid({})))).toEqual([]);
  });

  test.each<[string, Design]>([
    ['one-ratio', { ratios: [0] }],
    ['few-ratios', { ratios: [0, 0.5, 1] }],
    ['no-control-run', { ratios: [0.1, 0.3, 0.6, 1] }],
    ['no-all-domain-run', { ratios: [0, 0.3, 0.6, 0.9] }],
    ['one-token-count', { tokens: [10] }],
    ['few-token-counts', { tokens: [10, 20, 30] }],
    ['one-size', { sizes: [1] }],
    ['few-sizes', { sizes: [1, 2] }],
    ['no-repeats', { seeds: [1] }],
  ])('%s', (code, design) => {
    expect(problemsOf(design)).toEqual([code, 'one-general-set']);
  });

  test('token counts are those of one mixture, not of the whole table', () => {
    const text = [0, 0.3, 0.6, 1].map((ratio, k) => `r${k},1,${100 * (k + 1)},${ratio},2,3,constant,0`);
    const runs = fromText(
      ['run,params,tokens,domain_ratio,loss_general,loss_domain,schedule,warmup_tokens', ...text].join('\n'),
    );
    expect(codes(describeRuns(runs).problems)).toContain('few-token-counts');
  });

  test('variation in rows that are set aside does not count', () => {
    const decaying = fromText(
      [
        'run,params,tokens,domain_ratio,loss_general,loss_domain,schedule,warmup_tokens',
        ...[10, 20, 30, 40].map((tokens) => `a,1,${tokens},0,2,3,cosine,0`),
      ].join('\n'),
    );
    const { problems, setAside } = describeRuns(decaying);
    expect(codes(problems)).toContain('one-token-count');
    expect(setAside).toMatchObject([{ code: 'decaying-checkpoint', rows: 3 }]);
  });
});

describe('laws', () => {
  test.each<[Design, readonly string[]]>([
    [{}, ['tested', 'tested', 'tested']],
    [{ ratios: [0, 0.5, 1] }, ['fitted', 'tested', 'tested']],
    [{ ratios: [0, 0.5] }, ['none', 'tested', 'tested']],
    [{ tokens: [1, 2, 3] }, ['tested', 'fitted', 'tested']],
    [{ sizes: [1, 2] }, ['tested', 'tested', 'fitted']],
    [{ sizes: [1], tokens: [5] }, ['tested', 'none', 'none']],
  ])('%j carries %j', (design, support) => {
    expect(lawSupport(variationOf(grid(design))).map((one) => one.support)).toEqual(support);
  });
});

describe('runs to add', () => {
  const suggestions = (design: Design) => suggestRuns(grid(design), variationOf(grid(design)));

  test('a control for every base that lacks it, as long as its longest run', () => {
    expect(suggestions({ ratios: [0.1, 0.3, 0.6, 1] })).toMatchObject([
      { base: 'b1', params: 1, domainRatio: 0, tokens: 40 },
      { base: 'b2', params: 2, domainRatio: 0, tokens: 40 },
      { base: 'b3', params: 3, domainRatio: 0, tokens: 40 },
    ]);
  });

  test('ratios far from those that are there, until there are four', () => {
    expect(suggestions({ ratios: [0] }).map(({ domainRatio }) => domainRatio)).toEqual([0.25, 0.5, 0.9]);
    expect(suggestions({ ratios: [0, 0.25, 0.9] }).map(({ domainRatio }) => domainRatio)).toEqual([0.5]);
  });

  test('following the advice leaves nothing to advise', () => {
    for (const ratios of [[0], [0, 1], [0, 0.5, 0.6]]) {
      const added = suggestions({ ratios }).map(({ domainRatio }) => domainRatio);
      expect(suggestions({ ratios: [...ratios, ...added] })).toEqual([]);
    }
  });

  test('a repeat of a middle ratio from the smallest base', () => {
    expect(suggestions({ seeds: [1] })).toMatchObject([{ base: 'b1', domainRatio: 0.6 }]);
  });
});

describe('noise', () => {
  test('a straight line has none, whatever the spacing', () => {
    const runs = grid({ tokens: [1, 2, 5, 30, 31], general: (tokens) => 3 - tokens / 100 });
    expect(evaluationNoise(runs, 0).sd).toBeCloseTo(0, 12);
    expect(evaluationNoise(runs, 0).points).toBe(24 * 3);
  });

  test('an alternating +-1 shows as the sd that independent noise of that second difference would have', () => {
    const runs = grid({ tokens: [10, 20, 30, 40], general: (tokens) => 5 + (tokens % 20 === 0 ? 1 : -1) });
    // |y - mean of neighbours| = 2 for each point, over sqrt(1.5), times 1.4826.
    expect(evaluationNoise(runs, 0).sd).toBeCloseTo((1.482602218505602 * 2) / Math.sqrt(1.5), 12);
  });

  test('two evaluations of a run tell nothing', () => {
    expect(evaluationNoise(grid({ tokens: [10, 20] }), 0)).toEqual({ sd: Number.NaN, points: 0 });
  });

  test('repeats that differ by a constant show it, pooled over groups', () => {
    const spread = repeatSpread(grid({ sizes: [1], general: (_, seed) => 2 + seed / 10 }), 0);
    // Two values 0.1 apart have a standard deviation of 0.1 / sqrt 2.
    expect(spread.sd).toBeCloseTo(0.1 / Math.SQRT2, 12);
    expect(spread.relative).toBeCloseTo(0.1 / Math.SQRT2 / 2.15, 12);
    expect(spread).toMatchObject({ groups: 4, degreesOfFreedom: 4 });
  });

  test('without repeats there is no spread', () => {
    expect(repeatSpread(grid({ seeds: [1] }), 0)).toEqual({
      sd: Number.NaN,
      relative: Number.NaN,
      groups: 0,
      degreesOfFreedom: 0,
    });
  });
});

describe('variation that cannot be told from something else does not count', () => {
  const rowsOf = (cells: readonly (readonly [base: number, ratio: number])[]): Runs => {
    const rows = cells.flatMap(([size, ratio]) =>
      [10, 20, 30, 40].map((tokens) => `${size}/${ratio},${size},${tokens},${ratio},2,3,constant,0`),
    );
    const header = 'run,params,tokens,domain_ratio,loss_general,loss_domain,schedule,warmup_tokens';
    return fromText([header, ...rows].join('\n'));
  };

  test('four ratios, each from another base, are one ratio for a law in R, and four sizes one for a law in N', () => {
    const runs = rowsOf([
      [1, 0],
      [2, 0.3],
      [3, 0.6],
      [4, 1],
    ]);
    expect(lawSupport(variationOf(runs)).map(({ values, support }) => [values, support])).toEqual([
      [1, 'none'],
      [4, 'tested'],
      [1, 'none'],
    ]);
    expect(codes(describeRuns(runs).problems)).toEqual(expect.arrayContaining(['few-ratios', 'few-sizes']));
  });

  test('further ratios are suggested where most are there already', () => {
    const runs = rowsOf([
      [1, 0],
      [2, 0],
      [2, 0.5],
    ]);
    const ratios = suggestRuns(runs, variationOf(runs)).filter(({ why }) => why.includes('ratio'));
    expect(ratios.map(({ params, domainRatio }) => [params, domainRatio])).toEqual([
      [2, 0.25],
      [2, 0.9],
    ]);
  });
});
