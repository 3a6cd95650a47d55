import { describe, expect, test } from 'vitest';
import { TRANSFERS, type Transfer } from '../../src/options/transfers.ts';
import { withoutPromise } from '../../src/problems/guards.ts';
import { describeRuns } from '../../src/runs/describe.ts';
import { targetProblems } from '../../src/runs/guards.ts';
import { setAside } from '../../src/runs/honesty.ts';
import { codes, fromText, refusal } from './tables.ts';

const HEADER = 'run,base,params,tokens,domain_ratio,loss_general,loss_domain,warmup_tokens,schedule';

/** Two runs of four evaluations, with further columns that differ between them. */
function runsOf(
  columns: Readonly<Record<string, readonly [string, string]>>,
  schedules = ['constant', 'constant'],
) {
  const { base = ['small', 'small'], ...others } = columns;
  const rows = [0, 1].flatMap((run) =>
    [100, 200, 300, 400].map((tokens) =>
      [
        `r${run},${base[run]},1000,${tokens},0.${run},${2 + tokens / 1e4},${3 - tokens / 1e4},10,${schedules[run]}`,
        ...Object.values(others).map((values) => values[run]),
      ].join(','),
    ),
  );
  return fromText([[HEADER, ...Object.keys(others)].join(','), ...rows].join('\n'));
}

const cases: readonly {
  readonly transfer: Transfer;
  readonly code: string;
  readonly columns: Readonly<Record<string, readonly [string, string]>>;
  readonly schedules?: string[];
  readonly message: string;
}[] = [
  {
    transfer: 'method',
    code: 'methods-mixed',
    columns: { method: ['full', 'lora'] },
    message: 'These runs were trained by full and lora: one fit takes one method.',
  },
  {
    transfer: 'sequence-length',
    code: 'sequence-lengths-mixed',
    columns: { sequence_length: ['2048', '4096'] },
    message: 'These runs were trained on sequences of 2048 and 4096 tokens: one fit takes one length.',
  },
  {
    transfer: 'averaging',
    code: 'averaged-checkpoints-mixed',
    columns: { averaged: ['no', 'ema'] },
    message:
      'These losses are of checkpoints averaged in different ways (averaged: ema and no): one fit takes one.',
  },
  {
    transfer: 'tier',
    code: 'data-tiers-mixed',
    columns: { data_tier: ['high', 'low'] },
    message: 'These runs were trained on data of the tiers high and low: one fit takes one.',
  },
  {
    transfer: 'phase',
    code: 'phases-mixed',
    columns: { phase: ['1', '2'] },
    message: 'These runs belong to the training phases 1 and 2: one fit takes one.',
  },
  {
    transfer: 'schedule',
    code: 'schedules-mixed',
    columns: {},
    schedules: ['constant', 'cosine'],
    message:
      'These runs end at different learning rates (schedules: constant and cosine): one fit takes constant or decayed ends.',
  },
  {
    transfer: 'base',
    code: 'bases-mixed',
    columns: { base: ['small-v1', 'small-v2'] },
    message:
      'Runs of 1k parameters start from different base models: small-v1 and small-v2; one fit takes one base a size.',
  },
];

describe.each(cases)('runs that differ in $transfer', ({ transfer, code, columns, schedules, message }) => {
  const runs = runsOf(columns, schedules);

  test('are refused, and told how to go on', () => {
    const [problem, ...others] = refusal(() => setAside(runs));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code, message, severity: 'error' });
    expect(problem.hint).toContain(`--assume-transfer ${transfer}`);
    expect(describeRuns(runs)).toMatchObject({ usable: false });
  });

  test('are taken where that is assumed, at the price of the promise', () => {
    const kept = setAside(runs, { assumeTransfer: [transfer] });
    expect(kept.n).toBeGreaterThan(0);
    const assumed = kept.problems.filter((problem) => withoutPromise.has(problem.code));
    expect(assumed).toHaveLength(1);
    expect(assumed[0].message).toMatch(/^Assumed: .* make no difference\. .*no promise\.$/);
    expect(describeRuns(runs, { assumeTransfer: [transfer] })).toMatchObject({ usable: true });
  });

  test('are refused where something else is assumed', () => {
    const others = TRANSFERS.filter((each) => each !== transfer);
    expect(codes(refusal(() => setAside(runs, { assumeTransfer: others })))).toEqual([code]);
  });
});

describe('what is no difference', () => {
  test('one value, or none in some runs', () => {
    const runs = runsOf({ method: ['full', ''], sequence_length: ['2048', '2048'], base: ['a', 'a'] });
    expect(setAside(runs).n).toBe(8);
    expect(runs.training).toEqual({ method: ['full'], sequence_length: ['2048'] });
  });

  test('several differences are told together, each with its own flag', () => {
    const runs = runsOf({ method: ['full', 'lora'], phase: ['1', '2'] });
    expect(codes(refusal(() => setAside(runs)))).toEqual(['methods-mixed', 'phases-mixed']);
    expect(codes(refusal(() => setAside(runs, { assumeTransfer: ['method'] })))).toEqual(['phases-mixed']);
  });

  test('two tokenizers in bits per byte, but their token counts are doubted', () => {
    const rows = [0, 1].flatMap((run) =>
      [100, 200].map((tokens) => `r${run},b,1000,${tokens},0.${run},2.${run},3,10,constant,t${run}`),
    );
    const text = [`${HEADER},tokenizer`, ...rows].join('\n');
    const runs = setAside(fromText(text, { units: { general: 'bpb', domain: 'bpb' } }));
    expect(codes(runs.problems)).toContain('tokens-in-two-tokenizers');
    expect(withoutPromise.has('tokens-in-two-tokenizers')).toBe(true);
  });
});

describe('a full run', () => {
  const pilots = { lr: ['0.00003'], method: ['full'], tokenizer: ['llama-3'], sequence_length: ['4096'] };

  test.each([
    [{ lr: '3e-5', method: 'full', sequence_length: '4096' }, []],
    [{}, []],
    // The pilots do not say: nothing is known to differ.
    [{ data_tier: 'high' }, []],
    [{ lr: '1e-4' }, ['--assume-lr-transfer']],
    [{ method: 'lora' }, ['--assume-transfer method']],
    [{ tokenizer: 'qwen' }, ['--assume-transfer tokenizer']],
    [
      { sequence_length: '8192', method: 'lora' },
      ['--assume-transfer sequence-length', '--assume-transfer method'],
    ],
  ])('%j against its pilots', (target, flags) => {
    const problems = targetProblems(target, pilots, [], false);
    expect(codes(problems)).toEqual(flags.map(() => 'target-trained-otherwise'));
    flags.forEach((flag, k) => {
      expect(problems[k].hint).toContain(flag);
    });
    const all = targetProblems(target, pilots, TRANSFERS, true);
    expect(codes(all)).toEqual(flags.map(() => 'transfer-assumed'));
  });

  test('is compared in words that people use', () => {
    expect(targetProblems({ lr: '1e-4' }, pilots, [], false)[0].message).toBe(
      'The full run has peak learning rate 1e-4, and the pilots have 0.00003: what they show holds for training like theirs.',
    );
  });
});
