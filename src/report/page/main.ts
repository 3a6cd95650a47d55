/**
 * The levers of a page: a tolerance and a ratio, which move three charts and the numbers beside them. Without this script the
 * page shows the same charts as drawings, for the plan as it is.
 */
import { parse, type Spec, View } from 'vega';
import { shareKept, strainCrossing, valueAt } from '../crossing.ts';
import type { PageData } from './data.ts';

interface Shown {
  readonly view: View;
  readonly chart: string;
}

const data = JSON.parse(byId('mixplan-data').textContent ?? '') as PageData;
const { strains, planned } = data;

const tolerance = byId('lever-tolerance') as HTMLInputElement;
const ratio = byId('lever-ratio') as HTMLInputElement;
const views = await Promise.all([...document.querySelectorAll<HTMLElement>('[data-view]')].map(start));

tolerance.addEventListener('input', () => {
  const safe = safeRatio(strains.planned, Number(tolerance.value));
  ratio.value = String(safe);
  show(Number(tolerance.value), safe);
});
ratio.addEventListener('input', () => show(Number(tolerance.value), Number(ratio.value)));
byId('lever-reset').addEventListener('click', () => {
  tolerance.value = '1';
  ratio.value = String(planned.ratio);
  show(1, planned.ratio);
});
byId('levers').hidden = false;
tolerance.value = '1';
ratio.value = String(planned.ratio);
tell(1, planned.ratio);

async function start(place: HTMLElement): Promise<Shown> {
  const key = place.dataset.view ?? '';
  const view = new View(parse(data.views[key] as Spec), { renderer: 'svg', hover: false });
  const drawn = document.createElement('div');
  await view.initialize(drawn).runAsync();
  // The place itself says what it shows.
  drawn.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  place.replaceChildren(...drawn.childNodes);
  return { view, chart: key.split('.')[0] };
}

/** Moves everything to a tolerance, as a multiple of the plan's, and a ratio. */
function show(scale: number, at: number): void {
  tell(scale, at);
  const safe = safeRatio(strains.planned, scale);
  for (const { view, chart } of views) {
    if (chart === 'loss-against-ratio') view.signal('cursor', at).signal('scale', scale);
    if (chart === 'trade-off') {
      const { general, domain } = data.tradeOff;
      view.signal('scale', scale);
      view.signal('cursorRise', changeAt(general, at)).signal('cursorGain', changeAt(domain, at));
    }
    if (chart === 'critical-against-tokens') {
      const rows = criticalRows(scale);
      const most = Math.max(...rows.map((row) => Math.max(row.value, row.high ?? 0)));
      view
        .signal('planRatio', safe)
        .signal('top', 1.15 * most)
        .data('critical-tokens', rows);
    }
    void view.runAsync();
  }
}

/** The numbers beside the levers. */
function tell(scale: number, at: number): void {
  const accepted = data.accepted
    .map(
      ({ set, share }) =>
        `${data.accepted.length === 1 ? '' : `${set} `}${Number((100 * scale * share).toPrecision(3))}%`,
    )
    .join(', ');
  byId('told-tolerance').textContent = accepted;
  tolerance.setAttribute('aria-valuetext', accepted);
  byId('told-ratio').textContent = at.toFixed(3);
  ratio.setAttribute('aria-valuetext', `domain ratio ${at.toFixed(3)}`);
  const asPlanned = scale === 1;
  const limit = asPlanned
    ? planned.limit
    : strainCrossing(strains.ratios, strains.point[strains.planned], scale);
  const interval = asPlanned ? planned.interval : intervalAt(strains.planned, scale);
  byId('told-safe').textContent = safeRatio(strains.planned, scale).toFixed(3);
  byId('told-limit').textContent =
    `${bound(limit)}${interval === null ? '' : ` [${bound(interval[0])}, ${bound(interval[1])}]`}`;
  const kept = keptAt(scale, at);
  byId('told-kept').textContent = kept === null ? 'unknown without draws' : percent(kept, 0);
  for (const { set, ratios, value, low, high } of data.curves) {
    const range =
      low === null || high === null
        ? ''
        : ` [${signed(valueAt(ratios, low, at))}, ${signed(valueAt(ratios, high, at))}]`;
    byId(`told-set-${set}`).textContent = `${signed(valueAt(ratios, value, at))}${range}`;
  }
}

/** Domain ratio that keeps the tolerance with the confidence of the plan. */
function safeRatio(tokens: number, scale: number): number {
  if (scale === 1 && tokens === strains.planned) return planned.ratio;
  const level = strains.levels.indexOf(data.confidence);
  const curve = strains.newRun[tokens][level] ?? strains.point[tokens];
  return strainCrossing(strains.ratios, curve, scale);
}

function intervalAt(tokens: number, scale: number): readonly [number, number] | null {
  const curves = strains.newRun[tokens];
  if (curves.length === 0) return null;
  const [low, high] = data.tails.map((tail) => curves[strains.levels.indexOf(tail)]);
  return [strainCrossing(strains.ratios, high, scale), strainCrossing(strains.ratios, low, scale)];
}

function keptAt(scale: number, at: number): number | null {
  if (scale === 1 && Math.abs(at - planned.ratio) < 1e-6) return planned.within;
  const curves = strains.newRun[strains.planned];
  return curves.length === 0 ? null : shareKept(strains.ratios, strains.levels, curves, at, scale);
}

/** The curve of critical ratios against tokens under another tolerance; dashes begin where the pilots end. */
function criticalRows(scale: number) {
  const rows = strains.tokens.map((at, t) => {
    const interval = intervalAt(t, scale);
    const mean = strains.mean[t];
    return {
      at,
      value: strainCrossing(strains.ratios, strains.point[t], scale),
      safe: safeRatio(t, scale),
      low: interval?.[0],
      high: interval?.[1],
      ...(mean.length === 0
        ? {}
        : {
            meanLow: strainCrossing(strains.ratios, mean[1], scale),
            meanHigh: strainCrossing(strains.ratios, mean[0], scale),
          }),
      beyond: strains.beyond[t],
    };
  });
  return rows.flatMap((row, i) => {
    const next = rows[i + 1];
    return next !== undefined && next.beyond !== row.beyond ? [row, { ...row, beyond: next.beyond }] : [row];
  });
}

function changeAt(set: string, at: number): number {
  const curve = data.curves.find((each) => each.set === set);
  return curve === undefined ? Number.NaN : valueAt(curve.ratios, curve.value, at);
}

function bound(value: number): string {
  return value === 0 ? 'none' : value >= strains.ratios[strains.ratios.length - 1] ? 'all' : value.toFixed(3);
}

function percent(share: number, digits = 1): string {
  return `${Number((100 * share).toFixed(digits))}%`;
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}%`;
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
}
