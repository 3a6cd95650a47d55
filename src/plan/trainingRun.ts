/** The run of a plan, as trainers and schedulers are told of it. */
import type { FitDocument } from '../documents/fit.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import { sameSize } from '../mixture/predictor.ts';
import { type Corpora, epochsOf, replayOf } from './corpora.ts';

/** How often a run is evaluated. */
const EVALUATIONS = 50;

export interface RunRequest {
  readonly model: TrainingRun['model'];
  readonly tokens: number;
  readonly domainRatio: number;
  readonly sequenceLength: number | undefined;
}

/** A run of one phase; its schedule is for whoever trains it to settle, but for a constant rate where that is a condition. */
export function plainRun(
  { model, tokens, domainRatio, sequenceLength }: RunRequest,
  schedule: 'constant' | 'unknown',
): TrainingRun {
  const whole = Math.round(tokens);
  const corpus = (name: 'general' | 'domain', share: number): TrainingRun['corpora'][number] => ({
    name,
    role: name,
    share,
    tokens: Math.round(share * whole),
    available: null,
    epochs: null,
  });
  return {
    name: 'plan',
    model,
    base: null,
    seed: null,
    corpora: [corpus('general', replayOf(domainRatio)), corpus('domain', domainRatio)],
    tokens: whole,
    batchTokens: null,
    steps: null,
    sequenceLength: sequenceLength ?? null,
    schedule: { kind: schedule, peakLr: null, warmupTokens: null, decayTokens: null, finalLrShare: null },
    phases: [{ fromTokens: 0, toTokens: whole, domainRatio }],
    evalEveryTokens: Math.max(Math.round(whole / EVALUATIONS), 1),
    evals: [
      { name: 'general', role: 'general' },
      { name: 'domain', role: 'domain' },
    ],
  };
}

/** What is told of how the run is trained, where that is not as the pilots were. */
export interface ToldTraining {
  readonly peakLr?: number | undefined;
  readonly schedule?: TrainingRun['schedule']['kind'] | undefined;
}

/** Trained as told, and else as the pilots were, where they agree. */
export function trainingRun(
  fit: FitDocument,
  {
    corpora,
    told = {},
    ...request
  }: RunRequest & { readonly corpora: Corpora; readonly told?: ToldTraining | undefined },
): TrainingRun {
  const { runs, bases } = fit.pilots;
  const only = <T>(values: readonly T[]): T | null => (new Set(values).size === 1 ? values[0] : null);
  const lengths = fit.pilots.training?.sequence_length ?? [];
  const sequenceLength = request.sequenceLength ?? (lengths.length === 1 ? Number(lengths[0]) : undefined);
  const plain = plainRun({ ...request, sequenceLength }, 'unknown');
  const ofSize = bases.flatMap(({ id, params }) => (sameSize(params, request.model.params) ? [id] : []));
  return {
    ...plain,
    base: only(ofSize),
    corpora: plain.corpora.map((corpus) => ({
      ...corpus,
      available: corpora[corpus.role] ?? null,
      epochs: epochsOf(corpora[corpus.role], corpus.share * request.tokens),
    })),
    schedule: {
      ...plain.schedule,
      kind: told.schedule ?? only(runs.map(({ schedule }) => schedule)) ?? 'unknown',
      peakLr: told.peakLr ?? only(runs.map(({ lr }) => lr)),
      warmupTokens: only(runs.map(({ warmupTokens }) => warmupTokens)),
    },
    evals: fit.evals.map(({ name, role }) => ({ name, role })),
  };
}
