import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrainingRun } from '../../src/documents/trainingRun.ts';
import { emitOptionUnused, placeShared, trainedOn } from '../../src/problems/emission.ts';
import { optionsExclude } from '../../src/problems/options.ts';
import {
  batchIndivisible,
  batchRounded,
  emitNeeds,
  finalLrAssumed,
  roundedToSteps,
  scheduleTooLong,
} from '../../src/problems/trainers.ts';
import type { RealisedMixture, TrainerAdapter } from '../../src/trainers/adapter.ts';
import { compareRun, untoldBy } from '../../src/trainers/compare.ts';
import { completeRun, type RunFacts } from '../../src/trainers/complete.ts';
import { megatron } from '../../src/trainers/megatron.ts';
import { nanotron } from '../../src/trainers/nanotron.ts';
import { olmoCore } from '../../src/trainers/olmoCore.ts';
import { requestOf as completed, type EmitFacts } from '../../src/trainers/request.ts';
import { stepsOf } from '../../src/trainers/steps.ts';
import { requestOf } from './randomRequests.ts';
import { codesOf } from './support.ts';

/** A run of 14.2B tokens of which nothing is told but its mixture. */
const open: TrainingRun = {
  ...requestOf().run,
  tokens: 14.2e9,
  batchTokens: null,
  steps: null,
  sequenceLength: null,
  schedule: { kind: 'unknown', peakLr: null, warmupTokens: null, decayTokens: null, finalLrShare: null },
};
const facts: RunFacts = {
  sequenceLength: 4096,
  batchTokens: 4e6,
  gpus: 64,
  microBatch: 2,
  peakLr: 1e-4,
  schedule: 'wsd',
  warmup: { kind: 'share', share: 0.01 },
  decay: { kind: 'steps', steps: 300 },
};

describe('completeRun', () => {
  it('counts in whole sequences and whole steps, and says what it rounded', () => {
    const { run, notes } = completeRun(open, facts);
    expect(run).toMatchObject({ batchTokens: 1024 * 4096, steps: 3386, sequenceLength: 4096 });
    expect(run.schedule).toEqual({
      kind: 'wsd',
      peakLr: 1e-4,
      warmupTokens: 34 * 1024 * 4096,
      decayTokens: 300 * 1024 * 4096,
      finalLrShare: 0,
    });
    expect(notes.map(({ code }) => code)).toEqual([
      batchRounded.code,
      roundedToSteps.code,
      roundedToSteps.code,
      finalLrAssumed.code,
    ]);
  });

  it('asks for all that nobody told', () => {
    expect(codesOf(() => completeRun(open, {}))).toEqual(Array(7).fill(emitNeeds.code));
    expect(codesOf(() => completeRun(open, { ...facts, decay: undefined }))).toEqual([emitNeeds.code]);
  });

  it('takes from the run what the run tells, and from people what they say instead', () => {
    const told: TrainingRun = {
      ...open,
      sequenceLength: 2048,
      schedule: { kind: 'cosine', peakLr: 3e-4, warmupTokens: 1e8, decayTokens: null, finalLrShare: 0.1 },
    };
    const { run } = completeRun(told, { batchTokens: 4e6, gpus: 8, microBatch: 4 });
    expect(run.schedule).toMatchObject({
      kind: 'cosine',
      peakLr: 3e-4,
      finalLrShare: 0.1,
      decayTokens: null,
    });
    expect(
      completeRun(told, { ...facts, schedule: 'constant', finalLrShare: 0.5 }).run.schedule,
    ).toMatchObject({
      kind: 'constant',
      peakLr: 1e-4,
      finalLrShare: 1,
    });
  });

  it('keeps a number of sequences that was chosen, or refuses it', () => {
    const { batchTokens: _, ...rest } = facts;
    expect(completeRun(open, { ...rest, globalBatch: 1152 }).run.batchTokens).toBe(1152 * 4096);
    expect(codesOf(() => completeRun(open, { ...rest, globalBatch: 1000 }))).toEqual([batchIndivisible.code]);
    // A tenth more or less is another experiment.
    expect(codesOf(() => completeRun(open, { ...facts, batchTokens: 1e5 }))).toEqual([batchIndivisible.code]);
  });

  it('refuses a schedule that does not fit into the run', () => {
    for (const warmup of [{ kind: 'share', share: 1 } as const, { kind: 'steps', steps: 3200 } as const])
      expect(codesOf(() => completeRun(open, { ...facts, warmup }))).toEqual([scheduleTooLong.code]);
    expect(codesOf(() => completeRun(open, { ...facts, decay: { kind: 'tokens', tokens: 1 } }))).toEqual([
      scheduleTooLong.code,
    ]);
  });

  it('trains within half a batch of the tokens, whatever they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5e6, max: 1e12 }), (tokens) => {
        const { run } = completeRun(
          { ...open, tokens },
          { ...facts, schedule: 'constant', decay: undefined },
        );
        expect(Math.abs(run.steps * run.batchTokens - tokens)).toBeLessThanOrEqual(run.batchTokens / 2);
        expect(stepsOf({ run, gpus: 64, microBatch: 2 }).accumulation).toBe(8);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

describe('a request', () => {
  const places = {
    data: { general: '/g', domain: '/d' },
    base: '/b',
    tokenizer: 't',
    output: 'output',
    header: [],
  };

  const told = { ...facts, ...places, evalData: { general: '/e/g', domain: '/e/d' } };

  it('has a place for each corpus and each set', () => {
    const shared = {
      ...told,
      data: { general: '/g', domain: '/g' },
      evalData: { general: '/e', domain: '/e' },
    };
    expect(codesOf(() => completed(open, megatron, shared))).toEqual([placeShared.code, placeShared.code]);
  });

  it('is not told the batch in two ways', () => {
    expect(codesOf(() => completed(open, megatron, { ...told, globalBatch: 1024 }))).toEqual([
      optionsExclude.code,
    ]);
  });

  it('warns of sets that are trained on, and of what would not be heeded', () => {
    const warnings = (adapter: TrainerAdapter, more: Partial<EmitFacts>) =>
      completed(open, adapter, { ...told, ...more }).notes.flatMap(({ code, severity, message }) =>
        severity === 'warning' ? [`${code} ${message.split(' ')[0]}`] : [],
      );
    expect(warnings(megatron, {})).toEqual([]);
    expect(warnings(megatron, { evalData: { general: '/g', domain: '/e/d' } })).toEqual([
      `${trainedOn.code} The`,
    ]);
    const constant = { schedule: 'constant', finalLrShare: 0.1 } as const;
    const all = ['--mean-tokens', '--trainer-version', '--decay', '--final-lr'];
    expect(
      warnings(nanotron, { ...constant, meanTokens: { general: 5, domain: 5 }, version: '1.0' }),
    ).toEqual(all.map((flag) => `${emitOptionUnused.code} ${flag}`));
    expect(warnings(olmoCore, {})).toEqual([`${emitOptionUnused.code} --tokenizer`]);
  });

  it('takes the evaluation sets that are given where the plan has none', () => {
    const bare = { ...open, evals: [] };
    expect(codesOf(() => completed(bare, megatron, { ...facts, ...places }))).toEqual([emitNeeds.code]);
    const evalData = { general: '/e/g', domain_law: '/e/d' };
    const { request } = completed(bare, megatron, { ...facts, ...places, evalData });
    expect(request.run.evals).toEqual([
      { name: 'general', role: 'general' },
      { name: 'domain_law', role: 'domain' },
    ]);
  });
});

describe('compareRun', () => {
  const { run } = requestOf({ available: { domain: 3e8 } });
  const realised = {
    shares: { general: 0.7, domain: 0.3 },
    quantum: 0,
    tokens: run.tokens,
    batchTokens: run.batchTokens,
    steps: run.steps,
    warmupTokens: run.schedule.warmupTokens,
    sequenceLength: run.sequenceLength,
    peakLr: run.schedule.peakLr,
    schedule: 'cosine',
    decayTokens: null,
    finalLr: 1e-5,
    evals: ['domain', 'general'],
  };
  const wrong = (change: Partial<RealisedMixture>) =>
    compareRun(run, { ...realised, ...change }).flatMap(({ what, agrees }) => (agrees ? [] : [what]));

  it('agrees with itself, and tells each thing that differs', () => {
    expect(wrong({})).toEqual([]);
    expect(wrong({ shares: { general: 0.7001, domain: 0.2999 } })).toEqual([
      'share of general',
      'share of domain',
    ]);
    expect(wrong({ shares: { general: 0.7001, domain: 0.2999 }, quantum: 1 / 2048 })).toEqual([]);
    expect(wrong({ tokens: run.tokens + 2 * run.batchTokens })).toEqual(['epochs of domain', 'tokens']);
    expect(wrong({ warmupTokens: run.schedule.warmupTokens + 1.5 * run.batchTokens })).toEqual([
      'warm-up tokens',
    ]);
    expect(wrong({ peakLr: 2e-4 })).toEqual(['peak learning rate']);
    expect(wrong({ shares: { general: 0.6, domain: 0.3, stranger: 0.1 } })).toContain('share of stranger');
    expect(wrong({ sequenceLength: 2048 })).toEqual(['sequence length']);
    expect(wrong({ schedule: 'linear' })).toEqual(['schedule']);
    expect(wrong({ finalLr: 0 })).toEqual(['final learning rate']);
    expect(wrong({ evals: ['general'] })).toEqual(['evaluation sets']);
    expect(wrong({ evals: ['general', 'domain', '/held/code'] })).toEqual(['evaluation sets']);
  });

  it('has one name for one shape of schedule, and compares the last decay of wsd', () => {
    const { batchTokens } = run;
    const rest = run.tokens - run.schedule.warmupTokens;
    const against = (planned: Partial<TrainingRun['schedule']>, found: Partial<RealisedMixture>) =>
      compareRun({ ...run, schedule: { ...run.schedule, ...planned } }, { ...realised, ...found })
        .filter(({ agrees }) => !agrees)
        .map(({ what }) => what);
    const wsd = (decayTokens: number) => ({ kind: 'wsd' as const, decayTokens });
    expect(against(wsd(rest), { schedule: 'linear' })).toEqual([]);
    expect(against(wsd(rest - batchTokens), { schedule: 'linear' })).toEqual(['schedule']);
    expect(against({ kind: 'constant' }, { finalLr: run.schedule.peakLr })).toEqual([]);
    const decay = 100 * batchTokens;
    expect(against(wsd(decay), { schedule: 'wsd', decayTokens: decay + batchTokens })).toEqual([]);
    expect(against(wsd(decay), { schedule: 'wsd', decayTokens: 2 * decay })).toEqual([
      'tokens of the last decay',
    ]);
  });

  it('leaves out what plan or files do not tell, and says what the files cannot', () => {
    const open = { ...run.schedule, kind: 'unknown' as const, finalLrShare: null };
    const said = compareRun({ ...run, schedule: open }, { ...realised, schedule: 'linear' });
    expect(said.map(({ what }) => what)).not.toContain('schedule');
    const silent = { ...realised, finalLr: null };
    expect(compareRun(run, silent).map(({ what }) => what)).not.toContain('final learning rate');
    expect(untoldBy(run, silent, ['general'])).toEqual(['the loss on domain', 'the final learning rate']);
    expect(untoldBy(run, realised, ['general', 'domain'])).toEqual([]);
  });
});
