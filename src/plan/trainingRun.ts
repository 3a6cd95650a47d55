/** The run of a plan, as trainers and schedulers are told of it. */
import type { FitDocument } from '../documents/fit.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import { sameSize } from '../mixture/predictor.ts';
import { type Corpora, epochsOf, replayOf } from './corpora.ts';

const EVALUATIONS = 50;

export interface RunRequest {
  readonly model: TrainingRun['model'];
  readonly tokens: number;
  readonly domainRatio: number;
  readonly corpora: Corpora;
  readonly sequenceLength: number | undefined;
}

/** Trained as the pilots were, where they agree. */
export function trainingRun(fit: FitDocument, request: RunRequest): TrainingRun {
  const { model, tokens, domainRatio, corpora, sequenceLength } = request;
  const whole = Math.round(tokens);
  const { runs } = fit.pilots;
  const only = <T>(values: readonly T[]): T | null => (new Set(values).size === 1 ? values[0] : null);
  const bases = fit.pilots.bases.flatMap(({ id, params }) => (sameSize(params, model.params) ? [id] : []));
  const corpus = (name: 'general' | 'domain', share: number): TrainingRun['corpora'][number] => ({
    name,
    role: name,
    share,
    tokens: Math.round(share * whole),
    available: corpora[name] ?? null,
    epochs: epochsOf(corpora[name], share * tokens),
  });
  return {
    name: 'plan',
    model,
    base: only(bases),
    seed: null,
    corpora: [corpus('general', replayOf(domainRatio)), corpus('domain', domainRatio)],
    tokens: whole,
    batchTokens: null,
    steps: null,
    sequenceLength: sequenceLength ?? null,
    schedule: {
      kind: only(runs.map(({ schedule }) => schedule)) ?? 'unknown',
      peakLr: only(runs.map(({ lr }) => lr)),
      warmupTokens: only(runs.map(({ warmupTokens }) => warmupTokens)),
      decayTokens: null,
      finalLrShare: null,
    },
    phases: [{ fromTokens: 0, toTokens: whole, domainRatio }],
    evalEveryTokens: Math.max(Math.round(whole / EVALUATIONS), 1),
    evals: fit.evals.map(({ name, role }) => ({ name, role })),
  };
}
