/** The losses that the planned run should show on its way, and those of a running job over them. */
import type { PlanDocument } from '../documents/plan.ts';
import type { WatchDocument } from '../documents/watch.ts';
import { listed, lossText, shareText, tokensText, withInterval } from '../explain/numbers.ts';
import { limitOf } from '../mixture/critical.ts';
import { logX, lossY, spanOf, UNIT_NAMES } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import { capital } from './lossAgainstRatio.ts';
import { band, ends, inline, label, labelled, ONE, quietLabel, rounded, rule } from './marks.ts';
import { INK, LIMIT, MUTED, PAPER, roleColour } from './theme.ts';
import { type Seen, seenOn, watchedDescription, watchedSubtitle, watchedTitle } from './watched.ts';

/** @param watched the verdict on the run that carries out the plan, drawn over what was predicted */
export function trajectoryChart(plan: PlanDocument, watched?: WatchDocument): Chart {
  const sets = plan.runs[0].evals.map(({ name }) => name);
  const tokens = plan.runs[0].tokens;
  const ends = sets.map((set) => `${set} loss at ${lossText(plan.predicted[set].end.loss)}`);
  const assumed = Object.values(plan.base).some(({ source }) => source === 'assumed');
  return {
    id: 'trajectory',
    title: watched
      ? watchedTitle(watched)
      : `After ${tokensText(tokens)} tokens the plan leaves ${listed(ends)}`,
    subtitle: [
      `Predicted losses of the planned run. Bands: ${shareText(plan.level)} of new runs (light) and of curves (dark).`,
      ...(assumed
        ? ['They hold what is not known of the base losses, which are assumed; the limit moves with these.']
        : []),
      ...(watched ? [watchedSubtitle(watched)] : []),
    ].join(' '),
    description: [
      `${listed(sets.map((set) => `${capital(set)} starts at ${lossText(plan.base[set].loss)} and ends at ${withInterval(plan.predicted[set].end.loss, plan.predicted[set].end.interval)}`))}.`,
      ...(watched ? [watchedDescription(watched)] : []),
    ].join(' '),
    small: false,
    body: (layout) => ({
      [layout === 'wide' && sets.length > 1 ? 'concat' : 'vconcat']: sets.map((set) =>
        panel(plan, set, watched, layout),
      ),
      ...(layout === 'wide' && sets.length > 1 ? { columns: 2, spacing: 36 } : { spacing: 22 }),
    }),
  };
}

function panel(
  plan: PlanDocument,
  set: string,
  watched: WatchDocument | undefined,
  layout: Layout,
): JsonObject {
  const { path } = plan.predicted[set];
  const role = plan.runs[0].evals.find(({ name }) => name === set)?.role ?? 'general';
  const colour = roleColour(role);
  const seen = watched ? seenOn(watched, set) : [];
  const tokens = [...path, ...seen].map((each) => each.tokens);
  const x = logX('tokens', 'tokens', [Math.min(...tokens), Math.max(...tokens)]);
  const y = lossY('loss', `${set} loss (${UNIT_NAMES[plan.units[set]]})`);
  const accepted = plan.constraints.tolerance[set];
  const base = plan.base[set].loss;
  const limit = accepted === undefined ? undefined : limitOf(base, accepted);
  const [least, greatest] = spanOf([
    ...path.flatMap(({ loss, interval }) => [loss, ...(interval ?? [])]),
    ...seen.map(({ loss }) => loss),
    ...(limit === undefined ? [] : [limit]),
    base,
  ]);
  // Away from the nearer end of the axis, whose line and ticks it would stand on.
  const above = base - least < greatest - base;
  return {
    title: { text: `${capital(set)} loss`, color: colour, fontSize: 12.5 },
    width: layout === 'wide' ? 316 : 280,
    height: layout === 'wide' ? 220 : 180,
    data: inline(
      path.map((each) => ({
        tokens: rounded(each.tokens),
        loss: rounded(each.loss),
        ...ends(each.interval, 'low', 'high'),
        ...ends(each.meanInterval, 'meanLow', 'meanHigh'),
      })),
    ),
    layer: [
      ...(path[0].interval === null ? [] : [band(x, 'low', 'high', y, colour, 0.16)]),
      ...(path[0].meanInterval === null ? [] : [band(x, 'meanLow', 'meanHigh', y, colour, 0.28)]),
      { mark: { type: 'line', color: colour, strokeWidth: 2.25 }, encoding: { x, y } },
      ...(role === 'general'
        ? [
            rule(MUTED, { y: { datum: rounded(base) } }, 1),
            ...labelled(
              {
                ...quietLabel,
                align: 'left',
                baseline: above ? 'bottom' : 'top',
                dx: 4,
                dy: above ? -3 : 3,
              },
              {
                x: { value: 0 },
                y: { datum: rounded(base) },
                text: { value: `base ${lossText(base)}` },
              },
            ),
          ]
        : []),
      ...(limit === undefined
        ? []
        : [
            rule(LIMIT, { y: { datum: rounded(limit) } }),
            ...labelled(label(LIMIT, { align: 'right', baseline: 'bottom', dx: -4, dy: -3 }), {
              x: { value: layout === 'wide' ? 316 : 280 },
              y: { datum: rounded(limit) },
              text: { value: `limit ${lossText(limit)}` },
            }),
          ]),
      ...(seen.length === 0 ? [] : watchedLayers(seen, x, y)),
      ...(watched?.state === 'running' && watched.sets[set] ? outlook(plan, watched.sets[set].now) : []),
    ],
  };
}

/** What a running job was evaluated at: points, hollow where they are not judged. */
function watchedLayers(seen: readonly Seen[], x: JsonObject, y: JsonObject): JsonObject[] {
  return [
    {
      data: inline(
        seen.map(({ tokens, loss, judged }) => ({ tokens: rounded(tokens), loss: rounded(loss), judged })),
      ),
      encoding: { x, y },
      layer: [
        { mark: { type: 'line', color: INK, strokeWidth: 1 } },
        {
          mark: { type: 'point', filled: true, size: 24, opacity: 1, stroke: INK, strokeWidth: 1 },
          encoding: {
            fill: {
              field: 'judged',
              type: 'nominal',
              scale: { domain: [false, true], range: [PAPER, INK] },
              legend: null,
            },
          },
        },
      ],
    },
  ];
}

/** Where the run will end, given all that was seen: a bar at the tokens of the plan. */
function outlook(plan: PlanDocument, { loss, interval }: WatchDocument['sets'][string]['now']): JsonObject[] {
  const x = { datum: rounded(plan.runs[0].tokens), type: 'quantitative' };
  return [
    {
      data: ONE,
      mark: { type: 'rule', color: INK, strokeWidth: 3 },
      encoding: {
        x,
        y: { datum: rounded(interval[0]), type: 'quantitative' },
        y2: { datum: rounded(interval[1]) },
      },
    },
    {
      data: ONE,
      mark: { type: 'tick', orient: 'horizontal', color: INK, opacity: 1, thickness: 3, size: 11 },
      encoding: { x, y: { datum: rounded(loss), type: 'quantitative' } },
    },
  ];
}
