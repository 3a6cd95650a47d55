/**
 * Colours and type of all charts. The colours are those of Okabe and Ito (Color Universal Design, 2008), told apart with
 * any kind of colour vision; what matters is never told by colour alone.
 */
import type { JsonObject } from './chart.ts';

export const INK = '#1d2530';
export const MUTED = '#5a6675';
export const GRID = '#e1e6ec';
/** Rules and marks beside the matter: where pilots end, what was set aside. */
export const QUIET = '#8a94a3';
/** Ground of a chart: a halo that lifts labels off lines. */
export const PAPER = '#ffffff';

export const GENERAL = '#0072b2';
export const DOMAIN = '#d55e00';
export const PLAN = '#007a5a';
export const LIMIT = '#b3347f';

/** Colours by domain ratio, from all general to all domain. */
const RATIO_STOPS: readonly (readonly [number, number, number])[] = [
  [0, 91, 150],
  [74, 163, 214],
  [150, 150, 150],
  [226, 152, 20],
  [196, 78, 0],
];

/** Colour of a domain ratio between 0 and 1. */
export function ratioColour(ratio: number): string {
  const at = Math.min(Math.max(ratio, 0), 1) * (RATIO_STOPS.length - 1);
  const below = Math.min(Math.floor(at), RATIO_STOPS.length - 2);
  const part = at - below;
  const channels = RATIO_STOPS[below].map((from, channel) =>
    Math.round(from + part * (RATIO_STOPS[below + 1][channel] - from)),
  );
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

export const roleColour = (role: 'general' | 'domain'): string => (role === 'general' ? GENERAL : DOMAIN);

export const FONT = 'Inter, system-ui, sans-serif';

/** Line that says: beyond the pilots. */
export const DASHED: readonly number[] = [6, 4];
export const SOLID: readonly number[] = [1, 0];

export const configuration: JsonObject = {
  font: FONT,
  // The page and the files say in one sentence what a chart shows; its marks one by one say nothing.
  aria: false,
  view: { stroke: null },
  axis: {
    domainColor: QUIET,
    domainWidth: 1,
    gridColor: GRID,
    labelColor: MUTED,
    labelFontSize: 11,
    labelPadding: 5,
    tickColor: QUIET,
    tickSize: 4,
    titleColor: INK,
    titleFontSize: 11.5,
    titleFontWeight: 400,
    titlePadding: 8,
  },
  axisX: { grid: false },
  axisY: { domain: false, ticks: false },
  header: {
    labelColor: INK,
    labelFontSize: 12,
    labelFontWeight: 600,
    labelAnchor: 'start',
    labelPadding: 6,
    titleColor: MUTED,
  },
  legend: {
    labelColor: INK,
    labelFontSize: 11,
    titleColor: INK,
    titleFontSize: 11.5,
    titleFontWeight: 400,
    symbolSize: 70,
    symbolStrokeWidth: 2,
    rowPadding: 3,
    padding: 0,
  },
  text: { color: INK, fontSize: 11 },
  title: { fontWeight: 600, color: INK, fontSize: 12, anchor: 'start', subtitleFontWeight: 400 },
};
