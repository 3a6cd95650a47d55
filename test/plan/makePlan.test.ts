/** Whole plans for the pilots that ship. */
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/documents/canonical.ts';
import type { FitDocument } from '../../src/documents/fit.ts';
import { type PlanDocument, planSchema } from '../../src/documents/plan.ts';
import { domainObjective } from '../../src/mixture/objective.ts';
import { predictLosses } from '../../src/mixture/predict.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { purchase } from '../../src/plan/budget.ts';
import { makePlan, type PlanOutcome, type PlanRequest } from '../../src/plan/makePlan.ts';
import type { Problem } from '../../src/problems/problem.ts';
import type { Budget } from '../../src/units/budget.ts';
import { tolerance } from '../../src/units/tolerance.ts';
import { shippedFit } from '../fit/data.ts';
import { refusal } from '../runs/tables.ts';
import { UNLIMITED } from './questions.ts';

const PARAMS = 332928;
let fit: FitDocument;
beforeAll(async () => {
  fit = await shippedFit();
});

interface Asked extends Partial<PlanRequest> {
  readonly params?: number;
  readonly baseLoss?: Readonly<Record<string, number>>;
}

function request(budget: Budget, { params = PARAMS, baseLoss = {}, ...more }: Asked = {}): PlanRequest {
  const means = purchase({
    budget,
    params,
    shape: undefined,
    sequenceLength: undefined,
    gpu: undefined,
    gpus: 2,
    mfu: undefined,
    throughput: 50_000,
    goodput: 1,
    price: 2,
  });
  return {
    sizes: [{ name: null, params, baseLoss, means, tokens: means.tokens }],
    goal: { kind: 'budget', asked: means.asked },
    constraints: [{ evalIndex: 0, tolerance: tolerance.parse('3%') }],
    confidence: 0.9,
    objective: domainObjective(fit),
    corpora: UNLIMITED,
    curve: false,
    assumeBaseFromSizeLaw: false,
    sequenceLength: 128,
    extrapolate: false,
    problems: [],
    command: 'mixplan plan',
    fitFile: { path: 'pilots.fit.json', sha256: '0'.repeat(64) },
    ...more,
  };
}

const TOKENS: Budget = { kind: 'tokens', tokens: 8e6 };

function planned(outcome: PlanOutcome): PlanDocument {
  if (outcome.kind === 'planned') return outcome.plan;
  throw new Error(outcome.problems.map(({ message }) => message).join('; '));
}

function refusedWith(outcome: PlanOutcome): readonly Problem[] {
  if (outcome.kind === 'refused') return outcome.problems;
  throw new Error('a plan was made');
}

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

describe('a plan', () => {
  it('is one by its own schema, the same to the byte when made again', () => {
    const plan = planned(makePlan(fit, request(TOKENS)));
    expect(planSchema.safeParse(plan).error).toBeUndefined();
    expect(canonicalJson(planned(makePlan(fit, request(TOKENS))))).toBe(canonicalJson(plan));
  });

  it('keeps its budget and its promise', () => {
    const plan = planned(makePlan(fit, request(TOKENS)));
    const [run] = plan.runs;
    const domain = run.corpora.find(({ role }) => role === 'domain')!;
    expect(plan.runs).toHaveLength(1);
    expect(run.tokens).toBeLessThanOrEqual(8e6);
    expect(run.corpora.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(
      Math.abs(run.corpora.reduce((sum, { tokens }) => sum + tokens, 0) - run.tokens),
    ).toBeLessThanOrEqual(1);
    expect(run.phases).toEqual([{ fromTokens: 0, toTokens: run.tokens, domainRatio: domain.share }]);
    expect(plan.within).toBeGreaterThanOrEqual(0.9);
    expect(domain.share).toBeLessThanOrEqual((plan.critical.point as { ratio: number }).ratio);
    expect(plan.critical.binding).toBe('general');
    expect(plan.base.general).toEqual({ loss: fit.pilots.bases[2].loss.general, source: 'measured', sd: 0 });
    expect(run.schedule).toEqual({
      kind: 'constant',
      peakLr: 6e-4,
      warmupTokens: 204800,
      decayTokens: null,
      finalLrShare: null,
    });
  });

  it('says what its predictor predicts, at the end and on the way', () => {
    const plan = planned(makePlan(fit, request(TOKENS)));
    const ratio = plan.runs[0].phases[0].domainRatio;
    const base = fit.evals.map(({ name }) => ({ ...plan.base[name] }));
    const predictor = makePredictor(fit, { params: PARAMS, base });
    fit.evals.forEach(({ name }, e) => {
      const { end, path } = plan.predicted[name];
      const last = path[path.length - 1];
      expect(end).toEqual({ loss: last.loss, interval: last.interval, meanInterval: last.meanInterval });
      expect(path.map(({ tokens }) => tokens)).toEqual(
        path.map(({ tokens }) => tokens).toSorted((a, b) => a - b),
      );
      for (const { tokens, loss, interval } of path) {
        const [expected] = predictLosses(predictor, e, tokens, Float64Array.of(ratio));
        expect(loss).toBe(expected.loss);
        expect(interval).toEqual(expected.interval);
      }
    });
  });

  it('has the usual replay beside it, less safe the less replay there is', () => {
    const { alternatives, lawFree } = planned(makePlan(fit, request(TOKENS)));
    expect(alternatives.map(({ name, domainRatio }) => [name, domainRatio])).toEqual([
      ['law-free ratio', (lawFree.critical as { ratio: number }).ratio],
      ['10% replay', 0.9],
      ['25% replay', 0.75],
      ['50% replay', 0.5],
    ]);
    const fixed = alternatives.slice(1);
    const within = fixed.map((each) => each.within!);
    expect(within).toEqual(within.toSorted((a, b) => a - b));
    const domain = fixed.map(({ predicted }) => predicted.domain.loss);
    expect(domain).toEqual(domain.toSorted((a, b) => a - b));
    expect(lawFree.between![0]).toBeLessThanOrEqual((lawFree.critical as { ratio: number }).ratio);
  });

  it('knows what the last point of domain share buys and costs', () => {
    const { tradeOff, runs } = planned(makePlan(fit, request(TOKENS)));
    expect(tradeOff.perPoint.domain).toBeLessThan(0);
    expect(tradeOff.perPoint.general).toBeGreaterThan(0);
    const { domainRatio } = runs[0].phases[0];
    expect(Object.keys(tradeOff.perPoint)).toEqual(fit.evals.map(({ name }) => name));
    expect(tradeOff.smallest.domainRatio).toBeLessThan(domainRatio);
    // It keeps 95% of the gain over the base.
    const base = fit.pilots.bases[2].loss.domain!;
    const predictor = makePredictor(fit, {
      params: PARAMS,
      base: fit.evals.map(({ name }) => ({ loss: fit.pilots.bases[2].loss[name]!, source: 'given', sd: 0 })),
    });
    const losses = Float64Array.of(domainRatio - 1e-4, domainRatio + 1e-4);
    const [below, above] = predictor.atTokens(runs[0].tokens).point(0, losses);
    expect(tradeOff.perPoint.general).toBeCloseTo((0.01 * (above - below)) / 2e-4, 6);
    const gain = (ratio: number) =>
      base - predictor.atTokens(runs[0].tokens).losses(1, Float64Array.of(ratio)).point[0];
    expect(gain(tradeOff.smallest.domainRatio) / gain(domainRatio)).toBeCloseTo(0.95, 3);
  });

  it('costs what its tokens cost, whatever the budget was given in', () => {
    // 80 seconds of two GPUs at 50,000 tokens a second each: 8M tokens.
    const hours = 80 / 3600;
    const budgets: Budget[] = [
      TOKENS,
      { kind: 'gpuTime', hours, gpus: 2 },
      { kind: 'gpuHours', gpuHours: 2 * hours },
      { kind: 'money', dollars: 4 * hours },
    ];
    const plans = budgets.map((budget) => planned(makePlan(fit, request(budget))));
    for (const { runs, budget } of plans) {
      expect(budget.tokens.value).toBeCloseTo(8e6, 2);
      expect(runs[0].tokens).toBe(plans[0].runs[0].tokens);
      expect(budget.gpuHours!.value).toBeCloseTo(runs[0].tokens / (50_000 * 3600), 8);
      expect(budget.wallClockHours!.value).toBeCloseTo(budget.gpuHours!.value / 2, 12);
      expect(budget.dollars!.value).toBeCloseTo(2 * budget.gpuHours!.value, 12);
    }
  });
});

describe('a question that cannot be answered', () => {
  it('without the base loss of a new size is refused for every set, and answered once it is given or assumed', () => {
    const params = 7e5;
    expect(codes(refusal(() => makePlan(fit, request(TOKENS, { params }))))).toEqual([
      'base-loss-unknown',
      'base-loss-unknown',
    ]);
    const several = request(TOKENS, { params });
    const [size] = several.sizes;
    const ask = { ...several, sizes: [size, { ...size, params: 6e5 }] };
    expect(refusal(() => makePlan(fit, ask)).map(({ hint }) => hint)).toEqual(
      ['700k', '700k', '600k', '600k'].map(
        (each, k) =>
          expect.stringContaining(`--base-loss ${each}:${['general', 'domain'][k % 2]}=LOSS`) as string,
      ),
    );
    const wide = [{ evalIndex: 0, tolerance: tolerance.parse('8%') }];
    const given = planned(
      makePlan(fit, request(TOKENS, { params, constraints: wide, baseLoss: { general: 1.45, domain: 2.2 } })),
    );
    expect(given.base).toEqual({
      general: { loss: 1.45, source: 'given', sd: 0 },
      domain: { loss: 2.2, source: 'given', sd: 0 },
    });
    const assumed = planned(
      makePlan(fit, request(TOKENS, { params, constraints: wide, assumeBaseFromSizeLaw: true })),
    );
    expect(assumed.base.general.source).toBe('assumed');
    expect(assumed.base.general.sd).toBeGreaterThan(0);
    expect(codes(assumed.problems)).toContain('base-loss-assumed');
    expect(planSchema.safeParse(assumed).error).toBeUndefined();
  });

  it('too far from the pilots is refused, unless it is insisted on', () => {
    const far: Budget = { kind: 'tokens', tokens: 2e8 };
    const wide = [{ evalIndex: 0, tolerance: tolerance.parse('15%') }];
    expect(codes(refusedWith(makePlan(fit, request(far, { constraints: wide }))))).toEqual([
      'too-far-extrapolation',
    ]);
    const insisted = planned(makePlan(fit, request(far, { constraints: wide, extrapolate: true })));
    expect(insisted.extrapolation.provenance).toBe('extrapolated');
    expect(planSchema.safeParse(insisted).error).toBeUndefined();
  });

  it('that no ratio keeps is refused with the nearest one that is kept', () => {
    const tight = [{ evalIndex: 0, tolerance: tolerance.parse('0.1%') }];
    // While re-warming is not yet made up for, no ratio is below its base.
    const early: Budget = { kind: 'tokens', tokens: 1e6 };
    const outcome = makePlan(fit, request(early, { constraints: tight }));
    const [{ code, hint }, ...others] = refusedWith(outcome);
    expect([code, others]).toEqual(['infeasible', []]);
    const nearest = /--tolerance general=([\d.]+%)/.exec(hint!)![1];
    const again = makePlan(
      fit,
      request(early, { constraints: [{ evalIndex: 0, tolerance: tolerance.parse(nearest) }] }),
    );
    expect(again.kind).toBe('planned');
  });
});

it('a plan from a fit without draws has a point and says that there is no interval', () => {
  const bare: FitDocument = {
    ...fit,
    draws: { ...fit.draws, count: 0, evals: fit.evals.map(() => ({ member: [], parameters: [] })) },
  };
  const plan = planned(makePlan(bare, request(TOKENS)));
  expect(planSchema.safeParse(plan).error).toBeUndefined();
  expect([plan.within, plan.critical.interval, plan.predicted.domain.end.interval]).toEqual([
    null,
    null,
    null,
  ]);
  expect(codes(plan.problems)).toContain('no-draws');
});

it('is trained on sequences as long as those of the pilots, where they agree and nothing else is told', () => {
  const lengthOf = (of: FitDocument, sequenceLength?: number) =>
    planned(makePlan(of, { ...request(TOKENS), sequenceLength })).runs[0].sequenceLength;
  expect(fit.pilots.training?.sequence_length).toEqual(['128']);
  expect(lengthOf(fit)).toBe(128);
  expect(lengthOf(fit, 4096)).toBe(4096);
  const mixed = { ...fit, pilots: { ...fit.pilots, training: { sequence_length: ['128', '256'] } } };
  expect(lengthOf(mixed)).toBeNull();
});
