/** How far the plan lies from the pilots: sizes and tokens, both on logarithmic axes. */
import type { FitDocument } from '../documents/fit.ts';
import { listed, paramsText, timesText, tokensText } from '../explain/numbers.ts';
import { logSpanOf, logX } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import { inline, label, labelled, quietLabel, rounded } from './marks.ts';
import { DASHED, GENERAL, PLAN, QUIET } from './theme.ts';

export interface Reach {
  readonly params: number;
  readonly tokens: number;
  /** Multiples of the largest (or smallest) and longest pilot; 1 = inside. */
  readonly times: { readonly params: number; readonly tokens: number };
}

/** @param plan where the plan lies; undefined for a fit that no plan was made of */
export function reachChart(
  { pilots: { range, runs, observations } }: FitDocument,
  plan: Reach | undefined,
): Chart {
  const lengths = new Map<number, { params: number; tokens: number }>();
  observations.run.forEach((run, i) => {
    const tokens = Math.max(lengths.get(run)?.tokens ?? 0, observations.tokens[i]);
    lengths.set(run, { params: runs[run].params, tokens });
  });
  const cells = countedCells([...lengths.values()]);
  const beyond = plan === undefined ? [] : reachText(plan);
  return {
    id: 'reach',
    title:
      plan === undefined
        ? `${lengths.size} pilots span ${paramsText(range.params[0])} to ${paramsText(range.params[1])} params and up to ${tokensText(range.tokens[1])} tokens`
        : beyond.length === 0
          ? 'The plan lies inside the pilots in size and tokens'
          : `The plan lies ${listed(beyond)} beyond the pilots`,
    subtitle: `Points: pilots by size and length, the larger the more of them. Box: what their evaluations span${plan === undefined ? '' : '; diamond: the plan'}.`,
    description: `${lengths.size} pilots of ${listed(cells.map(({ params, tokens, count }) => `${paramsText(params)} params to ${tokensText(tokens)} tokens (${count})`))}${plan === undefined ? '' : `; the plan has ${paramsText(plan.params)} params and ${tokensText(plan.tokens)} tokens`}.`,
    small: true,
    body: (layout) => body(range, cells, plan, layout),
  };
}

function reachText({ times }: Reach): string[] {
  return [
    ...(times.params > 1 ? [`${timesText(times.params)} in size`] : []),
    ...(times.tokens > 1 ? [`${timesText(times.tokens)} in tokens`] : []),
  ];
}

interface Cell {
  readonly params: number;
  readonly tokens: number;
  readonly count: number;
}

function countedCells(ends: readonly { readonly params: number; readonly tokens: number }[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { params, tokens } of ends) {
    const key = `${params} ${rounded(tokens, 2)}`;
    cells.set(key, { params, tokens, count: (cells.get(key)?.count ?? 0) + 1 });
  }
  return [...cells.values()].sort((a, b) => a.params - b.params || a.tokens - b.tokens);
}

function body(
  range: FitDocument['pilots']['range'],
  cells: readonly Cell[],
  plan: Reach | undefined,
  layout: Layout,
): JsonObject {
  const x = logX(
    'tokens',
    'tokens',
    logSpanOf([...range.tokens, ...(plan === undefined ? [] : [plan.tokens])], 0.12),
  );
  const across = logX(
    'params',
    'size',
    logSpanOf([...range.params, ...(plan === undefined ? [] : [plan.params])], 0.18),
  );
  const y = { ...across, title: 'size (params without embeddings)' };
  return {
    width: layout === 'wide' ? 620 : 276,
    height: layout === 'wide' ? 240 : 200,
    data: inline(cells.map(({ params, tokens, count }) => ({ params, tokens: rounded(tokens), count }))),
    layer: [
      {
        data: inline([
          { from: range.tokens[0], to: range.tokens[1], low: range.params[0], high: range.params[1] },
        ]),
        mark: {
          type: 'rect',
          color: GENERAL,
          opacity: 0.1,
          stroke: GENERAL,
          strokeOpacity: 0.9,
          strokeDash: DASHED,
        },
        encoding: {
          x: { ...x, field: 'from' },
          x2: { field: 'to' },
          y: { ...y, field: 'low' },
          y2: { field: 'high' },
        },
      },
      ...(plan === undefined
        ? []
        : [
            {
              data: inline([
                { tokens: range.tokens[1], params: range.params[1] },
                { tokens: plan.tokens, params: plan.params },
              ]),
              mark: { type: 'line', color: QUIET, strokeWidth: 1, strokeDash: DASHED },
              encoding: { x, y },
            },
            {
              data: inline([{ tokens: plan.tokens, params: plan.params }]),
              mark: { type: 'point', shape: 'diamond', filled: true, color: PLAN, size: 150, opacity: 1 },
              encoding: { x, y },
            },
            ...labelled(
              label(PLAN, { align: 'right', baseline: 'bottom', dx: -9, dy: -10 }),
              { x, y, text: { value: `plan ${paramsText(plan.params)}, ${tokensText(plan.tokens)}` } },
              inline([{ tokens: plan.tokens, params: plan.params }]),
            ),
          ]),
      {
        mark: { type: 'point', filled: true, color: GENERAL, opacity: 0.9 },
        encoding: {
          x,
          y,
          size: {
            field: 'count',
            type: 'quantitative',
            scale: { domain: [0, Math.max(...cells.map(({ count }) => count))], range: [0, 160] },
            legend: null,
          },
        },
      },
      {
        mark: { ...quietLabel, align: 'left', dx: 11 },
        encoding: { x, y, text: { field: 'count', type: 'quantitative' } },
      },
    ],
  };
}
