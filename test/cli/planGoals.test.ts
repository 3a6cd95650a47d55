/** `plan` asked for several sizes, a target, a frontier, and with small corpora. */
import { describe, expect, it } from 'vitest';
import { type PlanDocument, planSchema } from '../../src/documents/plan.ts';
import { mixplan } from './harness.ts';
import { codesOf, fitPath, scratch, size } from './pilots.ts';

const file = scratch();
const ask = (...options: readonly string[]) =>
  mixplan(['plan', fitPath, '--tolerance', '3%', '-o', '-', ...options]);
const priced = ['--throughput', '50000tok/s', '--gpus', '2', '--price', '2'];

async function planOf(...options: readonly string[]): Promise<PlanDocument> {
  const { status, stdout, stderr } = await ask(...options);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return planSchema.parse(JSON.parse(stdout)) as PlanDocument;
}

describe('several sizes', () => {
  it('names the one chosen, and what the others cost in domain loss', async () => {
    const plan = await planOf('--params', '148k,333k', '--budget', '1e13FLOP');
    const feasible = plan.sizes.flatMap((each) => (each.kind === 'feasible' ? [each] : []));
    expect(feasible).toHaveLength(2);
    const chosen = feasible.find((each) => each.chosen)!;
    expect(chosen.model).toEqual(plan.model);
    for (const { regret, domainLoss } of feasible) {
      expect(regret).toBeGreaterThanOrEqual(0);
      expect(domainLoss - regret).toBeCloseTo(plan.predicted.domain.end.loss, 9);
    }
  });

  it.each([
    [['--params', '148k,333k', '--throughput', '1ktok/s', '--budget', '1gpu-h'], 'sizes-need-throughput'],
    [['--params', '148k,333k', '--base-loss', 'general=2', '--budget', '5Mtokens'], 'base-loss-without-size'],
    [
      ['--params', '148k,333k', '--base-loss', '9M:general=2', '--budget', '5Mtokens'],
      'base-loss-of-no-size',
    ],
    [['--params', '148k,333k', '--target-gain', '10%'], 'target-ambiguous'],
    [['--family', 'gpt-9', '--budget', '5Mtokens'], 'family-unknown'],
    [[...size, '--family', 'qwen2.5', '--budget', '5Mtokens'], 'options-exclude'],
    [[...size, '--budget', '5Mtokens', '--max-epochs', '2'], 'repetition-without-corpus'],
    [[...size, '--budget', '5Mtokens', '--corpus', 'web=2M'], 'corpus-unknown'],
    [
      [...size, '--budget', '5Mtokens', '--corpus', 'domain=2M', '--repetition', 'sedova'],
      'repetition-needs-constant',
    ],
    [[...size, '--target-domain-loss', '3'], 'target-not-below-base'],
  ])('refuses %j', async (options, code) => {
    const { status, stderr } = await ask(...options, '--json');
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: [code] });
  });
});

describe('what a plan says', () => {
  it('names the size of a base loss that is assumed, why a size is set aside, and a budget without its zeros', async () => {
    const sizes = ['--params', '148k,788k', '--assume-base-from-size-law', '--budget', '1e14FLOP'];
    const { stdout, stderr } = await mixplan([
      ...['plan', fitPath, '--tolerance', '3%', ...sizes, '-o', file.path('sizes.json')],
    ]);
    expect(stderr).toContain('give --base-loss 788k:general=LOSS');
    expect(stdout).toMatch(/148k .*set aside: too far beyond the pilots/);
    expect(stdout).toContain('1e14 FLOP buys 19.2M tokens');
  });
});

describe('a target', () => {
  it('is reached at least cost, in every currency', async () => {
    const { target, predicted, base, budget } = await planOf(...size, '--target-gain', '25%', ...priced);
    expect(predicted.domain.end.loss / base.domain.loss).toBeCloseTo(0.75, 6);
    expect(target!.domainLoss).toBeCloseTo(0.75 * base.domain.loss, 9);
    expect(budget.dollars!.value).toBeCloseTo(2 * budget.gpuHours!.value, 12);
    expect(budget.wallClockHours!.value).toBeCloseTo(budget.gpuHours!.value / 2, 12);
  });

  it('that none reaches is refused with the nearest that is', async () => {
    const { status, stderr } = await ask(...size, '--target-gain', '60%', '--json');
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 1, codes: ['target-unreached'] });
    const nearest = /--target-gain ([\d.]+%)/.exec((JSON.parse(stderr) as { hint: string }).hint)![1];
    expect((await ask(...size, '--target-gain', nearest)).status).toBe(0);
  });
});

describe('other budgets and small corpora', () => {
  it('a frontier never gets worse as budgets grow', async () => {
    const { frontier } = await planOf(...size, '--budget', '8Mtokens', '--curve');
    const losses = frontier!.flatMap(({ choice }) => (choice === null ? [] : [choice.domainLoss]));
    expect(losses.length).toBeGreaterThan(5);
    losses.slice(1).forEach((loss, i) => {
      expect(loss).toBeLessThanOrEqual(losses[i] * (1 + 1e-4));
    });
  });

  it('no corpus is seen more often than allowed; without a limit many epochs are cautioned against', async () => {
    const once = await planOf(
      ...size,
      '--budget',
      '5Mtokens',
      '--corpus',
      'domain=300k',
      '--max-epochs',
      '1',
    );
    const [, domain] = once.runs[0].corpora;
    expect(domain.epochs).toBeLessThanOrEqual(1 + 1e-6);
    expect(domain.available).toBe(300_000);
    expect(once.repetition!.byEpoch).toHaveLength(16);
    const often = await planOf(...size, '--budget', '5Mtokens', '--corpus', 'domain=200k');
    expect(often.repetition!.epochs).toBeGreaterThan(4);
    expect(often.problems.map(({ code }) => code)).toContain('many-epochs');
  });

  const small = (...options: readonly string[]) => planOf(...size, '--budget', '5Mtokens', ...options);
  const problemOf = (plan: PlanDocument, code: string) => plan.problems.find((each) => each.code === code);

  it('stops at 20 epochs, says what is left over and what would use it, and does as it says', async () => {
    const plan = await small('--corpus', 'domain=50k');
    const [, domain] = plan.runs[0].corpora;
    expect(domain.epochs).toBeLessThanOrEqual(20 * (1 + 1e-6));
    expect(plan.constraints.maxEpochs).toBeNull();
    const { message, hint } = problemOf(plan, 'corpus-is-limit')!;
    expect(message).toContain('The domain corpus, not the budget, is the limit');
    const [, ratio, loss, instead] =
      /domain ratio, ([\d.]+), which ends worse \(domain loss ([\d.]+) instead of ([\d.]+)\)/.exec(hint!)!;
    expect(Number(loss)).toBeGreaterThan(Number(instead));
    expect(Number(ratio) * 5e6).toBeCloseTo(20 * 50_000, -3);
    const [, needed] = /([\d.]+k) unique domain tokens/.exec(hint!)!;
    const enough = await small('--corpus', `domain=${Number.parseFloat(needed) * 1.02}k`);
    expect(enough.runs[0].tokens).toBe(5e6);
    expect(problemOf(enough, 'corpus-is-limit')).toBeUndefined();
  });

  it('is why a target is missed, where it is', async () => {
    const { status, stderr } = await ask(...size, '--target-gain', '35%', '--corpus', 'domain=200k');
    expect(status).toBe(1);
    expect(stderr).toContain('more domain text, of which all is used as often as allowed, may reach further');
  });

  it('that hold too little for any run are refused with what they hold', async () => {
    const asked = [...size, '--budget', '5Mtokens', '--corpus', 'domain=100,general=50', '--json'];
    const { status, stderr } = await ask(...asked);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 1, codes: ['corpus-too-small'] });
    expect(stderr).toContain('last for 3k tokens');
  });

  it('beyond 20 epochs, which have to be asked for, says that nobody measured that', async () => {
    const plan = await small('--corpus', 'domain=20k', '--max-epochs', '80');
    expect(plan.repetition!.epochs).toBeGreaterThan(20);
    expect(plan.problems[0].code).toBe('epochs-beyond-sources');
    expect(problemOf(plan, 'many-epochs')).toBeUndefined();
  });

  it('repeated replay is said to be predicted as new', async () => {
    const plan = await small('--corpus', 'general=300k');
    expect(plan.runs[0].corpora[0].epochs).toBeGreaterThan(4);
    expect(problemOf(plan, 'many-epochs')!.message).toContain('predicted as new text');
  });

  it('repeats that count for less than any pilot was evaluated at are extrapolated', async () => {
    const options = ['--corpus', 'domain=5k', '--max-epochs', '200', '--repetition-constant', '3'];
    const plan = await small(...options);
    expect(problemOf(plan, 'few-effective-tokens')).toBeDefined();
    expect(plan.extrapolation.provenance).toBe('extrapolated');
  });

  it('names the prior of repeats among what it assumes, and tells the headline once', async () => {
    const { stdout, stderr } = await mixplan([
      'plan',
      fitPath,
      ...['--tolerance', '3%', ...size, '--budget', '5Mtokens', '--corpus', 'domain=200k'],
      ...['-o', file.path('plan.json')],
    ]);
    const flat = stdout.replaceAll(/\s+/g, ' ');
    expect(flat).toContain('muennighoff with R = 15.4 (90% between 5.7 and 41); R_D* of Muennighoff');
    expect(flat).toMatch(/^Train .* tokens\. The plan sees the domain corpus [\d.]+ times/);
    expect(stderr).not.toContain('The plan sees the domain corpus');
  });
});
