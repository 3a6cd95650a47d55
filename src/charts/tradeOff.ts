/** What domain loss a plan buys for what rise of general loss, ratio by ratio. */
import type { PlanDocument } from '../documents/plan.ts';
import { boundText, listed, paramsText, ratioText, shareText, tokensText } from '../explain/numbers.ts';
import { signedPercents } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import type { ChangeCurve, RatioEvidence } from './data.ts';
import { CUT, signed } from './lossAgainstRatio.ts';
import { inline, label, labelled, ONE, quietLabel, rounded, rule } from './marks.ts';
import { DASHED, INK, LIMIT, MUTED, PLAN, ratioColour, SOLID } from './theme.ts';

interface Point {
  readonly ratio: number;
  readonly gain: number;
  readonly rise: number;
  readonly name: string;
}

/** The set whose tolerance decides, and the domain set that weighs most. */
export function mainSets(plan: Pick<PlanDocument, 'critical' | 'constraints' | 'objective'>): {
  general: string;
  domain: string;
} {
  const general = plan.critical.binding ?? Object.keys(plan.constraints.tolerance)[0];
  const [domain] = Object.entries(plan.objective).toSorted(([, a], [, b]) => b - a)[0];
  return { general, domain };
}

export function tradeOffChart(plan: PlanDocument, evidence: RatioEvidence): Chart {
  const names = mainSets(plan);
  const curveOf = (set: string): ChangeCurve => evidence.curves.find((each) => each.set === set)!;
  const [general, domain] = [curveOf(names.general), curveOf(names.domain)];
  const change = (set: string, loss: number): number => loss / plan.base[set].loss - 1;
  const planned: Point = {
    ratio: evidence.planned,
    gain: change(names.domain, plan.predicted[names.domain].end.loss),
    rise: change(names.general, plan.predicted[names.general].end.loss),
    name: `plan ${ratioText(evidence.planned)}`,
  };
  const others = plan.alternatives.map(
    ({ name, domainRatio, predicted }): Point => ({
      ratio: domainRatio,
      gain: change(names.domain, predicted[names.domain].loss),
      rise: change(names.general, predicted[names.general].loss),
      name: name === 'law-free ratio' ? `law-free ${ratioText(domainRatio)}` : name,
    }),
  );
  const path = general.points.map(({ ratio, value }, i) => ({
    ratio,
    rise: value,
    gain: domain.points[i].value,
  }));
  const interval = plan.critical.interval;
  return {
    id: 'trade-off',
    title: `At domain ratio ${ratioText(evidence.planned)} ${names.domain} loss falls by ${shareText(rounded(-planned.gain, 3))} for ${signed(planned.rise)} on ${names.general}`,
    subtitle:
      `Each point of the line is a domain ratio, at ${paramsText(evidence.params)} params and ${tokensText(evidence.tokens)} tokens; bars: ${shareText(evidence.level)} of new runs of the plan.` +
      (evidence.extrapolated ? ' Dashed: beyond the pilots.' : ''),
    description:
      `From domain ratio ${path[0].ratio} to ${path[path.length - 1].ratio} ${names.domain} loss changes by ${signed(path[0].gain)} to ${signed(path[path.length - 1].gain)} and ${names.general} loss by ${signed(path[0].rise)} to ${signed(path[path.length - 1].rise)}. ` +
      `The plan: ${signed(planned.gain)} and ${signed(planned.rise)}. ${listed(others.map(({ name, gain, rise }) => `${name}: ${signed(gain)} and ${signed(rise)}`))}.` +
      (interval === null
        ? ''
        : ` The critical ratio of a new run lies between ${boundText(interval[0])} and ${boundText(interval[1])}.`),
    small: false,
    body: (layout) => body({ plan, evidence, general, domain, planned, others, path, names }, layout),
  };
}

/** Pixels that names left of the plan take. */
const NAME_ROOM = 104;

interface Drawn {
  readonly plan: PlanDocument;
  readonly evidence: RatioEvidence;
  readonly general: ChangeCurve;
  readonly domain: ChangeCurve;
  readonly planned: Point;
  readonly others: readonly Point[];
  readonly path: readonly { readonly ratio: number; readonly rise: number; readonly gain: number }[];
  readonly names: { readonly general: string; readonly domain: string };
}

function body(
  { evidence, general, domain, planned, others, path, names }: Drawn,
  layout: Layout,
): JsonObject {
  const nearest = (curve: ChangeCurve) =>
    curve.points.reduce((best, each) =>
      Math.abs(each.ratio - planned.ratio) < Math.abs(best.ratio - planned.ratio) ? each : best,
    );
  const cut = cutOf(general, others);
  const [ofGeneral, ofDomain] = [nearest(general).newRun, nearest(domain).newRun];
  const gains = [...path.map(({ gain }) => gain), ...(ofDomain ?? [])];
  const rises = [...path.map(({ rise }) => rise), ...(ofGeneral ?? []), general.limit ?? 0].filter(
    (rise) => rise <= cut,
  );
  const width = layout === 'wide' ? 712 : 282;
  const [least, right] = padded(gains, 0.05);
  const room = NAME_ROOM / width;
  const left = Math.min(least, (planned.gain - room * right) / (1 - room));
  const [bottom, top] = padded(rises, 0.07);
  const x = {
    field: 'gain',
    type: 'quantitative',
    title: `change of ${names.domain} loss (further left: more gained)`,
    scale: { domain: [left, right], nice: false, zero: false },
    axis: { ...signedPercents, tickCount: layout === 'wide' ? 8 : 5, grid: true },
  };
  const y = {
    field: 'rise',
    type: 'quantitative',
    title: `change of ${names.general} loss (higher: more forgotten)`,
    scale: { domain: [bottom, top], nice: false, zero: false },
    axis: signedPercents,
  };
  const limit = general.limit;
  const near = (point: Point): boolean => Math.abs(point.ratio - planned.ratio) < 0.06;
  const row = ({ ratio, gain, rise, name }: Point): JsonObject => ({
    ratio: rounded(ratio),
    gain: rounded(gain),
    rise: rounded(rise),
    name,
  });
  const ticks = path.filter(
    ({ rise }, i) => i % Math.max(Math.round((path.length - 1) / 10), 1) === 0 && rise <= top,
  );
  const limitY = { datum: { expr: `${rounded(limit ?? 0)} * scale` }, type: 'quantitative' };
  return {
    params: [
      { name: 'scale', value: 1 },
      { name: 'cursorGain', value: rounded(planned.gain) },
      { name: 'cursorRise', value: rounded(planned.rise) },
    ],
    width,
    height: layout === 'wide' ? 360 : 300,
    layer: [
      ...(limit === null
        ? []
        : [
            {
              data: ONE,
              mark: { type: 'rect', color: LIMIT, opacity: 0.07, clip: true },
              encoding: { y: limitY, y2: { datum: rounded(top) } },
            },
            rule(LIMIT, { y: limitY }),
            ...labelled(label(LIMIT, { align: 'right', baseline: 'bottom', dx: -4, dy: -3 }), {
              x: { value: width },
              y: limitY,
              text: { value: { expr: `'accepted ' + format(${rounded(limit)} * scale, '+.3~p')` } },
            }),
          ]),
      {
        data: inline(
          path.map((each) => ({
            gain: rounded(each.gain),
            rise: rounded(each.rise),
            ratio: rounded(each.ratio),
          })),
        ),
        mark: {
          type: 'line',
          clip: true,
          color: INK,
          strokeWidth: 2,
          strokeDash: evidence.extrapolated ? DASHED : SOLID,
        },
        encoding: { x, y, order: { field: 'ratio', type: 'quantitative' } },
      },
      {
        data: inline(
          ticks.map((each) => ({
            gain: rounded(each.gain),
            rise: rounded(each.rise),
            colour: ratioColour(each.ratio),
            text: Math.abs(each.ratio - planned.ratio) < 0.06 ? '' : String(rounded(each.ratio, 2)),
          })),
        ),
        layer: [
          {
            mark: { type: 'point', filled: true, size: 42, opacity: 1 },
            encoding: { x, y, color: { field: 'colour', type: 'nominal', scale: null, legend: null } },
          },
          {
            mark: { ...quietLabel, align: 'right', baseline: 'top', dx: -4, dy: 4, fontSize: 10 },
            encoding: { x, y, text: { field: 'text', type: 'nominal' } },
          },
        ],
      },
      {
        data: inline(others.map(row)),
        mark: {
          type: 'point',
          shape: 'square',
          filled: false,
          color: MUTED,
          strokeWidth: 2,
          size: 80,
          opacity: 1,
        },
        encoding: { x, y },
      },
      ...labelled(
        label(MUTED, { align: 'left', baseline: 'bottom', dx: 9, dy: -1 }),
        { x, y, text: { field: 'name' } },
        inline(others.filter((point) => !near(point)).map(row)),
      ),
      ...(ofGeneral === null || ofDomain === null
        ? []
        : [
            {
              data: inline([
                { gain: rounded(planned.gain), low: rounded(ofGeneral[0]), high: rounded(ofGeneral[1]) },
              ]),
              mark: { type: 'rule', color: PLAN, strokeWidth: 1.5, opacity: 0.8 },
              encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
            },
            {
              data: inline([
                { rise: rounded(planned.rise), low: rounded(ofDomain[0]), high: rounded(ofDomain[1]) },
              ]),
              mark: { type: 'rule', color: PLAN, strokeWidth: 1.5, opacity: 0.8 },
              encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
            },
          ]),
      {
        data: inline([row(planned)]),
        mark: { type: 'point', shape: 'diamond', filled: true, color: PLAN, size: 170, opacity: 1 },
        encoding: { x, y },
      },
      ...namesBelow(planned, others.filter(near)).flatMap(({ name, colour }, line) =>
        labelled(
          label(colour, { align: 'right', baseline: 'top', dx: -12, dy: 9 + 15 * line }),
          { x, y, text: { value: name } },
          inline([row(planned)]),
        ),
      ),
      {
        data: ONE,
        mark: {
          type: 'point',
          shape: 'circle',
          filled: false,
          color: PLAN,
          strokeWidth: 2.5,
          size: 260,
          opacity: { expr: `cursorGain == ${rounded(planned.gain)} ? 0 : 1` },
        },
        encoding: {
          x: { datum: { expr: 'cursorGain' }, type: 'quantitative' },
          y: { datum: { expr: 'cursorRise' }, type: 'quantitative' },
        },
      },
    ],
  };
}

/** The plan and what nearly coincides with it, one line below the other in the free corner under the curve. */
function namesBelow(planned: Point, near: readonly Point[]): { name: string; colour: string }[] {
  return [{ name: planned.name, colour: PLAN }, ...near.map(({ name }) => ({ name, colour: MUTED }))];
}

/** The highest rise that is drawn: without any replay losses shoot up, and would press all that matters into a corner. */
function cutOf({ limit, points }: ChangeCurve, others: readonly Point[]): number {
  const most = Math.max(...points.map(({ value }) => value));
  const wanted = Math.max(CUT * (limit ?? most), ...others.map(({ rise }) => rise));
  return 1.3 * wanted > most ? most : wanted;
}

/** The span of some numbers with a margin. */
function padded(values: readonly number[], margin: number): [number, number] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const more = margin * (greatest - least);
  return [rounded(least - more), rounded(greatest + more)];
}
