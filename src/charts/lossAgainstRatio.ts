/** How far each loss moves from its base, against the domain ratio, at the size and tokens of the plan. */
import { listed, paramsText, ratioText, shareText, tokensText } from '../explain/numbers.ts';
import { changeY, ratioX } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import type { ChangeCurve, RatioEvidence } from './data.ts';
import { band, ends, inline, label, labelled, rounded, rule } from './marks.ts';
import { DASHED, LIMIT, MUTED, PLAN, roleColour, SOLID } from './theme.ts';

export function lossAgainstRatio(evidence: RatioEvidence): Chart {
  const { params, tokens, curves, planned, level, confidence, extrapolated } = evidence;
  const where = `${paramsText(params)} params, ${tokensText(tokens)} tokens`;
  const limited = curves.filter(({ limit }) => limit !== null);
  const bands = curves.some(({ points }) => points[0].newRun !== null);
  return {
    id: 'loss-against-ratio',
    title: title(limited, planned, confidence, bands),
    subtitle:
      `Change of each loss from the base model against the domain ratio, ${where}.` +
      (bands ? ` Bands: ${shareText(level)} of new runs (light) and of curves (dark).` : '') +
      (extrapolated ? ' Dashed: beyond the pilots in size or tokens.' : '') +
      curves.map(cutText).join(''),
    description: `${curves.map((curve) => described(curve, planned)).join(' ')} The plan is at domain ratio ${ratioText(planned)}.`,
    small: false,
    body: (layout) => ({
      params: [
        { name: 'cursor', value: rounded(planned) },
        { name: 'scale', value: 1 },
      ],
      [layout === 'wide' && curves.length > 1 ? 'concat' : 'vconcat']: curves.map((curve) =>
        panel(curve, evidence, layout),
      ),
      ...(layout === 'wide' && curves.length > 1 ? { columns: 2, spacing: 36 } : { spacing: 22 }),
    }),
  };
}

function cutText(curve: ChangeCurve): string {
  const last = curve.points[curve.points.length - 1];
  return topOf(curve) < last.value
    ? ` ${capital(curve.set)} ends at ${signed(last.value)} at ratio ${last.ratio}, above what is drawn.`
    : '';
}

function title(limited: readonly ChangeCurve[], planned: number, confidence: number, bands: boolean): string {
  const kept = limited.map(
    ({ set, limit }, i) => `${set} loss ${i === 0 ? 'stays ' : ''}within ${shareText(limit!)}`,
  );
  const sure = bands ? `, for ${shareText(confidence)} of new runs` : '';
  return `${capital(listed(kept))} up to ${shareText(planned)} domain tokens${sure}`;
}

function described({ set, points, limit }: ChangeCurve, planned: number): string {
  const [first, last] = [points[0], points[points.length - 1]];
  const at = points.reduce((best, each) =>
    Math.abs(each.ratio - planned) < Math.abs(best.ratio - planned) ? each : best,
  );
  const accepted = limit === null ? '' : `; ${signed(limit)} is accepted`;
  return `${capital(set)} changes by ${signed(first.value)} at domain ratio ${first.ratio}, ${signed(at.value)} at ${ratioText(at.ratio)} and ${signed(last.value)} at ${last.ratio}${accepted}.`;
}

function panel(curve: ChangeCurve, { planned, extrapolated }: RatioEvidence, layout: Layout): JsonObject {
  const { set, role, points, limit } = curve;
  const colour = roleColour(role);
  const x = ratioX('ratio', [points[0].ratio, points[points.length - 1].ratio]);
  const top = topOf(curve);
  const least = Math.min(0, ...points.map(({ value, newRun }) => newRun?.[0] ?? value));
  const y = changeY('value', `change of ${set} loss from its base`, {
    scale: { domain: [rounded(least), rounded(Math.max(0, top))], nice: true, zero: false },
  });
  const rows = points.map(({ ratio, value, newRun, mean }) => ({
    ratio: rounded(ratio),
    value: rounded(value),
    ...ends(newRun, 'low', 'high'),
    ...ends(mean, 'meanLow', 'meanHigh'),
  }));
  const at = { x: { datum: { expr: 'cursor' }, type: 'quantitative' } };
  return {
    name: `panel-${set.replace(/\W/g, '-')}`,
    title: { text: `${capital(set)} loss`, color: colour, fontSize: 12.5 },
    width: layout === 'wide' ? 322 : 286,
    height: layout === 'wide' ? 240 : 190,
    data: inline(rows),
    layer: [
      ...(points[0].newRun === null ? [] : [band(x, 'low', 'high', y, colour, 0.16)]),
      ...(points[0].mean === null ? [] : [band(x, 'meanLow', 'meanHigh', y, colour, 0.3)]),
      rule(MUTED, { y: { datum: 0 } }, 1),
      {
        mark: {
          type: 'line',
          clip: true,
          color: colour,
          strokeWidth: 2.25,
          strokeDash: extrapolated ? DASHED : SOLID,
        },
        encoding: { x, y },
      },
      ...(limit === null ? [] : limitRule(limit)),
      rule(PLAN, at),
      ...labelled(
        label(PLAN, {
          align: {
            expr: `cursor > ${rounded((points[0].ratio + 2 * points[points.length - 1].ratio) / 3, 3)} ? 'right' : 'left'`,
          },
          dx: {
            expr: `cursor > ${rounded((points[0].ratio + 2 * points[points.length - 1].ratio) / 3, 3)} ? -5 : 5`,
          },
          baseline: 'top',
        }),
        {
          ...at,
          y: { value: 1 },
          text: { value: { expr: `(cursor == ${rounded(planned)} ? 'plan ' : '') + format(cursor, '.3f')` } },
        },
      ),
    ],
  };
}

/** A rise of so many times what is accepted is drawn, and what lies above is cut off. */
export const CUT = 6;

/** The highest change that is drawn. */
function topOf({ limit, points }: ChangeCurve): number {
  const most = Math.max(...points.map(({ value, newRun }) => newRun?.[1] ?? value));
  if (limit === null) return most;
  // As far up as the curve goes down: a limit close to the base is seen too.
  const least = Math.min(0, ...points.map(({ value, newRun }) => newRun?.[0] ?? value));
  const cut = Math.max(CUT * limit, -least);
  return most < 1.3 * cut ? most : cut;
}

/** The accepted rise; `scale` lets a page move it. */
function limitRule(limit: number): JsonObject[] {
  const y = { datum: { expr: `${rounded(limit)} * scale` }, type: 'quantitative' };
  return [
    rule(LIMIT, { y }),
    ...labelled(label(LIMIT, { align: 'left', baseline: 'bottom', dx: 4, dy: -3 }), {
      x: { value: 0 },
      y,
      text: { value: { expr: `'accepted ' + format(${rounded(limit)} * scale, '+.3~p')` } },
    }),
  ];
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `+2.3%`, `−30.3%`. */
export function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}%`;
}
