import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setAside } from '../../src/runs/honesty.ts';
import { fromText } from './tables.ts';

type Losses = (at: number) => readonly [general: number, domain: number];

/** One run of 20 evaluations at every 10 tokens; `at` counts them from 1. */
function runOf(losses: Losses): string {
  const rows = Array.from({ length: 20 }, (_, k) => {
    const [general, domain] = losses(k + 1);
    return `a,base7,7,${10 * (k + 1)},0.5,${general},${domain},constant,0`;
  });
  return [
    'run,base,params,tokens,domain_ratio,loss_general,loss_domain,schedule,warmup_tokens',
    ...rows,
  ].join('\n');
}

const kept = (losses: Losses) => setAside(fromText(runOf(losses)));
const steady: Losses = (at) => [2 + at / 1000, 3 - at / 100];
const codesOf = (losses: Losses) => kept(losses).problems.map(({ code }) => code);

describe('a run that diverges', () => {
  const lost: Losses = (at) => {
    const [general, domain] = steady(at);
    return at < 12 ? [general, domain] : [general * 1.1, domain * 1.2];
  };

  test('keeps what came before, and the rest is set aside with its reason and a warning', () => {
    const runs = kept(lost);
    expect([...runs.tokens]).toEqual(Array.from({ length: 11 }, (_, k) => 10 * (k + 1)));
    expect(runs.setAside.map(({ tokens, reason }) => [tokens, reason.code])).toEqual(
      Array.from({ length: 9 }, (_, k) => [10 * (k + 12), 'after-divergence']),
    );
    const [problem] = runs.problems.filter(({ code }) => code === 'run-diverged');
    expect(problem.severity).toBe('warning');
    expect(problem.message).toContain('Run a diverged at 120 tokens');
    expect(problem.message).toContain('the 9 evaluations from there on are set aside');
  });

  test('is found once: looking again changes nothing', () => {
    const once = kept(lost);
    const twice = setAside(once);
    expect([...twice.tokens]).toEqual([...once.tokens]);
    expect(twice.problems).toEqual(once.problems);
  });

  test('is found wherever it starts, as long as there is something before and after', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 19 }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (from, by) => {
          const runs = kept(
            (at) => steady(at).map((loss) => (at < from ? loss : loss * (1 + by))) as [number, number],
          );
          expect(runs.n).toBe(from - 1);
        },
      ),
    );
  });
});

describe('no divergence', () => {
  const cases: [string, Losses][] = [
    ['forgetting, however fast, while the domain is learnt', (at) => [2 + at / 5, 3 - at / 100]],
    ['one set alone that jumps', (at) => [at < 12 ? 2 : 2.4, 3 - at / 100]],
    ['a spike that comes back', (at) => (at === 12 ? [2.6, 3.6] : steady(at))],
    ['noise', (at) => [2 + 0.015 * Math.sin(91 * at), 3 + 0.02 * Math.sin(57 * at)]],
    ['a slow rise of both sets', (at) => [2 * 1.01 ** at, 3 * 1.01 ** at]],
  ];
  test.each(cases)('%s', (_what, losses) => {
    expect(kept(losses).n).toBe(20);
    expect(codesOf(losses)).not.toContain('run-diverged');
  });
});
