/** Runs as plans and pilots hand them over, with what people add: one that is easy to read, and arbitrary ones. */
import fc from 'fast-check';
import type { CompleteRun, EmitRequest } from '../../src/trainers/adapter.ts';

type Kind = CompleteRun['schedule']['kind'];

export interface Asked {
  /** Shares by corpus; the names `general...` and `domain...` tell the role. */
  readonly shares?: Readonly<Record<string, number>>;
  readonly available?: Readonly<Record<string, number | null>>;
  readonly evals?: readonly string[];
  readonly meanTokens?: EmitRequest['meanTokens'];
  readonly kind?: Kind;
  readonly finalLrShare?: number;
  readonly peakLr?: number;
  readonly steps?: number;
  readonly warmup?: number;
  readonly decay?: number;
  readonly sequenceLength?: number;
  readonly gpus?: number;
  readonly microBatch?: number;
  readonly accumulation?: number;
  readonly evalEverySteps?: number;
  readonly version?: string | null;
  readonly data?: Readonly<Record<string, string>>;
}

const roleOf = (name: string): 'general' | 'domain' => (name.startsWith('domain') ? 'domain' : 'general');

/** 2.1B tokens, 1,001 steps of 2M, 0.7 and 0.3, unless told otherwise. */
export function requestOf(asked: Asked = {}): EmitRequest {
  const {
    shares = { general: 0.7, domain: 0.3 },
    available = {},
    evals = ['general', 'domain'],
    kind = 'cosine',
    sequenceLength = 4096,
    gpus = 64,
    microBatch = 2,
    accumulation = 4,
    steps = 1001,
    warmup = 10,
  } = asked;
  const batchTokens = sequenceLength * gpus * microBatch * accumulation;
  const tokens = steps * batchTokens;
  const names = Object.keys(shares);
  return {
    run: {
      name: 'plan',
      model: { name: 'llama-3.1-8b', params: 6.98e9 },
      base: 'llama-3.1-8b',
      seed: 7,
      corpora: names.map((name) => {
        const unique = available[name] ?? null;
        return {
          name,
          role: roleOf(name),
          share: shares[name],
          tokens: Math.round(shares[name] * tokens),
          available: unique,
          epochs: unique === null ? null : (shares[name] * tokens) / unique,
        };
      }),
      tokens,
      batchTokens,
      steps,
      sequenceLength,
      schedule: {
        kind,
        peakLr: asked.peakLr ?? 1e-4,
        warmupTokens: warmup * batchTokens,
        decayTokens: kind === 'wsd' ? (asked.decay ?? 100) * batchTokens : null,
        finalLrShare: kind === 'constant' ? 1 : (asked.finalLrShare ?? 0.1),
      },
      phases: [{ fromTokens: 0, toTokens: tokens, domainRatio: shares.domain ?? 0 }],
      evalEveryTokens: (asked.evalEverySteps ?? 20) * batchTokens,
      evals: evals.map((name) => ({ name, role: roleOf(name) })),
    },
    data: asked.data ?? Object.fromEntries(names.map((name) => [name, `data/${name}`])),
    evalData: Object.fromEntries(evals.map((name) => [name, `heldout/${name}`])),
    base: 'meta-llama/Llama-3.1-8B',
    tokenizer: 'meta-llama/Llama-3.1-8B',
    meanTokens:
      asked.meanTokens === undefined
        ? Object.fromEntries(names.map((name) => [name, roleOf(name) === 'domain' ? 300 : 1500]))
        : asked.meanTokens,
    output: 'runs/plan',
    gpus,
    microBatch,
    version: asked.version ?? null,
    header: ['Written by mixplan from plan.json (sha256 0123abcd).', 'mixplan emit plan.json --trainer x'],
  };
}

const NAMES = ['general', 'domain', 'general_code', 'domain_law', 'general-wiki'];

/** Any mixture of one to five corpora, any batch, any schedule of these kinds. */
export function anyRequest(kinds: readonly Kind[]): fc.Arbitrary<EmitRequest> {
  return fc
    .record({
      corpora: fc.integer({ min: 1, max: NAMES.length }),
      weights: fc.array(fc.double({ min: 0.02, max: 1, noNaN: true }), {
        minLength: NAMES.length,
        maxLength: NAMES.length,
      }),
      // A corpus may be left out altogether.
      dropped: fc.boolean(),
      lengths: fc.array(fc.double({ min: 20, max: 20_000, noNaN: true }), {
        minLength: NAMES.length,
        maxLength: NAMES.length,
      }),
      unique: fc.array(fc.option(fc.double({ min: 0.05, max: 20, noNaN: true })), {
        minLength: NAMES.length,
        maxLength: NAMES.length,
      }),
      kind: fc.constantFrom(...kinds),
      finalLrShare: fc.constantFrom(0, 0.1, 0.01, 1 / 3),
      peakLr: fc.double({ min: 1e-7, max: 1e-2, noNaN: true }),
      steps: fc.integer({ min: 300, max: 500_000 }),
      warmupShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
      decayShare: fc.double({ min: 0.01, max: 0.45, noNaN: true }),
      sequenceLength: fc.constantFrom(512, 2048, 4096, 8192, 5000),
      gpus: fc.constantFrom(1, 3, 8, 64, 96),
      microBatch: fc.integer({ min: 1, max: 8 }),
      accumulation: fc.integer({ min: 1, max: 16 }),
      evalEverySteps: fc.integer({ min: 1, max: 2000 }),
    })
    .map(({ corpora, weights, dropped, lengths, unique, warmupShare, decayShare, ...rest }) => {
      const names = NAMES.slice(0, corpora);
      const sum = names.reduce((total, _, k) => total + weights[k], 0);
      const shares = Object.fromEntries(names.map((name, k) => [name, weights[k] / sum]));
      if (dropped) shares.domain_none = 0;
      const batch = rest.sequenceLength * rest.gpus * rest.microBatch * rest.accumulation;
      return requestOf({
        ...rest,
        shares,
        meanTokens: Object.fromEntries(names.map((name, k) => [name, lengths[k]])),
        available: Object.fromEntries(
          names.map((name, k) => [
            name,
            unique[k] === null ? null : Math.ceil(unique[k] * shares[name] * rest.steps * batch),
          ]),
        ),
        warmup: Math.floor(warmupShare * rest.steps),
        decay: Math.max(Math.floor(decayShare * rest.steps), 1),
      });
    });
}
