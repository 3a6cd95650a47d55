/** What every trainer's adapter is: a training run in, configuration files out, and those files read back as the trainer would. */
import type { TrainingRun } from '../documents/trainingRun.ts';
import type { Problem } from '../problems/problem.ts';

type Schedule = TrainingRun['schedule'];

/** A training run with nothing left open: `completeRun` makes it of a plan's run and what people add to that. */
export interface CompleteRun extends TrainingRun {
  /** `sequenceLength` times a whole number of sequences, which `gpus` × `microBatch` divides. */
  readonly batchTokens: number;
  /** At least 1. `steps` × `batchTokens` is within half a batch of `tokens`, unless that is less than one batch. */
  readonly steps: number;
  readonly sequenceLength: number;
  readonly schedule: Schedule & {
    readonly kind: Exclude<Schedule['kind'], 'unknown'>;
    readonly peakLr: number;
    /** A whole number of steps. */
    readonly warmupTokens: number;
    /** A whole number of steps where the schedule is wsd, else null. */
    readonly decayTokens: number | null;
    readonly finalLrShare: number;
  };
}

export interface EmitRequest {
  readonly run: CompleteRun;
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
  /** What people must know before they start it: repeats, what the trainer cannot do. Rounding is told by `completeRun`. */
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
  readonly sequenceLength: number;
  /** Tokens until the learning rate has its peak. */
  readonly warmupTokens: number;
  readonly peakLr: number;
  /** `constant`, `cosine`, `linear` or `wsd` where the schedule is one of these, else as the trainer names it. */
  readonly schedule: string;
  /** Tokens of the last decay of wsd, else null. */
  readonly decayTokens: number | null;
  /** Null where the files do not say. */
  readonly finalLr: number | null;
  /** Names of the sets that are evaluated on the way or at the end; the place of one that the run does not have. */
  readonly evals: readonly string[];
}

/** What reading back needs beside the files: which corpus and which set lies where, and how long documents are. */
export type ReadingFacts = Pick<EmitRequest, 'data' | 'evalData' | 'meanTokens'>;

/** What decides which sets are evaluated. */
export interface Watching extends Pick<EmitRequest, 'evalData' | 'version'> {
  readonly run: Pick<TrainingRun, 'evals' | 'corpora'>;
}

export interface TrainerAdapter {
  readonly id: string;
  /** As its users write it. */
  readonly name: string;
  /** What one unit of weight buys: fixed-length sequences of tokens, documents, or nothing where it cannot weight. */
  readonly mixing: 'tokens' | 'documents' | 'none';
  /** What `data` and `base` name, in a few words: "prefix of the .bin and .idx files of a corpus". */
  readonly means: { readonly data: string; readonly base: string };
  /** `needed` where it cannot do without, `unused` where it takes that of the base whatever is said. */
  readonly tokenizer: 'needed' | 'optional' | 'unused';
  /** Whether its files depend on its version. */
  readonly hasVersions: boolean;
  /** Names of the sets of a run that it evaluates; null for one that evaluates nothing, and is not told where they lie. */
  readonly evaluates: ((watching: Watching) => readonly string[]) | null;
  /** What it cannot do and people would expect, one clause each without a full stop: "evaluates nothing while it trains". */
  readonly limits: readonly string[];
  /** Formats of `logs/` that its runs write, for `import` and `watch`. */
  readonly logs: readonly string[];
  /** Throws a `Refusal` where this trainer cannot carry out the run. */
  readonly emit: (request: EmitRequest) => Emission;
  /** Throws a `Refusal` where the trainer would not take the files. */
  readonly readBack: (files: readonly EmittedFile[], facts: ReadingFacts) => RealisedMixture;
}
