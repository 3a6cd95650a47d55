import { describe, expect, test } from 'vitest';
import { setAside, withoutDisturbed } from '../../src/runs/honesty.ts';
import type { Runs } from '../../src/runs/runs.ts';
import { codes, fromText, refusal } from './tables.ts';

interface RunSpec {
  readonly schedule?: string;
  readonly warmup?: number | '';
  readonly lr?: number | ((tokens: number) => number);
  readonly params?: number;
}

/** Runs named a, b, ... evaluated at every 10 tokens up to 200. */
function runsOf(...specs: readonly RunSpec[]): Runs {
  const header = 'run,base,params,tokens,domain_ratio,loss_general,loss_domain,schedule,warmup_tokens,lr';
  const rows = specs.flatMap(({ schedule = 'constant', warmup = 0, lr = 0.001, params = 7 }, index) =>
    Array.from({ length: 20 }, (_, k) => {
      const tokens = 10 * (k + 1);
      const rate = typeof lr === 'number' ? lr : lr(tokens);
      return `${'abcdef'[index]},base${params},${params},${tokens},0.5,${2 + tokens / 1000},${3 - tokens / 1000},${schedule},${warmup},${rate}`;
    }),
  );
  return fromText([header, ...rows].join('\n'));
}

const tokensOf = (runs: Runs): number[] => [...runs.tokens];
const reasons = (runs: Runs): string[] => [...new Set(runs.setAside.map(({ reason }) => reason.code))];

describe('laws in tokens do not see', () => {
  test.each(['cosine', 'linear', 'wsd'])('intermediate checkpoints of a %s schedule', (schedule) => {
    const kept = setAside(runsOf({ schedule }));
    expect(tokensOf(kept)).toEqual([200]);
    expect(kept.setAside).toHaveLength(19);
    expect(reasons(kept)).toEqual(['decaying-checkpoint']);
  });

  test('checkpoints of a run whose logged rate falls, whatever its schedule is called', () => {
    const kept = setAside(runsOf({ schedule: 'unknown', lr: (tokens) => 0.001 * (1 - tokens / 400) }));
    expect(tokensOf(kept)).toEqual([200]);
    expect(kept.setAside[0].reason.message).toContain('falling');
  });

  test('the first 5% of a run', () => {
    const kept = setAside(runsOf({ warmup: 0 }));
    expect(tokensOf(kept)[0]).toBe(10);
    const shorter = fromText(
      'run,params,tokens,domain_ratio,loss_general,loss_domain\na,1,4,0,2,3\na,1,5,0,2,3\na,1,100,0,2,3',
    );
    expect(tokensOf(setAside(shorter))).toEqual([5, 100]);
  });

  test('the first two warm-ups where those are longer', () => {
    const kept = setAside(runsOf({ warmup: 30 }));
    expect(tokensOf(kept)[0]).toBe(60);
    expect(kept.setAside.map(({ tokens }) => tokens)).toEqual([10, 20, 30, 40, 50]);
    expect(reasons(kept)).toEqual(['first-stretch']);
  });

  test('anything of a rising rate at the start of a constant schedule, if warm-up says so; a rise is no decay', () => {
    const kept = setAside(runsOf({ warmup: 50, lr: (tokens) => 0.001 * Math.min(1, tokens / 50) }));
    expect(tokensOf(kept)[0]).toBe(100);
  });
});

describe('what is said', () => {
  test('each row that is set aside is listed with its place', () => {
    const kept = setAside(runsOf({ warmup: 10 }));
    expect(kept.setAside).toMatchObject([
      { file: 'a.csv', line: 2, run: 'a', tokens: 10, reason: { place: { line: 2 } } },
    ]);
  });

  test('a warm-up or a schedule that is not known is a warning', () => {
    expect(codes(setAside(runsOf({ warmup: '' }, {})).problems)).toContain('warmup-unknown');
    expect(codes(setAside(runsOf({ schedule: '' }, {})).problems)).toContain('schedule-unknown');
    expect(codes(setAside(runsOf({})).problems)).toEqual(['base-missing']);
  });

  test('a loss that never changes is a warning that names its column', () => {
    const rows = [100, 200, 300].map((tokens) => `a,b,7,${tokens},0.5,2.5,${3 - tokens / 1000},constant,0`);
    const header = 'run,base,params,tokens,domain_ratio,loss_general,loss_domain,schedule,warmup_tokens';
    const { problems } = setAside(fromText([header, ...rows].join('\n')));
    const constant = problems.filter(({ code }) => code === 'losses-constant');
    expect(constant.map(({ message }) => message.split(' ')[0])).toEqual(['loss_general']);
  });

  test('several peak rates at one size are refused, unless transfer is assumed', () => {
    const runs = runsOf({ lr: 0.001 }, { lr: 0.002 });
    expect(codes(refusal(() => setAside(runs)))).toEqual(['several-learning-rates']);
    const kept = setAside(runs, { assumeLrTransfer: true });
    expect(kept.n).toBe(40);
    expect(codes(kept.problems)).toContain('learning-rate-transfer-assumed');
  });

  test('different rates at different sizes are no trouble', () => {
    expect(setAside(runsOf({ lr: 0.001 }, { lr: 0.002, params: 8 })).n).toBe(40);
  });

  test('nothing left is refused', () => {
    expect(codes(refusal(() => setAside(runsOf({ warmup: 150 }))))).toEqual(['all-set-aside']);
  });
});

describe('properties', () => {
  const mixed = runsOf({ warmup: 30 }, { schedule: 'cosine' }, { warmup: 150 });
  const assumed = { assumeTransfer: ['schedule'] } as const;

  test('kept and set aside make up the whole, and runs without observations drop out', () => {
    const kept = setAside(mixed, assumed);
    expect(kept.n + kept.setAside.length).toBe(mixed.n);
    expect(kept.runs.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(kept.bases).toEqual(mixed.bases);
    expect([...kept.run]).toEqual([...Array(15).fill(0), 1]);
    expect(kept.evals.every(({ loss }) => loss.length === kept.n)).toBe(true);
  });

  test('applied twice it changes nothing more', () => {
    const once = setAside(mixed, assumed);
    expect(setAside(once, assumed)).toEqual(once);
  });

  test('withoutDisturbed never refuses', () => {
    expect(withoutDisturbed(runsOf({ warmup: 150, lr: 0.1 })).n).toBe(0);
  });
});

describe('pilots that repeat their corpus', () => {
  const table = (unique: string) =>
    withoutDisturbed(
      fromText(
        [
          `run,params,tokens,domain_ratio,loss_general,loss_domain,${unique.split('=')[0]}`,
          ...[10, 50, 100].flatMap((tokens) => [
            `few,7,${tokens},0.1,2,3,${unique.split('=')[1]}`,
            `many,7,${tokens},0.8,2,3,${unique.split('=')[1]}`,
          ]),
        ].join('\n'),
      ),
    ).problems.find(({ code }) => code === 'pilots-repeat');

  test('are told by how many runs do, and how often the one does that does most', () => {
    expect(table('unique_domain=20')!.message).toContain(
      '1 of 2 runs sees their domain corpus more than once, most often run many, 4 times',
    );
    expect(table('unique_general=10')!.message).toContain('2 of 2 runs see their general corpus');
    expect(table('unique_general=10')!.message).toContain('run few, 9 times');
  });

  test('are not seen where the corpora last, or nobody says how large they are', () => {
    expect(table('unique_domain=80')).toBeUndefined();
    expect(table('unique_domain=')).toBeUndefined();
    expect(table('step=1')).toBeUndefined();
  });
});
