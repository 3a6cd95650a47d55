/** What readers of logs find, one thing at a time: metrics at steps, settings, rows of a table, and damage. */
import type { Problem } from '../problems/problem.ts';

/** Takes in what the log of one run says. */
export interface LogSink {
  /** The value of a metric at a step, as the trainer counts steps. NaN where the log says NaN or infinity. */
  metric(step: number, name: string, value: number): void;
  /** A setting of the run; dots in the path lead into nested settings. */
  setting(path: string, value: unknown): void;
  /** A row of a log that is a runs table already: text by column. */
  row(cells: Readonly<Record<string, string>>): void;
  /** The run was taken up again: what was logged after this step is no longer part of it. */
  rewind(step: number): void;
  /** What is lost or doubtful in a file. The file's name is added as the place. */
  problem(problem: Problem): void;
}

/** The sink of a run by its name in the log; a log that names no runs leaves the name out. */
export type Sinks = (run?: string) => LogSink;

/** Takes in the bytes of one file in order. What it holds back of a half-written end is little. */
export interface Decoder {
  push(bytes: Uint8Array): void;
  /** The file is over: what is left is read or told as damage. Not called while a file still grows. */
  end(): void;
}
