/** What the panes show, put together for one frame. */
import type { FitDocument } from '../../documents/fit.ts';
import type { Answer, Figures } from '../answer.ts';
import type { Chart } from '../chart.ts';
import type { State } from '../state.ts';

export interface Refitting {
  readonly done: number;
  readonly total: number;
}

export interface Frame {
  readonly state: State;
  /** The fit that answers, with the laws that are chosen. */
  readonly fit: FitDocument;
  readonly answer: Answer;
  readonly pinned: Figures | undefined;
  /** The plan at twice the budget; undefined until it is known, or where there is no budget. */
  readonly doubled: Answer | undefined;
  /** One below the other. */
  readonly charts: readonly Chart[];
  /** Set while the answer is that of other runs than those asked for. */
  readonly refitting: Refitting | undefined;
  /** Whether the answer is that of the question before, until there is one. */
  readonly awaited: boolean;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}
