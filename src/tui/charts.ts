/** The charts of each view, made from a scene: what the fit says around the plan on the screen. */
import { listed, outcomeText, ratioText, tokensText } from '../explain/numbers.ts';
import {
  type Constraint,
  criticalRatio,
  limitOf,
  plannedRatio,
  searchedRatios,
} from '../mixture/critical.ts';
import { domainLosses } from '../plan/search.ts';
import { ascending, quantileOfSorted } from '../stats/quantiles.ts';
import type { Figures } from './answer.ts';
import type { Axis, Chart } from './chart.ts';
import { residualCharts } from './residualChart.ts';
import { around, count, share, signedPercent, spacedOver } from './scales.ts';
import type { Scene } from './scene.ts';
import { sizeLegend, sizeLetter } from './sizeLetters.ts';
import type { Style } from './styled.ts';
import type { ViewId } from './views.ts';

export interface ChartRequest {
  readonly scene: Scene;
  /** The plan on the screen; undefined where there is none. */
  readonly figures: Figures | undefined;
  /** The plan that is pinned. */
  readonly pinned: Figures | undefined;
  readonly log: boolean;
}

/** The charts of a view, one below the other over the same x axis; none for the view that is a table. */
export function chartsOf(view: ViewId, request: ChartRequest): readonly Chart[] {
  switch (view) {
    case 'ratio':
      return ratioCharts(request);
    case 'tokens':
      return tokensCharts(request);
    case 'critical':
      return [criticalChart(request)];
    case 'tradeOff':
      return [tradeOffChart(request)];
    case 'budget':
      return [budgetChart(request)];
    case 'residuals':
      return residualCharts(request.scene.fit, request.log);
    case 'laws':
      return [];
  }
}

const EMPTY = {
  bands: [],
  curves: [],
  marks: [],
  across: [],
  upright: [],
  hatched: [],
  legend: [],
  extrapolatedFrom: undefined,
} as const;

/** Ratios of a chart: as many as a search looks at quickly, so that their losses are kept. */
const RATIOS = 33;
const POINTS = 13;

const styleOf = (role: 'general' | 'domain'): Style => role;

/** Change of each loss from its base over the ratios, at the tokens of the plan, with the pilots that got about as far. */
function ratioCharts({ scene, figures, pinned, log }: ChartRequest): Chart[] {
  const { fit, predictor, target } = scene;
  const tokens = figures?.tokens ?? scene.most;
  const at = predictor.atTokens(tokens);
  const ratios = searchedRatios(predictor, RATIOS);
  const pilots = pilotsAt(scene, tokens);
  const [from, to] = fit.pilots.range.domainRatio;
  const planned = figures?.domainRatio;
  return lossCharts(scene, {
    title: `loss against domain ratio, at ${tokensText(tokens)} tokens`,
    // On a log scale there is no 0: the axis starts at the first step of the search instead.
    x: { title: 'domain ratio', from: log ? Math.max(from, ratios[1]) : from, to, log, text: share },
    losses: (e) => {
      const base = target.base[e].loss;
      const { point, draws } = at.losses(e, ratios);
      return {
        points: [...ratios].map((ratio, i) => ({ x: ratio, y: point[i] / base - 1 })),
        band: newRunBand(scene, e, ratios, draws, base),
      };
    },
    pilots,
    upright: planLines(planned, pinned?.domainRatio),
    hatched: planned === undefined ? [{ from, to }] : planned < to ? [{ from: planned, to }] : [],
    extrapolatedFrom: undefined,
    sentence: (set, points) =>
      `At ${tokensText(tokens)} tokens ${set} loss changes by ${signedPercent(points[0].y)} at domain ratio ${ratioText(from)} and by ${signedPercent(points[points.length - 1].y)} at ${ratioText(to)}` +
      `${planned === undefined ? '; no ratio may be planned' : `; the plan is at ${ratioText(planned)}`}.`,
  });
}

/** How each loss moves along the run of the plan. */
function tokensCharts({ scene, figures, log }: ChartRequest): Chart[] {
  const { fit, predictor, target } = scene;
  const [first, last] = fit.pilots.range.tokens;
  const ratio = figures?.domainRatio ?? fit.pilots.range.domainRatio[0];
  const end = Math.max(figures?.tokens ?? scene.most, last) * 1.1;
  const counts = spacedOver(first, end, POINTS, log);
  const ratios = Float64Array.of(ratio);
  return lossCharts(scene, {
    title: `loss against tokens, at domain ratio ${ratioText(ratio)}`,
    x: { title: 'tokens', from: first, to: end, log, text: count },
    losses: (e) => {
      const base = target.base[e].loss;
      const rows = counts.map((tokens) => {
        const { point, draws } = predictor.atTokens(tokens).losses(e, ratios);
        return {
          point: { x: tokens, y: point[0] / base - 1 },
          band: newRunBand(scene, e, Float64Array.of(tokens), draws, base),
        };
      });
      return { points: rows.map(({ point }) => point), band: rows.flatMap(({ band }) => band) };
    },
    pilots: pilotsNear(scene, ratio),
    upright: planLines(figures?.tokens, undefined),
    // The tolerance is one of the end: on its way a run may be above it.
    hatched: [],
    extrapolatedFrom: last,
    sentence: (set, points) =>
      `Along a run at domain ratio ${ratioText(ratio)} ${set} loss ends ${signedPercent(points[points.length - 1].y)} from its base after ${tokensText(end)} tokens.`,
  });
}

interface LossCharts extends Pick<Chart, 'title' | 'x' | 'upright' | 'hatched' | 'extrapolatedFrom'> {
  readonly losses: (evalIndex: number) => Pick<Chart['curves'][number], 'points'> & {
    readonly band: Chart['bands'][number];
  };
  readonly pilots: readonly (readonly Chart['marks'][number][])[];
  readonly sentence: (set: string, points: Chart['curves'][number]['points']) => string;
}

/** How far beyond a tolerance a chart of general loss looks: what lies further away is lost all the same. */
const BEYOND_LIMIT = 4;

/** One chart for each set, those with a tolerance first. */
function lossCharts(scene: Scene, { losses, pilots, sentence, ...common }: LossCharts): Chart[] {
  const { fit, constraints } = scene;
  const rank = (e: number): number => (constraints.some(({ evalIndex }) => evalIndex === e) ? 0 : 1);
  const order = [...fit.evals.keys()].toSorted((a, b) => rank(a) - rank(b) || a - b);
  return order.map((e) => {
    const { name, role } = fit.evals[e];
    const { points, band } = losses(e);
    const across = constraints
      .filter(({ evalIndex }) => evalIndex === e)
      .map((constraint) => limitLine(scene, constraint));
    const most = Math.max(...across.map(({ y }) => BEYOND_LIMIT * y), Number.NEGATIVE_INFINITY);
    const seen = [
      ...points.map(({ y }) => y),
      ...band.flatMap(({ low, high }) => [low, high]),
      ...pilots[e].map(({ y }) => y),
      ...across.map(({ y }) => y),
      0,
    ].filter((y) => most === Number.NEGATIVE_INFINITY || y <= Math.max(most, 0.01));
    return {
      ...EMPTY,
      ...common,
      y: around(seen, { title: `${name} loss, change from base`, text: signedPercent }),
      bands: [band],
      curves: [{ name: 'predicted', style: styleOf(role), points }],
      marks: pilots[e],
      across,
      legend: sizeLegend(scene.fit),
      sentence: sentence(name, points),
    };
  });
}

/** The largest ratio that keeps the tolerance, against tokens; what may be planned lies below. */
function criticalChart({ scene, figures, log }: ChartRequest): Chart {
  const { fit, predictor, constraints, question } = scene;
  const { range } = fit.pilots;
  const end = Math.max(scene.most, range.tokens[1]);
  const rows = spacedOver(range.tokens[0], end, POINTS, log).map((tokens) => {
    const critical = criticalRatio(predictor, predictor.atTokens(tokens), constraints, { grid: RATIOS });
    return { tokens, critical, planned: plannedRatio(critical, question.confidence, range.domainRatio) };
  });
  const [least, greatest] = range.domainRatio;
  const asRatio = (outcome: Figures['critical']): number =>
    outcome.kind === 'at' ? outcome.ratio : outcome.kind === 'none' ? least : greatest;
  const clamp = (bound: number): number => Math.min(Math.max(bound, least), greatest);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  return {
    ...EMPTY,
    title: 'critical domain ratio against tokens',
    x: { title: 'tokens', from: range.tokens[0], to: end, log, text: count },
    y: within(
      [least, greatest],
      around(
        rows.flatMap(({ critical, planned }) => [
          asRatio(critical.point),
          Math.max(planned, least),
          ...(critical.interval ?? []).map(clamp),
        ]),
        { title: 'domain ratio', text: share },
      ),
    ),
    bands: [
      rows.flatMap(({ tokens, critical: { interval } }) =>
        interval === null ? [] : [{ x: tokens, low: clamp(interval[0]), high: clamp(interval[1]) }],
      ),
    ],
    curves: [
      {
        name: 'critical',
        style: 'limit',
        points: rows.map(({ tokens, critical }) => ({ x: tokens, y: asRatio(critical.point) })),
      },
      {
        name: 'may be planned',
        style: 'plan',
        points: rows.map(({ tokens, planned }) => ({ x: tokens, y: Math.max(planned, least) })),
      },
    ],
    marks:
      figures === undefined
        ? []
        : [{ x: figures.tokens, y: figures.domainRatio, letter: '◆', style: 'plan', label: 'plan' }],
    extrapolatedFrom: range.tokens[1],
    sentence: `The critical domain ratio is ${outcomeText(first.critical.point)} at ${tokensText(first.tokens)} tokens and ${outcomeText(last.critical.point)} at ${tokensText(last.tokens)}.`,
  };
}

/** Every ratio as a point: what the domain gains against what general loss it costs, with replay that people use. */
function tradeOffChart({ scene, figures, pinned }: ChartRequest): Chart {
  const { fit, predictor, target, constraints, question } = scene;
  const tokens = figures?.tokens ?? scene.most;
  const at = predictor.atTokens(tokens);
  const ratios = searchedRatios(predictor, RATIOS);
  const binding = constraints.find(({ evalIndex }) => fit.evals[evalIndex].name === figures?.binding);
  const constraint = binding ?? constraints[0];
  const general = constraint.evalIndex;
  const change = (e: number, wanted: Float64Array): Float64Array =>
    at.point(e, wanted).map((loss) => loss / target.base[e].loss - 1);
  const domain = (wanted: Float64Array): Float64Array => {
    const each = question.objective.map(({ evalIndex, weight }) => ({
      weight,
      by: change(evalIndex, wanted),
    }));
    return wanted.map((_, i) => each.reduce((sum, { weight, by }) => sum + weight * by[i], 0));
  };
  const [xs, ys] = [change(general, ratios), domain(ratios)];
  const points = [...ratios].map((_, i) => ({ x: xs[i], y: ys[i] }));
  const markAt = (ratio: number, letter: string, style: Style, label: string) => {
    const wanted = Float64Array.of(ratio);
    return { x: change(general, wanted)[0], y: domain(wanted)[0], letter, style, label };
  };
  const marks = [
    ...FIXED_REPLAY.map((replay) => markAt(1 - replay, '✕', 'warning', `${100 * replay}% replay`)),
    ...(pinned === undefined ? [] : [markAt(pinned.domainRatio, '◆', 'pinned', 'pinned')]),
    ...(figures === undefined ? [] : [markAt(figures.domainRatio, '◆', 'plan', 'plan')]),
  ];
  const limit = limitLine(scene, constraint).y;
  const x: Axis = around([...points.map((point) => point.x), limit, 0], {
    title: `change of ${fit.evals[general].name} loss`,
    text: signedPercent,
  });
  return {
    ...EMPTY,
    title: `trade-off at ${tokensText(tokens)} tokens`,
    x,
    y: around(
      points.map((point) => point.y),
      { title: 'change of domain loss', text: signedPercent },
    ),
    curves: [{ name: 'every domain ratio', style: 'domain', points }],
    marks,
    upright: [{ x: limit, style: 'limit', label: 'tolerance' }],
    hatched: limit < x.to ? [{ from: limit, to: x.to }] : [],
    legend: [{ letter: '┊', style: 'limit', text: 'tolerance' }],
    sentence: `${listed(marks.map(({ label, x: cost, y }) => `${label} changes domain loss by ${signedPercent(y)} for ${signedPercent(cost)} of ${fit.evals[general].name} loss`))}.`,
  };
}

/** Replay that people use without pilots. */
const FIXED_REPLAY = [0.1, 0.25, 0.5];

/** The best domain loss for every budget, in tokens of this size. */
function budgetChart({ scene, figures, log }: ChartRequest): Chart {
  const { fit, search, predictor, question, target } = scene;
  const { range } = fit.pilots;
  const end = Math.max(2.2 * scene.most, range.tokens[1]);
  const counted = spacedOver(range.tokens[0], end, POINTS, log);
  const shares = { objective: question.objective, reference: target.base.map(({ loss }) => loss) };
  /** The best at a token count, as a change from the base; Infinity where nothing is feasible. */
  const changeAt = (tokens: number): number => {
    const best = search.about(tokens);
    if (best === undefined) return Number.POSITIVE_INFINITY;
    return domainLosses(predictor.atTokens(tokens), Float64Array.of(best.domainRatio), shares)[0] - 1;
  };
  // What fewer tokens reach, a larger budget reaches too.
  const tried = figures === undefined ? counted : [...counted, figures.tokens];
  const reached = (budget: number) => ({
    x: budget,
    y: Math.min(...[...tried.filter((tokens) => tokens < budget), budget].map(changeAt)),
  });
  const points = counted.map(reached);
  const feasible = points.find(({ y }) => Number.isFinite(y))?.x ?? end;
  const [now, doubled] = [scene.most, 2 * scene.most]
    .map(reached)
    .map((point) => (Number.isFinite(point.y) ? point : undefined));
  return {
    ...EMPTY,
    title: 'domain loss against budget',
    x: { title: 'budget in tokens of this size', from: range.tokens[0], to: end, log, text: count },
    y: around(
      [...points, ...(now ? [now] : []), ...(doubled ? [doubled] : [])].map(({ y }) => y),
      { title: 'best change of domain loss', text: signedPercent },
    ),
    curves: [{ name: 'within the tolerance', style: 'domain', points }],
    marks: [
      ...(now === undefined ? [] : [{ ...now, letter: '◆', style: 'plan' as const, label: 'plan' }]),
      ...(doubled === undefined
        ? []
        : [{ ...doubled, letter: '◆', style: 'warning' as const, label: 'twice' }]),
    ],
    hatched: feasible > range.tokens[0] ? [{ from: range.tokens[0], to: feasible }] : [],
    extrapolatedFrom: range.tokens[1],
    sentence:
      now === undefined || doubled === undefined
        ? 'Nothing keeps the tolerance at this budget.'
        : `The plan changes domain loss by ${signedPercent(now.y)}; twice the budget by ${signedPercent(doubled.y)}.`,
  };
}

/** Where new runs land, as changes from the base, one for each place of a chart. */
function newRunBand(
  { fit, predictor }: Scene,
  e: number,
  xs: Float64Array,
  draws: Float64Array,
  base: number,
): { x: number; low: number; high: number }[] {
  const { count: drawn, newRun } = predictor;
  if (drawn === 0) return [];
  const n = xs.length;
  const tail = (1 - fit.level) / 2;
  const column = new Float64Array(drawn);
  return [...xs].map((x, i) => {
    for (let k = 0; k < drawn; k++) column[k] = draws[k * n + i] * newRun[e][k];
    const sorted = ascending(column);
    return {
      x,
      low: quantileOfSorted(sorted, tail) / base - 1,
      high: quantileOfSorted(sorted, 1 - tail) / base - 1,
    };
  });
}

function limitLine({ fit, target }: Scene, { evalIndex, tolerance }: Constraint) {
  const base = target.base[evalIndex].loss;
  return {
    y: limitOf(base, tolerance) / base - 1,
    style: 'limit' as const,
    label: `tolerance of ${fit.evals[evalIndex].name}`,
  };
}

/** An axis that does not go on where no value can be. */
function within([least, greatest]: readonly [number, number], axis: Axis): Axis {
  return { ...axis, from: Math.max(axis.from, least), to: Math.min(axis.to, greatest) };
}

function planLines(now: number | undefined, pinned: number | undefined) {
  return [
    ...(now === undefined ? [] : [{ x: now, style: 'plan' as const, label: 'plan' }]),
    ...(pinned === undefined ? [] : [{ x: pinned, style: 'pinned' as const, label: 'pinned' }]),
  ];
}

/** A measurement at tokens this far off stands beside the curve of others. */
const NEAR_TOKENS = 1.25;
const NEAR_RATIO = 0.06;

/** What the runs measured nearest to these tokens, by ratio. */
function pilotsAt(scene: Scene, tokens: number): Chart['marks'][number][][] {
  return measured(scene, ({ tokens: each }) => Math.abs(Math.log(each / tokens)) <= Math.log(NEAR_TOKENS), {
    x: ({ domainRatio }) => domainRatio,
    distance: ({ tokens: each }) => Math.abs(Math.log(each / tokens)),
  });
}

/** The runs whose ratio is near, along their tokens. */
function pilotsNear(scene: Scene, ratio: number): Chart['marks'][number][][] {
  return measured(scene, ({ domainRatio }) => Math.abs(domainRatio - ratio) <= NEAR_RATIO, {
    x: ({ tokens }) => tokens,
  });
}

interface Measured {
  readonly run: number;
  readonly domainRatio: number;
  readonly tokens: number;
}

function measured(
  scene: Scene,
  wanted: (row: Measured) => boolean,
  { x, distance }: { x: (row: Measured) => number; distance?: (row: Measured) => number },
): Chart['marks'][number][][] {
  const { runs, bases, observations } = scene.fit.pilots;
  let rows = observations.run
    .map((run, row) => ({
      run,
      row,
      domainRatio: runs[run].domainRatio,
      tokens: observations.tokens[row],
    }))
    .filter(wanted);
  if (distance !== undefined) {
    const nearest = new Map<number, (typeof rows)[number]>();
    for (const each of rows) {
      const before = nearest.get(each.run);
      if (before === undefined || distance(each) < distance(before)) nearest.set(each.run, each);
    }
    rows = [...nearest.values()];
  }
  return scene.fit.evals.map(({ name, role }) =>
    rows.flatMap((each) => {
      const loss = observations.loss[name][each.row];
      const { base, params } = runs[each.run];
      const start = bases[base].loss[name];
      if (loss === null || start === null || start === undefined) return [];
      const letter = sizeLetter(scene.fit, params);
      return [{ x: x(each), y: loss / start - 1, letter, style: styleOf(role) }];
    }),
  );
}
