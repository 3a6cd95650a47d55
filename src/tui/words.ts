/** The screen in words, for those who hear it: the same facts, without a picture, the pane of the keys first. */
import { listed, modelText, outcomeText, ratioText, shareText, tokensText } from '../explain/numbers.ts';
import { keyOf } from './keys.ts';
import { levers } from './levers.ts';
import type { Frame } from './panes/model.ts';
import { missedText, planLines } from './panes/plan.ts';
import { setAsideRows, shownRuns } from './runsTable.ts';
import type { PaneId, State } from './state.ts';
import { type Line, textOf } from './styled.ts';

/** A line of the explanation that is read at a time. */
const READ_WIDTH = 200;
const READ_LINES = 12;

/** Sentences, each a line. */
export function inWords(
  state: State,
  frame: Frame | undefined,
  window: readonly Line[] | undefined,
): string[] {
  const told = [
    ...(state.remark === undefined ? [] : [state.remark]),
    ...(frame?.refitting === undefined
      ? []
      : [
          `Fitting the runs again: ${frame.refitting.done} of ${frame.refitting.total} draws. The answer is the one before.`,
        ]),
  ];
  if (window !== undefined) return [...told, ...textsOf(window)];
  if (frame === undefined) return told;
  return [
    ...told,
    ...paneInWords[state.pane](frame),
    ...(state.pane === 'plan' ? [] : [recommendation(frame)]),
    ...(state.pane === 'chart' ? [] : frame.charts.map(({ sentence }) => sentence)),
    `Keys: ${keyOf('nextPane')} next pane, ${keyOf('command')} command, ${keyOf('help')} all keys, ${keyOf('quit')} quit.`,
  ];
}

const paneInWords: Readonly<Record<PaneId, (frame: Frame) => string[]>> = {
  levers: ({ state, fit }) => {
    const { mode, values } = state;
    const lever = levers[state.lever];
    return [
      mode.kind === 'typing'
        ? `Typing ${lever.title}, such as ${lever.example}: ${mode.text}`
        : `Lever ${state.lever + 1} of ${levers.length}, ${lever.title}: ${lever.text(values, fit)}. Left and right change it, up and down choose another.`,
      ...(mode.kind === 'typing' && mode.problem !== undefined ? [mode.problem] : []),
    ];
  },
  runs: ({ state, fit }) => {
    const runs = shownRuns(state);
    const run = runs[state.run];
    return [
      ...(run === undefined
        ? ['No run.']
        : [
            `Run ${state.run + 1} of ${runs.length}, ${run.id}: domain ratio ${ratioText(run.domainRatio)}, ${tokensText(run.tokens)} tokens${run.excluded ? ', left out' : ''}. Space leaves it out or takes it in.`,
          ]),
      ...setAsideRows(fit).map(({ rows, reason }) => `${rows} rows are set aside: ${reason}.`),
    ];
  },
  chart: ({ charts }) =>
    charts.length === 0
      ? ['There is no chart.']
      : [`Chart: ${charts[0].title}.`, ...charts.map(({ sentence }) => sentence)],
  plan: (frame) => textsOf(planLines(frame, { width: READ_WIDTH, height: READ_LINES })),
};

function recommendation({ answer, awaited }: Frame): string {
  if (awaited) return 'Looking for the plan.';
  if (answer.kind === 'later')
    return answer.missed === undefined ? 'Looking for the plan.' : missedText(answer.missed);
  if (answer.kind === 'refused') return `No plan: ${answer.problems.map(({ message }) => message).join(' ')}`;
  const { model, tokens, domainRatio, critical, within, binding, exact } = answer.figures;
  return (
    `Plan${exact ? '' : ', about'}: train ${modelText(model)} on ${tokensText(tokens)} tokens at domain ratio ${ratioText(domainRatio)}; ` +
    listed([
      `the critical ratio is ${outcomeText(critical)}`,
      ...(within === null ? [] : [`a new run keeps the tolerance in ${shareText(within)} of the draws`]),
      ...(binding === null ? [] : [`the tolerance on ${binding} binds`]),
    ]) +
    '.'
  );
}

function textsOf(lines: readonly Line[]): string[] {
  return lines.map(textOf).filter((text) => text !== '');
}
