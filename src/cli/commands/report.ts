import { dirname, join, relative } from 'node:path';
import type { Chart } from '../../charts/chart.ts';
import { specification } from '../../charts/chart.ts';
import { type FileToWrite, refuseUnwritable } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import type { FitDocument } from '../../documents/fit.ts';
import { writeIntoFolders } from '../../documents/folders.ts';
import type { PlanDocument } from '../../documents/plan.ts';
import { parseDocument, readText } from '../../documents/read.ts';
import { documentKinds } from '../../documents/schemas.ts';
import { sha256 } from '../../documents/sha256.ts';
import type { UnpilotedPlanDocument } from '../../documents/unpiloted.ts';
import type { OptionValues } from '../../options/all.ts';
import { optionsExclude } from '../../problems/options.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import {
  reportChartUnknown,
  reportFitChanged,
  reportFitMissing,
  reportNeedsOutput,
} from '../../problems/report.ts';
import { chartsOfFit, chartsOfPlan, unpilotedChart, type Wanted } from '../../report/charts.ts';
import { evidenceOf } from '../../report/evidence.ts';
import { markdownReport } from '../../report/markdown.ts';
import { fitReport, planReport, type Report, unpilotedReport } from '../../report/parts.ts';
import { parseFit } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { Printer } from '../printer.ts';
import { sayWritten } from '../written.ts';

type Options = 'html' | 'md' | 'svg' | 'png' | 'vl' | 'chart' | 'force';
type Values = OptionValues<Options>;

/** `mixplan report FIT|PLAN`: a page, Markdown and charts, all of them written or none. */
export const run: Run<Options> = async ({ args: [path], values, printer, stdin }) => {
  const { html, md, force } = values;
  refuseNothing(values);
  const texts = [html, md].filter((each) => each !== undefined);
  await refuseUnwritable(texts, [path]);
  const text = await readText(path, stdin);
  const subject = await subjectOf(text, path, stdin);
  const files: FileToWrite[] = [];
  if (texts.length === 0) files.push(...(await chartFiles(chosenCharts(subject, values.chart), values)));
  else {
    const report = reportOf(subject);
    const charts = report.parts.flatMap((part) => part.charts);
    files.push(...(await chartFiles(charts, values)));
    if (md !== undefined) files.push({ path: md, text: markdownReport(report, pictureFrom(md, values)) });
    if (html !== undefined) {
      const { htmlReport } = await import('../../report/html.ts');
      files.push({ path: html, text: await htmlReport(report) });
    }
  }
  await write(files, force, printer);
  printer.problems(subject.problems);
  return exitStatus.done;
};

function refuseNothing({ html, md, svg, png, vl, chart }: Values): void {
  if ([html, md, svg, png, vl].every((each) => each === undefined))
    throw new Refusal([reportNeedsOutput({})]);
  if (html === '-' && md === '-') {
    const why = 'both would go to standard output';
    throw new Refusal([optionsExclude({ flag: '--html -', other: '--md -', why })]);
  }
  const whole = html !== undefined ? '--html' : md !== undefined ? '--md' : undefined;
  if (chart !== undefined && whole !== undefined) {
    const why = 'a report has all of its charts';
    throw new Refusal([optionsExclude({ flag: '--chart', other: whole, why })]);
  }
}

/** What is reported on. */
type Subject = { readonly problems: readonly Problem[] } & (
  | { readonly kind: 'fit'; readonly fit: FitDocument }
  | { readonly kind: 'plan'; readonly plan: PlanDocument; readonly fit: FitDocument | undefined }
  | { readonly kind: 'unpiloted'; readonly plan: UnpilotedPlanDocument }
);

/** A document opens with its `schema`; what is no plan is left to the reader of fits, which says so. */
async function subjectOf(
  text: string,
  path: string,
  stdin: Parameters<typeof readText>[1],
): Promise<Subject> {
  const file = path === '-' ? 'standard input' : path;
  if (!/^\s*\{\s*"schema"\s*:\s*"mixplan\.plan\//.test(text))
    return { kind: 'fit', fit: await parseFit(text, file), problems: [] };
  const plan = await parseDocument(text, documentKinds.plan, file);
  if (plan.basis !== 'fit') return { kind: 'unpiloted', plan, problems: [] };
  return { kind: 'plan', plan, ...(await fitOf(plan, path === '-' ? '.' : dirname(path), stdin)) };
}

function reportOf(subject: Subject): Report {
  if (subject.kind === 'unpiloted') return unpilotedReport(subject.plan);
  return subject.kind === 'fit' ? fitReport(subject.fit) : planReport(subject.plan, subject.fit);
}

/** All charts, or those of some ids: nothing is computed for the others. */
function chosenCharts(subject: Subject, chosen: readonly string[] | undefined): Chart[] {
  if (chosen === undefined) return chartsOf(subject, () => true);
  const charts = chartsOf(subject, (id) => chosen.includes(id));
  const unknown = chosen.filter((id) => !charts.some((chart) => chart.id === id));
  if (unknown.length === 0) return charts;
  const ids = chartsOf(subject, () => true).map(({ id }) => id);
  throw new Refusal(unknown.map((id) => reportChartUnknown({ id, ids })));
}

function chartsOf(subject: Subject, wanted: Wanted): Chart[] {
  if (subject.kind === 'unpiloted') return [unpilotedChart(subject.plan)].filter(({ id }) => wanted(id));
  if (subject.kind === 'fit') return Object.values(chartsOfFit(subject.fit, undefined, wanted)).flat();
  const { plan, fit } = subject;
  const from = fit && { fit, evidence: evidenceOf(plan, fit) };
  return Object.values(chartsOfPlan(plan, from, wanted)).flat();
}

/** The fit that a plan names; undefined, with a warning, where it cannot be read. */
async function fitOf(
  plan: PlanDocument,
  folder: string,
  stdin: Parameters<typeof readText>[1],
): Promise<{ fit: FitDocument | undefined; problems: readonly Problem[] }> {
  const path = join(folder, plan.fit.path);
  const read = await readText(path, stdin).catch((error: unknown) => {
    if (error instanceof Refusal) return error.problems;
    throw error;
  });
  if (typeof read !== 'string')
    return { fit: undefined, problems: [reportFitMissing({ path, reason: read[0].message })] };
  if (sha256(read) !== plan.fit.sha256) throw new Refusal([reportFitChanged({ path })]);
  return { fit: await parseFit(read, path), problems: [] };
}

async function chartFiles(charts: readonly Chart[], { svg, png, vl }: Values): Promise<FileToWrite[]> {
  const files: FileToWrite[] = [];
  if (vl !== undefined)
    files.push(
      ...charts.map((chart) => ({
        path: join(vl, `${chart.id}.vl.json`),
        text: canonicalJson(specification(chart)),
      })),
    );
  if (svg === undefined && png === undefined) return files;
  const { compiled, svgOf } = await import('../../report/draw.ts');
  const pngOf = png === undefined ? undefined : (await import('../../report/png.ts')).pngOf;
  for (const chart of charts) {
    const drawn = await svgOf(compiled(specification(chart)), chart.description);
    if (svg !== undefined) files.push({ path: join(svg, `${chart.id}.svg`), text: `${drawn}\n` });
    if (png !== undefined && pngOf !== undefined)
      files.push({ path: join(png, `${chart.id}.png`), text: pngOf(drawn) });
  }
  return files;
}

/** Where Markdown finds the picture of a chart. */
function pictureFrom(md: string, { svg, png }: Values): (chart: string) => string | undefined {
  const [folder, ending] = svg === undefined ? [png, 'png'] : [svg, 'svg'];
  const from = md === '-' ? '.' : dirname(md);
  return (chart) =>
    folder === undefined
      ? undefined
      : relative(from, join(folder, `${chart}.${ending}`)).replaceAll('\\', '/');
}

/** Writes all files or none; folders for charts are made where they are missing, and taken away again where writing fails. */
async function write(files: readonly FileToWrite[], force: boolean, printer: Printer): Promise<void> {
  const onDisk = files.filter(({ path }) => path !== '-');
  const written = await writeIntoFolders(onDisk, { force });
  for (const { path, text } of files) if (path === '-') printer.data(String(text));
  const paths = onDisk.map(({ path }) => path);
  if (paths.length <= 4) sayWritten(written, paths, printer);
  else printer.say(`wrote ${written.length} files, ${paths.length - written.length} are there already`);
}
