/** The losses that the planned run should show on its way, and those of a running job over them. */
import type { PlanDocument } from '../documents/plan.ts';
import { listed, lossText, shareText, tokensText, withInterval } from '../explain/numbers.ts';
import { limitOf } from '../mixture/critical.ts';
import { logX, lossY, UNIT_NAMES } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import type { WatchedLoss } from './data.ts';
import { capital } from './lossAgainstRatio.ts';
import { band, ends, inline, label, labelled, quietLabel, rounded, rule } from './marks.ts';
import { INK, LIMIT, MUTED, roleColour } from './theme.ts';

/** @param watched losses of the running job, by set, in order of tokens */
export function trajectoryChart(
  plan: PlanDocument,
  watched: Readonly<Record<string, readonly WatchedLoss[]>> = {},
): Chart {
  const sets = plan.runs[0].evals.map(({ name }) => name);
  const tokens = plan.runs[0].tokens;
  const ends = sets.map((set) => `${set} loss at ${lossText(plan.predicted[set].end.loss)}`);
  const assumed = Object.values(plan.base).some(({ source }) => source === 'assumed');
  const isWatched = Object.values(watched).some((each) => each.length > 0);
  return {
    id: 'trajectory',
    title: isWatched
      ? watchedTitle(plan, watched)
      : `After ${tokensText(tokens)} tokens the plan leaves ${listed(ends)}`,
    subtitle:
      `Predicted losses of the planned run. Bands: ${shareText(plan.level)} of new runs (light) and of curves (dark).` +
      (assumed ? ' They hold what is not known of the base losses, which are assumed.' : ''),
    description: `${listed(sets.map((set) => `${capital(set)} starts at ${lossText(plan.base[set].loss)} and ends at ${withInterval(plan.predicted[set].end.loss, plan.predicted[set].end.interval)}`))}.`,
    small: false,
    body: (layout) => ({
      [layout === 'wide' && sets.length > 1 ? 'concat' : 'vconcat']: sets.map((set) =>
        panel(plan, set, watched[set] ?? [], layout),
      ),
      ...(layout === 'wide' && sets.length > 1 ? { columns: 2, spacing: 36 } : { spacing: 22 }),
    }),
  };
}

function watchedTitle(plan: PlanDocument, watched: Readonly<Record<string, readonly WatchedLoss[]>>): string {
  const said = Object.entries(watched).flatMap(([set, losses]) => {
    const last = losses.at(-1);
    const path = plan.predicted[set]?.path;
    if (last === undefined || path === undefined) return [];
    const there = path.reduce((best, each) =>
      Math.abs(Math.log(each.tokens / last.tokens)) < Math.abs(Math.log(best.tokens / last.tokens))
        ? each
        : best,
    );
    const inside =
      there.interval !== null && last.loss >= there.interval[0] && last.loss <= there.interval[1];
    return [
      `${set} ${lossText(last.loss)} after ${tokensText(last.tokens)} tokens, ${inside ? 'inside' : 'outside'} its band`,
    ];
  });
  return `The watched run: ${listed(said)}`;
}

function panel(plan: PlanDocument, set: string, watched: readonly WatchedLoss[], layout: Layout): JsonObject {
  const { path } = plan.predicted[set];
  const role = plan.runs[0].evals.find(({ name }) => name === set)?.role ?? 'general';
  const colour = roleColour(role);
  const tokens = [...path, ...watched].map((each) => each.tokens);
  const x = logX('tokens', 'tokens', [Math.min(...tokens), Math.max(...tokens)]);
  const y = lossY('loss', `${set} loss (${UNIT_NAMES[plan.units[set]]})`);
  const accepted = plan.constraints.tolerance[set];
  const base = plan.base[set].loss;
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
              { ...quietLabel, align: 'left', baseline: 'top', dx: 4, dy: 3 },
              {
                x: { value: 0 },
                y: { datum: rounded(base) },
                text: { value: `base ${lossText(base)}` },
              },
            ),
          ]
        : []),
      ...(accepted === undefined
        ? []
        : [
            rule(LIMIT, { y: { datum: rounded(limitOf(base, accepted)) } }),
            ...labelled(label(LIMIT, { align: 'right', baseline: 'bottom', dx: -4, dy: -3 }), {
              x: { value: layout === 'wide' ? 316 : 280 },
              y: { datum: rounded(limitOf(base, accepted)) },
              text: { value: `limit ${lossText(limitOf(base, accepted))}` },
            }),
          ]),
      ...(watched.length === 0
        ? []
        : [
            {
              data: inline(
                watched.map((each) => ({ tokens: rounded(each.tokens), loss: rounded(each.loss) })),
              ),
              mark: {
                type: 'line',
                color: INK,
                strokeWidth: 1,
                point: { filled: true, size: 30, color: INK, opacity: 1 },
              },
              encoding: { x, y },
            },
          ]),
    ],
  };
}
