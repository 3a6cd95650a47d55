/** A run over the path that its plan predicts, one chart a set. */
import { seenOn } from '../../charts/watched.ts';
import type { PlanDocument } from '../../documents/plan.ts';
import { listed, lossText, tokensText, withInterval } from '../../explain/numbers.ts';
import { limitOf } from '../../mixture/critical.ts';
import type { PathPoint } from '../../watch/paths.ts';
import type { Chart } from '../chart.ts';
import { around, count } from '../scales.ts';
import type { SeenRun } from './watching.ts';

/** The charts of these sets, in their order, of what was seen so far. */
export function watchCharts(
  plan: PlanDocument,
  sets: readonly string[],
  seen: SeenRun | undefined,
  log: boolean,
): readonly Chart[] {
  return sets.map((set) => watchChart(plan, set, seen, log));
}

type Mark = Chart['marks'][number];

/** So many heights of what is expected above and below it are shown: what lies further off is marked at the edge. */
const ROOM = 2;

function watchChart(plan: PlanDocument, set: string, seen: SeenRun | undefined, log: boolean): Chart {
  const { role } = plan.runs[0].evals.find(({ name }) => name === set)!;
  const planned = plan.runs[0].tokens;
  const path = seen?.paths[set] ?? plannedPath(plan, set);
  const outlook = seen?.verdict.sets[set];
  const evaluations = evaluationsOf(seen, set);
  const tolerance = plan.constraints.tolerance[set];
  const base = plan.base[set].loss;
  const limit = outlook?.limit ?? (tolerance === undefined ? null : limitOf(base, tolerance));
  const reached = evaluations.at(-1)?.tokens;
  const to = Math.max(planned, reached ?? 0) * 1.02;
  const least = Math.min(path[0].tokens, ...evaluations.map(({ tokens }) => tokens));
  const x = { title: 'tokens', from: log ? least : 0, to, log, text: count };
  const y = heights({
    path: counted(path, seen?.verdict.tokens.judgedFrom ?? 0),
    limit,
    losses: [
      ...evaluations.filter(({ judged }) => judged),
      ...(outlook === undefined ? [] : [outlook.now]),
    ].map(({ loss }) => loss),
    title: `${set} loss${plan.units[set] === 'bpb' ? ', bpb' : ''}`,
  });
  /** A mark, at the edge where it would lie beyond it. */
  const mark = (tokens: number, loss: number, { letter, style }: Omit<Mark, 'x' | 'y'>) => ({
    x: tokens,
    y: Math.min(Math.max(loss, y.from), y.to),
    letter: loss > y.to ? '▲' : loss < y.from ? '▼' : letter,
    style,
  });
  return {
    title: `${set} loss: the run over its plan`,
    x,
    y,
    bands: [
      path.flatMap(({ tokens, band }) => (band === null ? [] : [{ x: tokens, low: band[0], high: band[1] }])),
    ],
    curves: [
      {
        name: 'planned',
        style: role,
        points: path.map(({ tokens, predicted }) => ({ x: tokens, y: predicted })),
      },
    ],
    marks: [
      // Those that are judged lie above the others.
      ...evaluations
        .toSorted((a, b) => Number(a.judged) - Number(b.judged))
        .map((each) => mark(each.tokens, each.loss, each)),
      ...(outlook === undefined
        ? []
        : [
            {
              ...mark(planned, outlook.now.loss, { letter: '◆', style: 'plan' }),
              label: `end ${lossText(outlook.now.loss)}`,
            },
          ]),
    ],
    across: [
      ...(limit === null ? [] : [{ y: limit, style: 'limit' as const, label: `limit ${lossText(limit)}` }]),
      ...(role === 'general' ? [{ y: base, style: 'dim' as const, label: `base ${lossText(base)}` }] : []),
    ],
    upright: reached === undefined ? [] : [{ x: reached, style: 'plan', label: 'now' }],
    hatched: [],
    extrapolatedFrom: undefined,
    legend: [...legendOf(evaluations), ...(reached === undefined ? [] : [NOW])],
    sentence: sentenceOf(plan, set, seen),
  };
}

const NOW = { letter: '┊', style: 'plan', text: 'now' } as const;

/** How an evaluation is drawn: told apart by its letter, for those who see no colours. */
const KINDS = {
  judged: { letter: '●', style: 'bold', text: 'judged' },
  notJudged: { letter: '·', style: 'dim', text: 'not judged' },
  unexpected: { letter: '✕', style: 'error', text: 'unexpected by then' },
} as const;

function evaluationsOf(seen: SeenRun | undefined, set: string) {
  if (seen === undefined) return [];
  return seenOn(seen.verdict, set).map(({ tokens, loss, judged, unexpected }) => {
    const kind = !judged ? KINDS.notJudged : unexpected ? KINDS.unexpected : KINDS.judged;
    return { tokens, loss, judged, ...kind };
  });
}

function legendOf(evaluations: ReturnType<typeof evaluationsOf>): Chart['legend'] {
  return Object.values(KINDS).filter(({ letter }) => evaluations.some((each) => each.letter === letter));
}

/** What the plan itself tells, until there is a run to hold against it. */
function plannedPath(plan: PlanDocument, set: string): readonly PathPoint[] {
  return plan.predicted[set].path.map(({ tokens, loss, interval }) => ({
    tokens,
    predicted: loss,
    band: interval,
  }));
}

/** The part of a path where evaluations count; all of it where none does. */
function counted(path: readonly PathPoint[], judgedFrom: number): readonly PathPoint[] {
  const part = path.filter(({ tokens }) => tokens >= judgedFrom);
  return part.length === 0 ? path : part;
}

/** An axis that holds what is expected, and the run as far as it does not squeeze that flat. */
function heights({
  path,
  limit,
  losses,
  title,
}: {
  path: readonly PathPoint[];
  limit: number | null;
  losses: readonly number[];
  title: string;
}) {
  const expected = path.flatMap(({ predicted, band }) => [predicted, ...(band ?? [])]);
  if (limit !== null) expected.push(limit);
  const [low, high] = [Math.min(...expected), Math.max(...expected)];
  const room = ROOM * (high - low);
  const near = losses.map((loss) => Math.min(Math.max(loss, low - room), high + room));
  return around([...expected, ...near], { title, text: lossText });
}

function sentenceOf(plan: PlanDocument, set: string, seen: SeenRun | undefined): string {
  const { end } = plan.predicted[set];
  const name = `${set.charAt(0).toUpperCase()}${set.slice(1)}`;
  const newest = seen?.verdict.evaluations.findLast(({ sets }) => sets[set] !== undefined);
  if (seen === undefined || newest === undefined)
    return `${name} loss is planned to end at ${withInterval(end.loss, end.interval)} after ${tokensText(plan.runs[0].tokens)} tokens; nothing of it was seen yet.`;
  const { loss, predicted, band } = newest.sets[set];
  const { now, limit } = seen.verdict.sets[set];
  return `${name} loss is ${listed([
    `${lossText(loss)} after ${tokensText(newest.tokens)} tokens where ${withInterval(predicted, band)} was expected`,
    `will end at about ${withInterval(now.loss, now.interval)}${limit === null ? '' : `, its limit being ${lossText(limit)}`}`,
  ])}.`;
}
