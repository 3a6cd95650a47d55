/**
 * A report as one page that needs no network: text and drawings first, so that it reads and prints without scripts, then
 * Vega and the levers that move three of the charts.
 */
import { readFileSync } from 'node:fs';
import { type Chart, drawing, type JsonObject, type Layout } from '../charts/chart.ts';
import { rounded } from '../charts/marks.ts';
import { mainSets } from '../charts/tradeOff.ts';
import type { Section } from '../explain/section.ts';
import { limitOf } from '../mixture/critical.ts';
import { pageScript, pageStyle } from './bundle.ts';
import { compiled, escaped, svgOf, type VegaSpecification } from './draw.ts';
import { plannedOf } from './evidence.ts';
import { WEIGHTS, webFontFile } from './font.ts';
import type { PageData } from './page/data.ts';
import type { Levers, Part, Problem, Report } from './parts.ts';
import { levelOf, tailsOf } from './strains.ts';

/** Charts that the levers move. */
const MOVED: readonly string[] = ['trade-off', 'loss-against-ratio', 'critical-against-tokens'];

interface Drawn {
  readonly chart: Chart;
  readonly layout: Layout;
  readonly specification: VegaSpecification;
  readonly svg: string;
}

export async function htmlReport(report: Report): Promise<string> {
  const drawn = new Map<string, Drawn>();
  for (const chart of report.parts.flatMap(({ charts }) => charts)) {
    for (const layout of layoutsOf(chart)) {
      const specification = compiled(drawing(chart, layout));
      drawn.set(`${chart.id}.${layout}`, {
        chart,
        layout,
        specification,
        svg: await svgOf(specification, undefined, `${chart.id}-${layout}-`),
      });
    }
  }
  const { levers } = report;
  const script = levers === undefined ? '' : scripts(levers, [...drawn.values()], await pageScript());
  const body = [
    `<header><h1>${escaped(report.title)}</h1>`,
    ...report.answer.map((sentence) => `<p class="answer">${escaped(sentence)}</p>`),
    ...report.caveats.map((caveat) => `<p class="caveat">${escaped(caveat)}</p>`),
    figuresHtml(report),
    `<nav aria-label="Parts">${report.parts.map(({ id, title }) => `<a href="#${id}">${escaped(title)}</a>`).join(' ')}</nav>`,
    '</header><main>',
    ...report.parts.map((part) => partHtml(part, report, drawn)),
    '</main>',
    `<footer>Made by mixplan, without a date, so that equal inputs give equal pages. ${escaped('Bands and intervals say where new runs would land; what lies beyond the pilots is dashed.')}</footer>`,
  ].join('\n');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta name="description" content="${escaped(report.answer.join(' '))}">`,
    '<link rel="icon" href="data:,">',
    `<title>${escaped(report.title)}</title>`,
    `<style>${fontFaces()}${pageStyle()}</style>`,
    '</head>',
    '<body>',
    body,
    script,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** A small chart is drawn once: as wide as a phone, and as half a page. */
const layoutsOf = ({ small }: Chart): Layout[] => (small ? ['narrow'] : ['wide', 'narrow']);

function fontFaces(): string {
  const weights = { Regular: 400, SemiBold: 600 } as const;
  return WEIGHTS.map((weight) => {
    const base64 = readFileSync(webFontFile(weight)).toString('base64');
    return `@font-face{font-family:Inter;font-weight:${weights[weight]};font-display:block;src:url(data:font/woff2;base64,${base64}) format("woff2")}\n`;
  }).join('');
}

function figuresHtml({ figures }: Report): string {
  if (figures.length === 0) return '';
  const items = figures.map(
    ({ name, value, detail }) =>
      `<div><dt>${escaped(name)}</dt><dd class="value">${escaped(value)}</dd><dd class="detail">${escaped(detail).replace(/\[[^\]]*\]/g, '<span>$&</span>')}</dd></div>`,
  );
  return `<dl class="figures">${items.join('')}</dl>`;
}

function partHtml(part: Part, report: Report, drawn: ReadonlyMap<string, Drawn>): string {
  const { levers } = report;
  const { problems = [] } = part;
  const holdsLevers = levers !== undefined && part.charts.some(({ id }) => MOVED.includes(id));
  return [
    `<section id="${part.id}"><h2>${escaped(part.title)}</h2>`,
    ...(holdsLevers ? [leversHtml(levers)] : []),
    ...part.sections.filter(({ title }) => title === undefined).map(sectionHtml),
    chartsHtml(part.charts, drawn, levers !== undefined),
    ...part.sections.filter(({ title }) => title !== undefined).map(sectionHtml),
    ...(problems.length > 0 ? [problemsHtml(problems)] : []),
    '</section>',
  ].join('\n');
}

/** Small charts side by side, two by two. */
function chartsHtml(charts: readonly Chart[], drawn: ReadonlyMap<string, Drawn>, moves: boolean): string {
  const lines: string[] = [];
  let pair: string[] = [];
  const close = (): void => {
    if (pair.length > 0) lines.push(`<div class="pair">${pair.join('\n')}</div>`);
    pair = [];
  };
  for (const chart of charts) {
    if (!chart.small) close();
    (chart.small ? pair : lines).push(figureHtml(chart, drawn, moves));
  }
  close();
  return lines.join('\n');
}

function figureHtml(chart: Chart, drawn: ReadonlyMap<string, Drawn>, moves: boolean): string {
  const layouts = layoutsOf(chart);
  const plots = layouts.map((layout) => {
    const key = `${chart.id}.${layout}`;
    const view = moves && MOVED.includes(chart.id) ? ` data-view="${key}"` : '';
    const shown = layouts.length === 1 ? '' : ` ${layout}`;
    return `<div class="plot${shown}" role="img" aria-label="${escaped(chart.description)}"${view}>${themed(drawn.get(key)!.svg)}</div>`;
  });
  return `<figure id="chart-${chart.id}"><figcaption><h3>${escaped(chart.title)}</h3><p>${escaped(chart.subtitle)}</p></figcaption><div>${plots.join('\n')}</div></figure>`;
}

/** Colours as variables of the page, so that they follow light and dark; what the page does not name stays as it is. */
function themed(text: string): string {
  return text.replace(/(["'])#([0-9a-f]{6})\1/g, '$1var(--x$2,#$2)$1');
}

function sectionHtml({ title, formula, sentences = [], table, verbatim = [] }: Section): string {
  return [
    ...(title === undefined ? [] : [`<h3>${escaped(title)}</h3>`]),
    ...(formula === undefined ? [] : [`<p class="formula">${formulaHtml(formula)}</p>`]),
    ...(title !== undefined && sentences.length > 2
      ? [`<ul class="said">${sentences.map((sentence) => `<li>${escaped(sentence)}</li>`).join('')}</ul>`]
      : sentences.map(
          (sentence) => `<p${/[0-9a-f]{64}/.test(sentence) ? ' class="hash"' : ''}>${escaped(sentence)}</p>`,
        )),
    ...(table === undefined ? [] : [tableHtml(table, title ?? 'Table')]),
    ...verbatim.map((line) => `<pre tabindex="0">${escaped(line)}</pre>`),
  ].join('\n');
}

/** A formula as it is set in print: exponents raised, products by a dot. */
function formulaHtml(formula: string): string {
  return escaped(formula)
    .replace(
      /\^(?:\(([^()]*)\)|(\w+))/g,
      (_, inBrackets?: string, word?: string) => `<sup>${inBrackets ?? word}</sup>`,
    )
    .replaceAll(' * ', '\u2009·\u2009')
    .replaceAll('-', '−');
}

function tableHtml({ columns, rows }: NonNullable<Section['table']>, name: string): string {
  const align = (column: number): string => (columns[column].align === 'right' ? ' class="right"' : '');
  const head = columns.map(({ title }, i) =>
    title === '' ? `<td${align(i)}></td>` : `<th scope="col"${align(i)}>${escaped(title)}</th>`,
  );
  const body = rows.map(
    (row) => `<tr>${row.map((cell, i) => `<td${align(i)}>${escaped(cell.trim())}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(name)}"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

function problemsHtml(problems: readonly Problem[]): string {
  const items = problems.map(
    ({ severity, message, hint }) =>
      `<li><span class="kind">${severity === 'note' ? 'Note' : 'Warning'}:</span> ${escaped(message)}${hint === undefined ? '' : `<span class="hint">${escaped(hint)}</span>`}</li>`,
  );
  return `<h3>Warnings</h3><ul class="problems">${items.join('\n')}</ul>`;
}

/** Hidden until the script is there. */
function leversHtml({ plan, evidence }: Levers): string {
  const { ratios } = evidence.strains;
  const sets = plan.runs[0].evals.map(
    ({ name }) =>
      `<div><dt>${escaped(name)} loss at that ratio</dt><dd id="told-set-${escaped(name)}"></dd></div>`,
  );
  const confidence = `${Number((100 * plan.constraints.confidence).toFixed(2))}%`;
  return `<div id="levers" hidden>
<div class="moves">
<div class="lever"><label for="lever-tolerance">Accepted rise</label><input id="lever-tolerance" type="range" min="0.2" max="3" step="0.05" value="1"><output id="told-tolerance" for="lever-tolerance"></output></div>
<div class="lever"><label for="lever-ratio">Domain ratio</label><input id="lever-ratio" type="range" min="${rounded(ratios[0])}" max="${rounded(ratios[ratios.length - 1])}" step="any" value="${rounded(plannedOf(plan))}"><output id="told-ratio" for="lever-ratio"></output></div>
</div>
<dl class="told">
<div><dt>Safe ratio, ${confidence} of new runs</dt><dd id="told-safe"></dd></div>
<div><dt>Limit of a new run</dt><dd id="told-limit"></dd></div>
<div><dt>New runs that keep it at that ratio</dt><dd id="told-kept"></dd></div>
${sets.join('\n')}
</dl>
<button id="lever-reset" type="button">Back to the plan</button>
</div>`;
}

function scripts(levers: Levers, drawn: readonly Drawn[], script: string): string {
  const data = pageData(levers, drawn);
  const json = themed(JSON.stringify(data)).replaceAll('<', '\\u003c');
  return [
    `<script type="application/json" id="mixplan-data">${json}</script>`,
    `<script type="module">${script.replaceAll('</script', '<\\/script')}</script>`,
  ].join('\n');
}

function pageData({ plan, evidence }: Levers, drawn: readonly Drawn[]): PageData {
  const { strains, ratios, againstTokens } = evidence;
  const moved = drawn.filter(({ chart }) => MOVED.includes(chart.id));
  const short = (values: readonly number[]): number[] => values.map((value) => rounded(value, 4));
  const { point, interval } = plan.critical;
  const planned = strains.tokens.indexOf(plan.runs[0].tokens);
  const told = [...tailsOf(plan.level), levelOf(plan.constraints.confidence)];
  return {
    accepted: Object.entries(plan.constraints.tolerance).map(([set, tolerance]) => {
      const base = plan.base[set].loss;
      return { set, share: limitOf(base, tolerance) / base - 1 };
    }),
    confidence: levelOf(plan.constraints.confidence),
    tails: tailsOf(plan.level),
    planned: {
      ratio: rounded(plannedOf(plan)),
      limit: point.kind === 'at' ? point.ratio : point.kind === 'none' ? 0 : 1,
      interval,
      within: plan.within,
    },
    strains: {
      tokens: strains.tokens,
      ratios: short(strains.ratios),
      levels: strains.levels,
      newRun: strains.newRun.map((curves, t) =>
        // The share that keeps a tolerance is told for the plan alone; elsewhere the ends and the confidence will do.
        curves.map((curve, l) => (t === planned || told.includes(strains.levels[l]) ? short(curve) : [])),
      ),
      point: strains.point.map(short),
      mean: strains.mean.map((curves) => curves.map(short)),
      planned,
      beyond: againstTokens.points.map(({ extrapolated }) => extrapolated),
    },
    curves: ratios.curves.map(({ set, points }) => ({
      set,
      ratios: short(points.map(({ ratio }) => ratio)),
      value: short(points.map(({ value }) => value)),
      low: points[0].newRun === null ? null : short(points.map(({ newRun }) => newRun?.[0] ?? 0)),
      high: points[0].newRun === null ? null : short(points.map(({ newRun }) => newRun?.[1] ?? 0)),
    })),
    tradeOff: mainSets(plan),
    views: Object.fromEntries(
      moved.map(({ chart, layout, specification }) => [
        `${chart.id}.${layout}`,
        specification as unknown as JsonObject,
      ]),
    ),
  };
}
