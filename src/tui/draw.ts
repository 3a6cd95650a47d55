/** Draws a chart into lines of characters. */
import { makeCanvas } from './canvas.ts';
import { type Axis, type Chart, placeOn, ticksOn } from './chart.ts';
import { blank, fitted, type Line, type Span } from './styled.ts';

/** Columns that a tick of the x axis needs for itself. */
const TICK_WIDTH = 9;

export interface DrawOptions {
  readonly width: number;
  readonly height: number;
  readonly ascii: boolean;
  readonly band: boolean;
}

/** A chart needs so many lines to say something. */
const LEAST_HEIGHT = 9;

/** Charts one below the other, as many as have room; the last one says what the x axis is. */
export function drawCharts(charts: readonly Chart[], options: DrawOptions): Line[] {
  const shown = charts.slice(0, Math.max(Math.floor(options.height / LEAST_HEIGHT), 1));
  let left = options.height;
  return shown.flatMap((chart, k) => {
    // Those further up get what does not divide.
    const height = Math.ceil(left / (shown.length - k));
    left -= height;
    return drawChart(chart, { ...options, height }, k === shown.length - 1);
  });
}

/** The chart in exactly `height` lines of at most `width` characters. */
function drawChart(chart: Chart, { width, height, ascii, band }: DrawOptions, isLast: boolean): Line[] {
  const legend = legendLine(chart);
  const rows = height - (isLast ? 4 : 3);
  if (rows < 3 || width < 24)
    return Array.from({ length: height }, (_, k) => (k === 0 ? [{ text: chart.title }] : blank));
  const yTicks = ticksOn(chart.y, Math.max(Math.floor(rows / 3), 2));
  const labels = yTicks.map((value) => chart.y.text(value));
  const margin = Math.max(...labels.map(({ length }) => length), 4) + 1;
  const columns = width - margin - 1;
  const canvas = makeCanvas(columns, rows, ascii);
  const x = (value: number): number => placeOn(chart.x, value) * (columns - 1) + 0.5;
  const y = (value: number): number => (1 - placeOn(chart.y, value)) * (rows - 1) + 0.5;

  for (const { y: at, style } of chart.across) {
    if (inside(chart.y, at))
      for (let column = 0; column < columns; column += 2)
        canvas.line({ x: column, y: y(at) }, { x: column + 0.4, y: y(at) }, style);
  }
  for (const { points, style } of chart.curves) {
    points.slice(1).forEach((point, k) => {
      const before = points[k];
      if (![before.y, point.y, before.x, point.x].every(Number.isFinite)) return;
      canvas.line({ x: x(before.x), y: y(before.y) }, { x: x(point.x), y: y(point.y) }, style);
    });
  }
  for (const { x: at, style } of chart.upright) {
    if (!inside(chart.x, at)) continue;
    for (let row = 0; row < rows; row++) canvas.shade(Math.floor(x(at)), row, row, '┊', style);
  }
  if (band) {
    for (const points of chart.bands) {
      for (let column = 0; column < columns; column++) {
        const at = bandAt(points, column, x);
        if (at !== undefined) canvas.shade(column, y(at.high), y(at.low), '░', 'dim');
      }
    }
  }
  for (const { from, to } of chart.hatched) {
    for (let column = Math.max(Math.ceil(x(from)), 0); column <= Math.min(x(to), columns - 1); column++) {
      for (let row = 0; row < rows; row++)
        if ((column + row) % 3 === 0) canvas.shade(column, row, row, '╱', 'dim');
    }
  }
  for (const { x: at, y: height_, letter, style, label } of chart.marks) {
    if (!inside(chart.x, at) || !inside(chart.y, height_)) continue;
    canvas.mark(x(at), y(height_), letter, style);
    if (label === undefined) continue;
    const column = Math.floor(x(at)) + 2;
    const fits = column + label.length <= columns;
    canvas.text(fits ? column : Math.floor(x(at)) - 1 - label.length, Math.floor(y(height_)), label, style);
  }
  for (const { y: at, style, label } of chart.across) {
    if (inside(chart.y, at)) canvas.text(1, Math.max(Math.floor(y(at)) - 1, 0), label, style);
  }

  const tickRows = new Map(yTicks.map((value, k) => [Math.floor(y(value)), labels[k]]));
  const body = canvas.lines().map((line, row): Line => {
    const label = tickRows.get(row);
    return [
      { text: (label ?? '').padStart(margin - 1), style: 'dim' },
      { text: label === undefined ? '│' : '┤', style: 'dim' },
      ...line,
    ];
  });
  return [
    fitted([{ text: chart.y.title, style: 'dim' }, ...spaced(legend, width - chart.y.title.length)], width),
    ...body,
    ...xAxis(chart, { margin, columns, x }),
    ...(isLast ? [xTitle(chart, margin, columns)] : []),
  ];
}

function inside(axis: Axis, value: number): boolean {
  const place = placeOn(axis, value);
  return place >= -1e-9 && place <= 1 + 1e-9;
}

/** The band at a column, between the two points on either side of it. */
function bandAt(
  points: Chart['bands'][number],
  column: number,
  x: (value: number) => number,
): { low: number; high: number } | undefined {
  const next = points.findIndex((point) => x(point.x) >= column);
  if (next < 0) return undefined;
  const [a, b] = [points[Math.max(next - 1, 0)], points[next]];
  if (next === 0 && x(b.x) > column + 1) return undefined;
  const width = x(b.x) - x(a.x);
  const part = width > 0 ? Math.min(Math.max((column - x(a.x)) / width, 0), 1) : 1;
  return { low: a.low + part * (b.low - a.low), high: a.high + part * (b.high - a.high) };
}

function legendLine({ curves, legend }: Chart): Span[] {
  return [
    ...curves.map(({ name, style }): Span => ({ text: `── ${name}  `, style })),
    ...legend.map(({ letter, style, text }): Span => ({ text: `${letter} ${text}  `, style })),
  ];
}

/** The spans moved to the right end of a width, as far as they fit. */
function spaced(spans: readonly Span[], width: number): Span[] {
  const kept: Span[] = [];
  let left = width - 2;
  for (const span of spans) {
    if ([...span.text].length > left) break;
    kept.push(span);
    left -= [...span.text].length;
  }
  return [{ text: ' '.repeat(Math.max(left, 0) + 2) }, ...kept];
}

/** The axis itself and its figures. */
function xAxis(
  { x: axis, extrapolatedFrom }: Chart,
  { margin, columns, x }: { margin: number; columns: number; x: (value: number) => number },
): Line[] {
  const line = Array.from({ length: columns }, () => '─');
  const beyond = extrapolatedFrom === undefined ? columns : Math.ceil(x(extrapolatedFrom));
  for (let column = Math.max(beyond, 0); column < columns; column++) line[column] = '·';
  const figures = Array.from({ length: margin + 1 + columns }, () => ' ');
  let free = 0;
  for (const tick of ticksOn(axis, Math.max(Math.floor(columns / TICK_WIDTH), 2))) {
    const column = Math.floor(x(tick));
    if (column < 0 || column >= columns) continue;
    line[column] = '┬';
    const text = axis.text(tick);
    const start = Math.min(margin + 1 + column - Math.floor(text.length / 2), figures.length - text.length);
    if (start < free) continue;
    [...text].forEach((letter, k) => {
      figures[start + k] = letter;
    });
    free = start + text.length + 1;
  }
  return [
    [{ text: `${' '.repeat(margin)}╰${line.join('')}`, style: 'dim' }],
    [{ text: figures.join(''), style: 'dim' }],
  ];
}

/** What the x axis is, in the middle below it. */
function xTitle({ x: axis, extrapolatedFrom }: Chart, margin: number, columns: number): Line {
  const beyond =
    extrapolatedFrom === undefined || extrapolatedFrom >= axis.to ? '' : '; ·· beyond the pilots';
  const title = `${axis.title}${axis.log ? ', log scale' : ''}${beyond}`;
  return [{ text: title.padStart(margin + 1 + Math.floor((columns + title.length) / 2)), style: 'dim' }];
}
