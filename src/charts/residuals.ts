/** How far the law lies from what was measured: by size, ratio, stretch of tokens and run. */
import type { ExplainedGroup, ExplanationDocument } from '../documents/explanation.ts';
import { listed, paramsText, percentText, tokensText } from '../explain/numbers.ts';
import { signedPercents } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import { chartOfSet } from './chartOfSet.ts';
import { capital, signed } from './lossAgainstRatio.ts';
import { inline, rounded, rule } from './marks.ts';
import { GRID, INK, LIMIT, MUTED } from './theme.ts';

type Residuals = ExplanationDocument['residuals'][number];
type By = ExplainedGroup['key']['by'];

const KINDS: readonly (readonly [By, string])[] = [
  ['size', 'by size'],
  ['ratio', 'by domain ratio'],
  ['tokens', 'by tokens'],
  ['run', 'by run'],
];

export const residualsChartId = (set: string): string => chartOfSet('residuals', set);

export function residualsChart({ set, groups, byChance }: Residuals): Chart {
  const out = groups.filter(({ standsOut }) => standsOut);
  const most = groups.reduce((a, b) => (Math.abs(b.mean) > Math.abs(a.mean) ? b : a));
  return {
    id: residualsChartId(set),
    title:
      `${capital(set)}: ${out.length === 0 ? 'no group' : `${out.length} of ${groups.length} groups`} of residuals ${out.length === 1 ? 'stands' : 'stand'} out, ` +
      `where noise alone would make ${byChance < 1 ? 'fewer than one' : `about ${Math.round(byChance)}`}`,
    subtitle:
      'Predicted minus measured, as a share of the loss: mean of each group. Bars: two standard errors of noise; filled marks lie outside them.',
    description: `The largest mean residual is ${signedPercent(most.mean)} for ${nameOf(most)}. ${out.length === 0 ? 'None stands out by more than two standard errors.' : `Outside two standard errors: ${listed(out.map((group) => `${nameOf(group)} (${signed(group.mean)})`))}.`}`,
    small: false,
    body: (layout) => body(groups, layout),
  };
}

function body(groups: readonly ExplainedGroup[], layout: Layout): JsonObject {
  const limit = Math.max(
    ...groups.map(({ mean, standardError }) => Math.max(Math.abs(mean), 2 * standardError)),
  );
  const kinds = KINDS.filter(([by]) => groups.some(({ key }) => key.by === by));
  const panels = kinds.map(([by, title]) =>
    panel(
      groups.filter(({ key }) => key.by === by),
      title,
      limit * 1.05,
      by,
      layout,
    ),
  );
  const runs = kinds.findIndex(([by]) => by === 'run');
  if (layout === 'narrow' || runs < 0 || panels.length === 1) return { vconcat: panels, spacing: 16 };
  const others = panels.filter((_, i) => i !== runs);
  return { hconcat: [{ vconcat: others, spacing: 16 }, panels[runs]], spacing: 40 };
}

function panel(
  groups: readonly ExplainedGroup[],
  title: string,
  limit: number,
  by: By,
  layout: Layout,
): JsonObject {
  const names = groups.map(nameOf);
  const y = {
    field: 'name',
    type: 'nominal',
    sort: names,
    title: null,
    axis: { labelLimit: 130, labelFontSize: by === 'run' ? 9.5 : 11, grid: false },
  };
  const x = {
    field: 'mean',
    type: 'quantitative',
    title: null,
    scale: { domain: [-rounded(limit), rounded(limit)], nice: false },
    axis: { ...signedPercents, grid: true },
  };
  return {
    title,
    width: layout === 'wide' ? 230 : 200,
    height: { step: by === 'run' ? 13 : 19 },
    data: inline(
      groups.map((group) => ({
        name: nameOf(group),
        mean: rounded(group.mean, 3),
        low: rounded(-2 * group.standardError, 3),
        high: rounded(2 * group.standardError, 3),
        out: group.standsOut,
      })),
    ),
    layer: [
      {
        mark: { type: 'bar', color: GRID, height: { band: 0.72 } },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y },
      },
      rule(MUTED, { x: { datum: 0 } }, 1),
      {
        transform: [{ filter: '!datum.out' }],
        mark: { type: 'point', color: INK, filled: false, size: 34, strokeWidth: 1.5, opacity: 1 },
        encoding: { x, y },
      },
      {
        transform: [{ filter: 'datum.out' }],
        mark: { type: 'point', color: LIMIT, filled: true, size: 52, opacity: 1 },
        encoding: { x, y },
      },
    ],
  };
}

function nameOf({ key }: ExplainedGroup): string {
  switch (key.by) {
    case 'size':
      return `${paramsText(key.params)} params`;
    case 'ratio':
      return `ratio ${key.domainRatio}`;
    case 'tokens':
      return `${tokensText(key.from)} to ${tokensText(key.to)}`;
    case 'run':
      return key.run;
  }
}

function signedPercent(share: number): string {
  return `${share < 0 ? '−' : '+'}${percentText(Math.abs(share))}`;
}
