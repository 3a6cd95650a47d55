/** Plans without pilots: the published curve they rest on, or the studies. */
import type { AssumedPlanDocument, CurvePlanDocument } from '../documents/unpiloted.ts';
import { ratioText, shareText, tokensText } from '../explain/numbers.ts';
import { logSpanOf, logX, ratioX } from './axes.ts';
import type { Chart } from './chart.ts';
import { capital } from './lossAgainstRatio.ts';
import { dashedWhere, inline, inParts, label, labelled, rounded, rule } from './marks.ts';
import { GENERAL, MUTED, PLAN, QUIET } from './theme.ts';

export function publishedCurveChart(plan: CurvePlanDocument): Chart {
  const { curve, critical, law, runs, extrapolation } = plan;
  const planned = { tokens: runs[0].tokens, ratio: critical.point.ratio };
  const points = curve.flatMap(({ tokens, point, provenance }) =>
    point.kind === 'at' ? [{ tokens, ratio: point.ratio, beyond: provenance === 'extrapolated' }] : [],
  );
  const rows = [...points, { ...planned, beyond: extrapolation.provenance === 'extrapolated' }]
    .toSorted((a, b) => a.tokens - b.tokens)
    .filter(({ tokens }, i, all) => tokens !== all[i - 1]?.tokens);
  return {
    id: 'published-curve',
    title: `${capital(law.name)} allows domain ratio ${ratioText(planned.ratio)} after ${tokensText(planned.tokens)} tokens`,
    subtitle:
      'Critical domain ratio by turning point, a published curve without an interval. Dashed: beyond what it was measured at.',
    description: rows
      .map(({ tokens, ratio }) => `${tokensText(tokens)} tokens: ${ratioText(ratio)}`)
      .join('; ')
      .concat('.'),
    small: false,
    body: (layout) => {
      const x = logX(
        'tokens',
        'tokens of the run',
        logSpanOf(
          rows.map(({ tokens }) => tokens),
          0.03,
        ),
      );
      const y = {
        field: 'ratio',
        type: 'quantitative',
        title: 'critical domain ratio',
        scale: { zero: true, nice: true },
        axis: { format: '.1f', tickCount: 5 },
      };
      const here = inline([{ tokens: rounded(planned.tokens), ratio: rounded(planned.ratio) }]);
      return {
        width: layout === 'wide' ? 660 : 282,
        height: 240,
        layer: [
          {
            data: inline(
              inParts(
                rows.map(({ tokens, ratio, beyond }) => ({
                  tokens: rounded(tokens),
                  ratio: rounded(ratio),
                  beyond,
                })),
              ),
            ),
            mark: { type: 'line', color: GENERAL, strokeWidth: 2.25 },
            encoding: { x, y, strokeDash: dashedWhere('beyond') },
          },
          {
            data: here,
            mark: { type: 'point', shape: 'diamond', filled: true, color: PLAN, size: 150, opacity: 1 },
            encoding: { x, y },
          },
          ...labelled(
            label(PLAN, { align: 'right', baseline: 'bottom', dx: -8, dy: -6 }),
            { x, y, text: { value: `plan ${ratioText(planned.ratio)}` } },
            here,
          ),
        ],
      };
    },
  };
}

export function publishedEvidenceChart(plan: AssumedPlanDocument): Chart {
  const { evidence, critical, shift } = plan;
  const [least, most] = critical.interval;
  const rows = evidence.map(({ study, scale, replay: [low, high], counted }, i) => ({
    name: `${study}${evidence.some((each, j) => j !== i && each.study === study) ? ` (${scale})` : ''}`,
    low: rounded(1 - high),
    high: rounded(1 - low),
    counted,
  }));
  return {
    id: 'published-evidence',
    title: `Studies of a ${shift} shift found domain ratios from ${ratioText(least)} to ${ratioText(most)} safe; the plan takes ${ratioText(critical.point.ratio)}`,
    subtitle:
      'Most domain share that each study found safe. Filled: the planned replay rests on it; open: it widens the interval only.',
    description: rows
      .map(({ name, low, high }) => `${name}: ${ratioText(low)} to ${ratioText(high)}`)
      .join('; ')
      .concat(
        `. The rises that were measured at the planned replay: ${plan.rises.map(({ study, rise }) => `${study} ${shareText(rise)}`).join('; ')}.`,
      ),
    small: false,
    body: (layout) => {
      const names = [...new Set(rows.map(({ name }) => name))];
      const x = ratioX('low', [0, 1]);
      const y = {
        field: 'name',
        type: 'nominal',
        sort: names,
        title: null,
        axis: { labelLimit: layout === 'wide' ? 330 : 130, labelPadding: 9, grid: true },
      };
      return {
        width: layout === 'wide' ? 400 : 180,
        height: { step: 26 },
        data: inline(rows),
        layer: [
          { mark: { type: 'rule', color: QUIET, strokeWidth: 3 }, encoding: { x, x2: { field: 'high' }, y } },
          ...(['low', 'high'] as const).flatMap((end) => [
            {
              transform: [{ filter: 'datum.counted' }],
              mark: { type: 'point', filled: true, color: GENERAL, size: 70, opacity: 1 },
              encoding: { x: { ...x, field: end }, y },
            },
            {
              transform: [{ filter: '!datum.counted' }],
              mark: { type: 'point', filled: false, color: MUTED, strokeWidth: 2, size: 60, opacity: 1 },
              encoding: { x: { ...x, field: end }, y },
            },
          ]),
          rule(PLAN, { x: { datum: rounded(critical.point.ratio) } }, 1.75),
          ...labelled(label(PLAN, { align: 'right', baseline: 'bottom', dx: -5, dy: -1 }), {
            x: { datum: rounded(critical.point.ratio) },
            y: { value: 4 },
            text: { value: `plan ${ratioText(critical.point.ratio)}` },
          }),
        ],
      };
    },
  };
}
