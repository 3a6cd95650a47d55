/** What every trainer's adapter is: a training run in, configuration files out, and those files read back as the trainer would. */
import type { TrainingRun } from '../documents/trainingRun.ts';
import type { Problem } from '../problems/problem.ts';

/** A training run with nothing left open: what people add to a plan before a trainer can take it. */
export interface EmitRequest {
  readonly run: TrainingRun & {
    readonly batchTokens: number;
    readonly steps: number;
    readonly sequenceLength: number;
    readonly schedule: TrainingRun['schedule'] & {
      readonly kind: Exclude<TrainingRun['schedule']['kind'], 'unknown'>;
    };
  };
  /** Where each corpus lies, as this trainer names data (prefix, folder, dataset id), by name of the corpus. */
  readonly data: Readonly<Record<string, string>>;
  /** Where the text of each evaluation set lies, by name of the set. */
  readonly evalData: Readonly<Record<string, string>>;
  /** Weights to start from, as this trainer names them. */
  readonly base: string;
  readonly tokenizer: string | null;
  /** Mean tokens of a document, end-of-text included, by corpus: needed where documents are mixed. */
  readonly meanTokens: Readonly<Record<string, number>> | null;
  /** Folder for checkpoints and logs of the run. */
  readonly output: string;
  /** Data-parallel ranks: what a global batch is split over. */
  readonly gpus: number;
  /** Sequences that one GPU takes at once. */
  readonly microBatch: number;
  /** Version of the trainer, where its options depend on it; null = the newest that is known here. */
  readonly version: string | null;
  /** Says in every file which plan it was made from: file name, sha256, command. One line each, no comment signs. */
  readonly header: readonly string[];
}

export interface EmittedFile {
  /** Relative to the folder of the emitted files, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Emission {
  readonly files: readonly EmittedFile[];
  /** What people must know before they start it: rounding, repeats, what the trainer cannot do. */
  readonly notes: readonly Problem[];
  /** The command that starts the run, as one would type it in the folder of the files. */
  readonly command: string;
}

/** What the trainer will do, by its own reading of the files. */
export interface RealisedMixture {
  /** Share of training tokens by corpus (document-level weights times the given mean lengths); sums to 1. */
  readonly shares: Readonly<Record<string, number>>;
  /** The smallest difference of shares that this trainer's configuration can tell, such as 1/2048; 0 = exact doubles. */
  readonly quantum: number;
  readonly tokens: number;
  readonly batchTokens: number;
  readonly steps: number;
  /** Tokens until the learning rate has its peak; null where the files do not say. */
  readonly warmupTokens: number | null;
  readonly peakLr: number | null;
}

export interface TrainerAdapter {
  readonly id: string;
  /** As its users write it. */
  readonly name: string;
  /** What one unit of weight buys: fixed-length sequences of tokens, documents, or nothing where it cannot weight. */
  readonly mixing: 'tokens' | 'documents' | 'none';
  /** Formats of `logs/` that its runs write, for `import` and `watch`. */
  readonly logs: readonly string[];
  /** Throws a `Refusal` where this trainer cannot carry out the run. */
  readonly emit: (request: EmitRequest) => Emission;
  /** Throws a `Refusal` where the trainer would not take the files. `meanTokens` as in the request. */
  readonly readBack: (
    files: readonly EmittedFile[],
    meanTokens: EmitRequest['meanTokens'],
  ) => RealisedMixture;
}
