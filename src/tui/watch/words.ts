/** The screen of a watched run in words, for those who hear it. */
import { evaluationText, watchVerdict, whatToDo } from '../../explain/watch.ts';
import { keyOf } from '../keys.ts';
import { type Line, textOf } from '../styled.ts';
import type { WatchFrame } from './model.ts';
import { progress, waiting } from './panes.ts';

/** Evaluations that are read at a time. */
const READ = 10;

/** Sentences, each a line: the pane of the keys first. */
export function watchInWords(frame: WatchFrame, window: readonly Line[] | undefined): string[] {
  const { state, followed, watching } = frame;
  const told = state.remark === undefined ? [] : [state.remark];
  if (window !== undefined) return [...told, ...window.map(textOf).filter((text) => text !== '')];
  const stopped = followed.problems.flatMap(({ message, hint }) => [
    message,
    ...(hint === undefined ? [] : [hint]),
  ]);
  const keys = `Keys: ${keyOf('nextPane')} next pane, ${keyOf('nextSet')} next set, ${keyOf('command')} command, ${keyOf('help')} all keys, ${keyOf('quit')} quit.`;
  const { seen } = followed;
  if (seen === undefined)
    return [...told, ...(stopped.length > 0 ? stopped : waiting(watching, followed)), keys];
  const { verdict } = seen;
  const answer = watchVerdict(verdict);
  const charts = frame.charts.map(({ sentence }) => sentence);
  const panes = {
    verdict: [...answer, ...charts, ...(whatToDo(verdict).sentences ?? []), ...progress(followed, verdict)],
    chart: [...charts, ...answer],
    evaluations: [
      ...verdict.evaluations
        .toReversed()
        .slice(state.scroll.evaluations, state.scroll.evaluations + READ)
        .map(evaluationText),
      ...answer,
    ],
  };
  return [...told, ...stopped, ...panes[state.pane], keys];
}
