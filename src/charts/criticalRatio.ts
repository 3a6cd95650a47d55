/** Critical domain ratio against tokens or against size. */
import { boundText, paramsText, ratioText, shareText, tokensText } from '../explain/numbers.ts';
import { logX } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import type { CriticalEvidence } from './data.ts';
import {
  band,
  dashedWhere,
  ends,
  inParts,
  label,
  labelled,
  ONE,
  quietLabel,
  rounded,
  rule,
} from './marks.ts';
import { GENERAL, PLAN, QUIET } from './theme.ts';

export function criticalRatioChart(evidence: CriticalEvidence): Chart {
  const { along, points, accepted, level, confidence, params, tokens, pilots } = evidence;
  const [first, last] = [points[0], points[points.length - 1]];
  const text = along === 'tokens' ? tokensText : paramsText;
  const unit = along === 'tokens' ? ' tokens' : ' params';
  const bands = first.newRun !== null;
  const beyond = points.some(({ extrapolated }) => extrapolated);
  const where = along === 'tokens' ? `${paramsText(params)} params` : `${tokensText(tokens)} tokens`;
  return {
    id: `critical-against-${along}`,
    title: title(evidence, `${text(first.at)} to ${text(last.at)}${unit}`),
    subtitle:
      `Largest domain ratio that keeps ${accepted}, ${where}. Line: predicted${bands ? `; lower line: kept by ${shareText(confidence)} of new runs. Bands: ${shareText(level)} of new runs (light) and of curves (dark)` : ''}.` +
      (beyond ? ' Dashed: beyond the pilots.' : ''),
    description: `Critical domain ratio against ${along}: ${points
      .filter((_, i) => i % Math.ceil(points.length / 5) === 0 || i === points.length - 1)
      .map(
        ({ at, value, newRun }) =>
          `${text(at)}${unit} ${boundText(value)}${newRun === null ? '' : ` (${shareText(level)} of new runs ${boundText(newRun[0])} to ${boundText(newRun[1])})`}`,
      )
      .join('; ')}. Pilots reach from ${text(pilots[0])} to ${text(pilots[1])}${unit}.`,
    small: true,
    body: (layout) => body(evidence, layout),
  };
}

/** What goes further beyond both ends than this, in domain ratio, is a turn that the title tells. */
const TURN = 0.01;

function title({ along, points }: CriticalEvidence, span: string): string {
  const [first, last] = [points[0], points[points.length - 1]];
  const [from, to] = [first.safe, last.safe];
  const why = along === 'tokens' ? 'as the run grows' : 'as the model grows';
  const between = points.map(({ safe }) => safe);
  const [least, most] = [Math.min(...between), Math.max(...between)];
  if (least < Math.min(from, to) - TURN)
    return `The safe domain ratio falls from ${boundText(from)} to ${boundText(least)}, then rises to ${boundText(to)} ${why} from ${span}`;
  if (most > Math.max(from, to) + TURN)
    return `The safe domain ratio rises from ${boundText(from)} to ${boundText(most)}, then falls to ${boundText(to)} ${why} from ${span}`;
  if (Math.abs(to - from) < 0.005) return `The safe domain ratio stays at ${ratioText(to)} from ${span}`;
  const moves = to > from ? 'rises' : 'falls';
  return `The safe domain ratio ${moves} from ${boundText(from)} to ${boundText(to)} ${why} from ${span}`;
}

function body({ along, points, searched, pilots, planned }: CriticalEvidence, layout: Layout): JsonObject {
  const ats = points.map(({ at }) => at);
  const x = logX('at', along === 'tokens' ? 'tokens of the run' : 'size (params without embeddings)', [
    Math.min(...ats),
    Math.max(...ats),
  ]);
  const y = {
    field: 'value',
    type: 'quantitative',
    title: 'critical domain ratio',
    scale: { domain: [0, { expr: 'top' }], nice: true },
    axis: { tickCount: 5, format: '.2~f' },
  };
  const rows = inParts(
    points.map(({ at, value, safe, newRun, mean, extrapolated }) => ({
      at: rounded(at),
      value: rounded(value),
      safe: rounded(safe),
      ...ends(newRun, 'low', 'high'),
      ...ends(mean, 'meanLow', 'meanHigh'),
      beyond: extrapolated,
    })),
  );
  const beyond = points.some(({ at }) => at > pilots[1] * 1.01);
  const banded = points[0].newRun !== null;
  const atEnd = planned.at > Math.max(...ats) * 0.999;
  return {
    params: [
      { name: 'planRatio', value: rounded(planned.ratio) },
      { name: 'top', value: rounded(top(points, searched), 3) },
    ],
    width: layout === 'wide' ? 640 : 286,
    height: layout === 'wide' ? 260 : 210,
    data: { name: `critical-${along}`, values: rows },
    layer: [
      ...(banded
        ? [band(x, 'low', 'high', y, GENERAL, 0.16), band(x, 'meanLow', 'meanHigh', y, GENERAL, 0.3)]
        : []),
      ...(beyond
        ? [
            rule(QUIET, { x: { datum: rounded(pilots[1]) } }, 1),
            ...labelled(
              { ...quietLabel, align: 'right', baseline: 'top', dx: -4, dy: 1 },
              {
                x: { datum: rounded(pilots[1]) },
                y: { value: 0 },
                text: { value: 'pilots end' },
              },
            ),
          ]
        : []),
      {
        mark: { type: 'line', clip: true, color: GENERAL, strokeWidth: 2.25 },
        encoding: { x, y, strokeDash: dashedWhere('beyond') },
      },
      ...(banded
        ? [
            {
              mark: { type: 'line', clip: true, color: PLAN, strokeWidth: 2 },
              encoding: { x, y: { ...y, field: 'safe' }, strokeDash: dashedWhere('beyond') },
            },
          ]
        : []),
      {
        data: ONE,
        mark: { type: 'point', shape: 'diamond', color: PLAN, filled: true, size: 110, opacity: 1 },
        encoding: {
          x: { datum: rounded(planned.at) },
          y: { datum: { expr: 'planRatio' }, type: 'quantitative' },
        },
      },
      ...labelled(
        // At the end of the curve the label stands beside the plot, as below the diamond the lower line rises to it.
        label(
          PLAN,
          atEnd
            ? { align: 'left', dx: 9, baseline: 'middle' }
            : { align: 'right', dx: -8, baseline: 'top', dy: 6 },
        ),
        {
          x: { datum: rounded(planned.at) },
          y: { datum: { expr: 'planRatio' }, type: 'quantitative' },
          text: {
            value: {
              expr: `(planRatio == ${rounded(planned.ratio)} ? ${atEnd ? "['plan', format(planRatio, '.3f')]" : "'plan ' + format(planRatio, '.3f')"} : format(planRatio, '.3f'))`,
            },
          },
        },
      ),
    ],
  };
}

function top(points: CriticalEvidence['points'], [, greatest]: readonly [number, number]): number {
  const most = Math.max(...points.map(({ value, newRun }) => Math.max(value, newRun?.[1] ?? 0)));
  return Math.min(1.15 * most, greatest);
}
