/** The panes of a watched run as lines: the verdict, its charts, and its evaluations. */
import type { WatchDocument } from '../../documents/watch.ts';
import { listed, ratioText, shareText, tokensText, withInterval } from '../../explain/numbers.ts';
import type { Section } from '../../explain/section.ts';
import {
  chanceSentence,
  evaluationsOn,
  howSure,
  isOffCourse,
  newestOfSets,
  watchVerdict,
  whatToDo,
} from '../../explain/watch.ts';
import { drawCharts } from '../draw.ts';
import { keyOf } from '../keys.ts';
import type { Titled } from '../Panes.tsx';
import type { Area } from '../panes/model.ts';
import { refusedLines, sectionLines } from '../panes/plan.ts';
import { scrolledLines } from '../scrolled.ts';
import { blank, type Line, type Look, type Span, wrapped } from '../styled.ts';
import type { Followed, WatchFrame } from './model.ts';
import { type WatchPane, watchPanes } from './state.ts';
import { setsOf, type Watching } from './watching.ts';

export function watchPane(frame: WatchFrame, pane: WatchPane, area: Area, look: Look): Titled {
  const number = watchPanes.indexOf(pane) + 1;
  const from = frame.state.scroll[pane];
  const scrolled = (lines: readonly Line[]): Line[] => scrolledLines(lines, from, area, `${number} and ↓`);
  switch (pane) {
    case 'verdict':
      return { title: `${number} verdict`, lines: scrolled(verdictLines(frame, area.width)) };
    case 'chart': {
      const { charts, state } = frame;
      const lines = drawCharts(charts, { ...area, ascii: look.ascii, band: state.band });
      return { title: `${number} ${charts[0].title}`, lines };
    }
    case 'evaluations': {
      const set = frame.sets[frame.state.set];
      return {
        title: `${number} evaluations on ${set}, the newest first`,
        lines: scrolled(evaluationLines(frame, set, area.width)),
      };
    }
  }
}

function verdictLines({ watching, followed }: WatchFrame, width: number): Line[] {
  const { seen, problems } = followed;
  const stopped =
    problems.length === 0
      ? []
      : [
          ...refusedLines(problems, width),
          ...wrapped(`The logs are not followed any more: ${keyOf('reread')} reads them again.`, width),
          blank,
        ];
  if (seen === undefined)
    return problems.length > 0
      ? stopped
      : waiting(watching, followed).flatMap((text) => [...wrapped(text, width), blank]);
  const { verdict } = seen;
  const style = isOffCourse(verdict) ? 'error' : verdict.state === 'notJudged' ? 'warning' : 'plan';
  const { sentences = [], ...sure } = howSure(verdict);
  const lines = (section: Section): Line[] => sectionLines(section, width);
  return [
    ...stopped,
    ...watchVerdict(verdict).flatMap((text) => wrapped(text, width, style)),
    blank,
    ...lines(newestOfSets(verdict)),
    ...lines({ sentences: [chanceSentence(verdict)] }),
    ...lines(whatToDo(verdict)),
    [bar(verdict.tokens, Math.min(width, BAR))],
    ...lines({ sentences: progress(followed, verdict) }),
    // The chance has been told further up.
    ...lines({ ...sure, sentences: sentences.filter((each) => each !== chanceSentence(verdict)) }),
    ...refusedLines(verdict.problems, width),
  ];
}

const BAR = 40;

function bar({ seen, planned }: WatchDocument['tokens'], width: number): Span {
  const done = Math.round(width * Math.min(seen / planned, 1));
  return { text: `${'█'.repeat(done)}${'░'.repeat(width - done)}`, style: 'dim' };
}

/** How far the run is, and when that was last heard of: nothing that changes while nothing comes. */
export function progress({ arrived }: Followed, { tokens, evaluations }: WatchDocument): string[] {
  const judged = evaluations.filter((each) => each.judged).length;
  return [
    `${shareText(tokens.seen / tokens.planned)} of the tokens: ${tokensText(tokens.seen)} of ${tokensText(tokens.planned)}. ${evaluations.length} evaluations, ${judged} judged.`,
    ...(arrived === undefined ? [] : [`The newest was read at ${arrived}.`]),
  ];
}

/** What is to be seen before there is an evaluation. */
export function waiting({ plan, logs }: Watching, { since, missing }: Followed): string[] {
  const [run] = plan.runs;
  const ends = setsOf(plan).map((set) => {
    const { loss, interval } = plan.predicted[set].end;
    return `${set} at ${withInterval(loss, interval)}`;
  });
  return [
    `Waiting for the first evaluation in ${listed(logs)}.`,
    ...(missing.length === 0
      ? []
      : [
          `${listed(missing)} ${missing.length === 1 ? 'was' : 'were'} not there at ${since}: ${missing.length === 1 ? 'it is' : 'they are'} read as soon as there is something to read.`,
        ]),
    `The plan: ${tokensText(run.tokens)} tokens at domain ratio ${ratioText(run.phases[0].domainRatio)}, after which it expects ${listed(ends)}.`,
  ];
}

function evaluationLines({ followed }: WatchFrame, set: string, width: number): Line[] {
  const { seen } = followed;
  if (seen === undefined) return wrapped('No evaluation yet.', width, 'dim');
  const section = evaluationsOn(set, seen.verdict);
  if (section.table?.rows.length === 0) return wrapped(`The run is not evaluated on ${set}.`, width, 'dim');
  return sectionLines(section, width);
}
