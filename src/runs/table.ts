/** A table of text cells, before anything is known about their meaning: what every reader makes. */
import type { Problem } from '../problems/problem.ts';

export interface TableRow {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  /** One trimmed text per column; '' = nothing there. */
  readonly cells: readonly string[];
}

export interface Table {
  /** How the file is called in messages. */
  readonly file: string;
  /** Unique, non-empty names. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Where readers put what is wrong, so that all faults of a file come out together. */
export type Report = (problem: Problem) => void;
