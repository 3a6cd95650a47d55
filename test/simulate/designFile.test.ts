import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/problems/problem.ts';
import { parseDesign } from '../../src/simulate/designFile.ts';

const GRID = 'sizes: [0.5B, 1.8e9]\nratios: [0, 25%, 0.5]\ntokens: 26B\n';

/** Code, place and line of each fault. */
function faults(text: string): (readonly [string, string | undefined, number | undefined])[] {
  try {
    parseDesign(text, 'design.yaml');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(({ code, place }) => [code, place?.field, place?.line]);
  }
  return [];
}

describe('a design file', () => {
  it('makes a grid of sizes, ratios and seeds, with quantities as people write them', () => {
    const { runs, spikes, diverged } = parseDesign(`${GRID}checkpoints: 4\nseeds: [1, 7]\n`, 'design.yaml');
    expect(runs).toHaveLength(12);
    expect(runs[0]).toEqual({
      id: '500M-r0-s1',
      params: 0.5e9,
      domainRatio: 0,
      seed: '1',
      checkpoints: [6.5e9, 13e9, 19.5e9, 26e9],
      warmupTokens: 0.26e9,
      lr: Number.NaN,
    });
    expect(runs[11]).toMatchObject({ id: '1.8B-r0.5-s7', params: 1.8e9, domainRatio: 0.5, seed: '7' });
    expect({ spikes, diverged }).toEqual({ spikes: { chance: 0, size: 0 }, diverged: [] });
  });

  it('takes checkpoints one by one, warm-up, spikes and runs that diverge', () => {
    const text =
      'sizes: 1.8B\nratios: 0.5\ncheckpoints: [10B, 1B, 26B]\nwarmup: 100M tokens\nspikes: {chance: 1%, size: 0.2}\ndiverged: 1.8B-r0.5-s1\n';
    const { runs, spikes, diverged } = parseDesign(text, 'design.yaml');
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ checkpoints: [1e9, 10e9, 26e9], warmupTokens: 1e8 });
    expect({ spikes, diverged }).toEqual({ spikes: { chance: 0.01, size: 0.2 }, diverged: ['1.8B-r0.5-s1'] });
  });

  it('takes runs one by one, their mixture as domain ratio or replay', () => {
    const text =
      'tokens: 26B\nruns:\n  - {run: a, params: 1.8B, domain_ratio: 30%, seed: 2}\n  - params: 4B\n    replay: 20%\n';
    expect(parseDesign(text, 'design.yaml').runs).toMatchObject([
      { id: 'a', params: 1.8e9, domainRatio: 0.3, seed: '2' },
      { id: '4B-r0.8-s1', params: 4e9, domainRatio: 0.8, seed: '1' },
    ]);
  });

  it('has 20 checkpoints unless said, as whole tokens that end at the length of the run', () => {
    const [{ checkpoints }] = parseDesign('sizes: 1M\nratios: 0\ntokens: 1234567', 'design.yaml').runs;
    expect(checkpoints).toHaveLength(20);
    expect(checkpoints.every(Number.isInteger)).toBe(true);
    expect(checkpoints[19]).toBe(1234567);
  });
});

describe('a design file is refused with path and line', () => {
  it.each<[string, string, ReturnType<typeof faults>]>([
    ['no YAML', 'sizes: [1B\nratios: 0', [['design-syntax', undefined, 2]]],
    ['a key twice', `${GRID}tokens: 2B`, [['design-syntax', undefined, 4]]],
    ['two documents', `${GRID}---\nsizes: 1B\n`, [['design-syntax', undefined, 4]]],
    ['nothing', '', [['design-shape', '', undefined]]],
    ['a list', '- 1B\n', [['design-shape', '', 1]]],
    ['an unknown key', `${GRID}chekpoints: 4\n`, [['design-key-unknown', 'chekpoints', 4]]],
    [
      'no sizes, ratios and tokens',
      'seeds: 1',
      [
        ['design-needs', '', 1],
        ['design-needs', '', 1],
        ['design-needs', '', 1],
      ],
    ],
    [
      'a unit of another kind',
      'sizes: [1B, 3GB]\nratios: 0\ntokens: 1B',
      [['unit-unexpected', 'sizes[1]', 1]],
    ],
    [
      'a bare percentage',
      'sizes: 1B\nratios:\n  - 0\n  - 30\ntokens: 1B',
      [['looks-like-percentage', 'ratios[1]', 4]],
    ],
    ['a hexadecimal number', 'sizes: 0x10\nratios: 0\ntokens: 1B', [['unit-unexpected', 'sizes', 1]]],
    ['an empty value', 'sizes: 1B\nratios:\ntokens: 1B', [['not-a-quantity', 'ratios', 2]]],
    ['an empty list', 'sizes: []\nratios: 0\ntokens: 1B', [['design-shape', 'sizes', 1]]],
    ['a list in place of a value', 'sizes: 1B\nratios: 0\ntokens: [1B]', [['design-shape', 'tokens', 3]]],
    ['a value twice', 'sizes: [1B, 1e9]\nratios: 0\ntokens: 1B', [['design-repeated', 'sizes[1]', 1]]],
    [
      'tokens beside checkpoints',
      'sizes: 1B\nratios: 0\ntokens: 1B\ncheckpoints: [1B]',
      [['design-keys-exclude', 'tokens', 3]],
    ],
    [
      'more checkpoints than tokens',
      'sizes: 1B\nratios: 0\ntokens: 5\ncheckpoints: 6',
      [['quantity-out-of-range', 'checkpoints', 4]],
    ],
    [
      'endless checkpoints',
      'sizes: 1B\nratios: 0\ntokens: 1T\ncheckpoints: 1000000000',
      [['quantity-out-of-range', 'checkpoints', 4]],
    ],
    [
      'too many rows',
      `sizes: 1B\nratios: 0\ntokens: 1T\ncheckpoints: 100000\nseeds: [${Array.from({ length: 11 }, (_, i) => i).join()}]`,
      [['design-too-large', '', 1]],
    ],
    ['half a spike', `${GRID}spikes: {chance: 1%}`, [['design-needs', 'spikes', 4]]],
    ['spikes of another kind', `${GRID}spikes: 1%`, [['design-shape', 'spikes', 4]]],
    [
      'a chance above 1',
      `${GRID}spikes: {chance: 120%, size: 20%}`,
      [['quantity-out-of-range', 'spikes.chance', 4]],
    ],
    ['an unknown run', `${GRID}diverged: [500M-r0-s2]`, [['design-run-unknown', 'diverged[0]', 4]]],
    [
      'a run without size and mixture',
      'tokens: 1B\nruns:\n  - seed: 1',
      [
        ['design-needs', 'runs[0]', 3],
        ['design-needs', 'runs[0]', 3],
      ],
    ],
    [
      'a run of two mixtures',
      'tokens: 1B\nruns: [{params: 1B, domain_ratio: 0.3, replay: 0.7}]',
      [['design-keys-exclude', 'runs[0]', 2]],
    ],
    [
      'one run twice',
      'tokens: 1B\nruns: [{params: 1B, domain_ratio: 0.3}, {params: 1B, replay: 0.7}]',
      [['design-repeated', 'runs[1]', 2]],
    ],
    [
      'runs beside sizes',
      'tokens: 1B\nsizes: 1B\nruns: [{params: 1B, domain_ratio: 0.3}]',
      [['design-keys-exclude', 'sizes', 2]],
    ],
    ['runs that are none', 'tokens: 1B\nruns: 4', [['design-shape', 'runs', 2]]],
  ])('%s', (_what, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it('with all its faults together, each naming what was meant', () => {
    const text = 'sizes: [1X]\nratio: 0.5\nratios: 0\ntoken: 1B\ncheckpoints: [5B, nan]\n';
    expect(() => parseDesign(text, 'design.yaml')).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({ code: 'design-key-unknown', hint: 'Did you mean ratios?' }),
          expect.objectContaining({ code: 'design-key-unknown', hint: 'Did you mean tokens?' }),
          expect.objectContaining({ code: 'not-a-quantity' }),
          expect.objectContaining({ code: 'unit-unexpected' }),
        ],
      }),
    );
  });

  it('where aliases unfold without end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `k${i}: &k${i} [${Array(9)
          .fill(i === 0 ? '1' : `*k${i - 1}`)
          .join()}]`,
    );
    expect(faults(levels.join('\n')).map(([code]) => code)).toEqual(['design-syntax']);
  });
});
