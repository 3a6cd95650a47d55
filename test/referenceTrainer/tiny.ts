/** Runs of a model so small that it trains in a second. */
import type { TrainingRun } from '../../src/documents/trainingRun.ts';

export const BATCH_TOKENS = 512;
export const SHAPE = ['--layers', '2', '--width', '16', '--heads', '2'];
/** Without embeddings: two blocks of matrices and two norms each, and the last norm. */
export const PARAMS = 2 * (12 * 16 ** 2 + 4 * 16) + 2 * 16;

interface Choice {
  readonly steps?: number;
  readonly base?: string | null;
  readonly seed?: number | null;
  readonly peakLr?: number;
}

/** A run at a constant learning rate, evaluated ten times. */
export function pilot(
  name: string,
  domainRatio: number,
  { steps = 40, base = 'tiny-base', seed = 1, peakLr = 1e-3 }: Choice = {},
): TrainingRun {
  const tokens = steps * BATCH_TOKENS;
  const corpus = (role: 'general' | 'domain', share: number) => ({
    name: role,
    role,
    share,
    tokens: share * tokens,
    available: null,
    epochs: null,
  });
  return {
    name,
    model: { name: 'tiny', params: PARAMS },
    base,
    seed,
    corpora: [corpus('general', 1 - domainRatio), corpus('domain', domainRatio)],
    tokens,
    batchTokens: BATCH_TOKENS,
    steps,
    sequenceLength: 64,
    schedule: { kind: 'constant', peakLr, warmupTokens: 1024, decayTokens: null, finalLrShare: null },
    phases: [{ fromTokens: 0, toTokens: tokens, domainRatio }],
    evalEveryTokens: (steps / 10) * BATCH_TOKENS,
    evals: [
      { name: 'general', role: 'general' },
      { name: 'domain', role: 'domain' },
    ],
  };
}
