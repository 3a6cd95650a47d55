/** What a format of logs is: how a file is known to be one, and how its bytes become metrics. */
import type { LogFormatId } from '../options/logFormats.ts';
import type { Decoder, Sinks } from './sink.ts';

/** The beginning of a file, looked at in the ways that tell formats apart. */
export interface Head {
  /** Name of the file without its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whole lines at the beginning (or all there is, where a file has not one line end); none where it is no text. */
  readonly lines: readonly string[];
  /** The objects among them, where the lines are JSON. */
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  /** Names of the columns, where it is a Parquet file. */
  readonly columns: readonly string[];
}

/** A file of a run as its decoder needs to know it. */
export interface LogFile {
  readonly path: string;
  /** Relative to the folder of the run, with forward slashes. */
  readonly name: string;
}

export interface LogFormat {
  readonly id: LogFormatId;
  /** As people call it. */
  readonly name: string;
  readonly recognises: (head: Head) => boolean;
  /** Reads a file from first byte to last. */
  readonly decode?: (sinks: Sinks, file: LogFile) => Decoder;
  /** Reads a file that cannot be read in order. Throws what the file system throws. */
  readonly readWhole?: (path: string, sinks: Sinks, wanted: (metric: string) => boolean) => Promise<void>;
  /** Whether the file only ever grows; others are written anew and read anew. */
  readonly grows: boolean;
  /** Whether a metric that was not measured anew is written again with its last value. */
  readonly carriesOver?: true;
  /** What is added to a logged step to have the number of steps taken: 1 where the first step is called 0. */
  readonly stepOffset: 0 | 1;
  /** What a step is: an update of the weights, or one of the smaller batches that are summed up for one. */
  readonly steps: 'updates' | 'microBatches';
}
