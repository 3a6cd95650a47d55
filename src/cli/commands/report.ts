import { basename, dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import type { Chart } from '../../charts/chart.ts';
import { specification } from '../../charts/chart.ts';
import { type FileToWrite, refuseUnwritable } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import type { FitDocument } from '../../documents/fit.ts';
import { writeIntoFolders } from '../../documents/folders.ts';
import type { PlanDocument } from '../../documents/plan.ts';
import { parseDocument, readText } from '../../documents/read.ts';
import type { ReportDocument } from '../../documents/report.ts';
import { documentKinds } from '../../documents/schemas.ts';
import { sha256 } from '../../documents/sha256.ts';
import type { UnpilotedPlanDocument } from '../../documents/unpiloted.ts';
import type { WatchDocument } from '../../documents/watch.ts';
import { type OptionValues, optionOf } from '../../options/all.ts';
import { optionNeeds, optionsExclude, surplusOperand } from '../../problems/options.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import { nothingPredicted } from '../../problems/published.ts';
import {
  reportChartUnknown,
  reportFitChanged,
  reportFitMissing,
  reportNeedsOutput,
  watchedNeedsPlan,
} from '../../problems/report.ts';
import { chartsOfFit, chartsOfPlan, unpilotedChart, type Wanted } from '../../report/charts.ts';
import { evidenceOf } from '../../report/evidence.ts';
import { markdownReport } from '../../report/markdown.ts';
import { fitReport, planReport, type Report, unpilotedReport } from '../../report/parts.ts';
import { parseFit } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { fitPathOf } from '../fitOfPlan.ts';
import type { Printer } from '../printer.ts';
import type { ReadingOptions } from '../watching.ts';
import { sayWritten } from '../written.ts';

type Options = 'html' | 'md' | 'svg' | 'png' | 'vl' | 'chart' | 'force' | 'watched' | ReadingOptions;
type Values = OptionValues<Options>;

/** A file of a report: the whole of it, or one chart. */
interface ReportFile extends FileToWrite {
  readonly format: ReportDocument['files'][number]['format'];
  readonly chart: string | null;
}

/**
 * `mixplan report FIT|PLAN`: a page, Markdown and charts, all of them written or none. With --watched the run that carries out
 * the plan is told too, and with --json stdout says what was written.
 */
export const run: Run<Options> = async ({ args: [path, ...more], values, printer, stdin, reproduce }) => {
  const { html, md, force, watched } = values;
  refuseNothing(values, printer.json, [path, ...more]);
  const logs = watched === undefined ? [] : [...watched, ...more];
  const texts = [html, md].filter((each) => each !== undefined);
  await refuseUnwritable(texts, [path, ...logs]);
  const text = await readText(path, stdin);
  const found = await subjectOf(text, path, stdin);
  if (found.kind === 'plan') await refuseUnwritable(texts, [fitPathOf(found.plan, path)]);
  const subject = logs.length === 0 ? found : await withRun(found, path, logs, values, stdin);
  const files: ReportFile[] = [];
  const charts: Chart[] = [];
  if (texts.length === 0) {
    charts.push(...chosenCharts(subject, values.chart));
    files.push(...(await chartFiles(charts, values)));
  } else {
    const report = reportOf(subject);
    charts.push(...report.parts.flatMap((part) => part.charts));
    files.push(...(await chartFiles(charts, values)));
    if (md !== undefined) {
      const text = markdownReport(report, pictureFrom(md, values));
      files.push({ path: md, text, format: 'md', chart: null });
    }
    if (html !== undefined) {
      const { htmlReport } = await import('../../report/html.ts');
      files.push({ path: html, text: await htmlReport(report), format: 'html', chart: null });
    }
  }
  const written = await write(files, force, printer);
  if (printer.json)
    printer.dataJson({
      schema: 'mixplan.report/1',
      source: { name: path === '-' ? nameOf(path) : basename(path), sha256: sha256(text) },
      watched: subject.watched?.run ?? null,
      files: files.map(({ path, text, format, chart }) => ({
        path,
        format,
        chart,
        bytes: Buffer.byteLength(text),
        sha256: sha256(text),
        written: written.includes(path),
      })),
      charts: charts.map(({ id, title, description }) => ({ id, title, description })),
      problems: subject.problems.map(({ place: _, ...problem }) => problem),
      command: reproduce,
    } satisfies ReportDocument);
  printer.problems(subject.problems);
  return exitStatus.done;
};

/** What shapes the reading of logs alone. */
const READING = ['run', 'set', 'format', 'map', 'role', 'unit'] as const satisfies readonly ReadingOptions[];

/** The chart that a watched run is drawn in. */
const WATCHED_CHART = 'trajectory';

function refuseNothing(values: Values, json: boolean, [path, ...more]: readonly string[]): void {
  const { html, md, svg, png, vl, chart, watched } = values;
  if ([html, md, svg, png, vl].every((each) => each === undefined))
    throw new Refusal([reportNeedsOutput({})]);
  const toStdout = [
    ...(json ? ['--json'] : []),
    ...(html === '-' ? ['--html -'] : []),
    ...(md === '-' ? ['--md -'] : []),
  ];
  if (toStdout.length > 1) {
    const why = 'both would go to standard output';
    throw new Refusal([optionsExclude({ flag: toStdout[0], other: toStdout[1], why })]);
  }
  const whole = html !== undefined ? '--html' : md !== undefined ? '--md' : undefined;
  if (chart !== undefined && whole !== undefined) {
    const why = 'a report has all of its charts';
    throw new Refusal([optionsExclude({ flag: '--chart', other: whole, why })]);
  }
  if (path === '-' && watched?.includes('-')) {
    const why = 'both would be read from standard input';
    throw new Refusal([optionsExclude({ flag: '--watched -', other: 'a plan -', why })]);
  }
  if (watched === undefined) {
    const alone = READING.filter((name) => values[name] !== undefined);
    const problems = [
      ...alone.map((name) => optionNeeds({ flag: optionOf(name).flag, needs: '--watched' })),
      ...more.map((operand) => surplusOperand({ operand, most: 1 })),
    ];
    if (problems.length > 0) throw new Refusal(problems);
  } else if (chart !== undefined && !chart.includes(WATCHED_CHART)) {
    const why = `a watched run is drawn in the chart ${WATCHED_CHART} alone`;
    throw new Refusal([optionsExclude({ flag: '--watched', other: `--chart ${chart.join(',')}`, why })]);
  }
}

/** What is reported on. */
type Subject = { readonly problems: readonly Problem[]; readonly watched?: WatchDocument } & (
  | { readonly kind: 'fit'; readonly fit: FitDocument }
  | { readonly kind: 'plan'; readonly plan: PlanDocument; readonly fit: FitDocument | undefined }
  | { readonly kind: 'unpiloted'; readonly plan: UnpilotedPlanDocument }
);

/** The same with the run that carries it out; refused for what predicts no run. */
async function withRun(
  subject: Subject,
  path: string,
  logs: readonly string[],
  values: Values,
  stdin: Readable,
): Promise<Subject> {
  if (subject.kind === 'fit') throw new Refusal([watchedNeedsPlan({ file: nameOf(path) })]);
  if (subject.kind === 'unpiloted') throw new Refusal([nothingPredicted({ basis: subject.plan.basis })]);
  const { plan, fit, problems } = subject;
  // Readers of logs are many, and most reports watch nothing.
  const { watchedOnce } = await import('../watchedOnce.ts');
  const watched = await watchedOnce(plan, fit, path, logs, values, stdin);
  return { ...subject, watched, problems: [...problems, ...watched.problems] };
}

const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);

/** By its `schema`, wherever it stands; what is no plan is left to the reader of fits, which says so. */
async function subjectOf(text: string, path: string, stdin: Readable): Promise<Subject> {
  const file = nameOf(path);
  if (!/"schema"\s*:\s*"mixplan\.plan\//.test(text))
    return { kind: 'fit', fit: await parseFit(text, file), problems: [] };
  const plan = await parseDocument(text, documentKinds.plan, file);
  if (plan.basis !== 'fit') return { kind: 'unpiloted', plan, problems: [] };
  return { kind: 'plan', plan, ...(await fitOf(plan, fitPathOf(plan, path), stdin)) };
}

function reportOf(subject: Subject): Report {
  if (subject.kind === 'unpiloted') return unpilotedReport(subject.plan);
  if (subject.kind === 'fit') return fitReport(subject.fit);
  return planReport(subject.plan, subject.fit, subject.watched);
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
  const { plan, fit, watched } = subject;
  const from = fit && { fit, evidence: evidenceOf(plan, fit) };
  return Object.values(chartsOfPlan(plan, from, { wanted, watched })).flat();
}

/** The fit that a plan names; undefined, with a warning, where it cannot be read. */
async function fitOf(
  plan: PlanDocument,
  path: string,
  stdin: Readable,
): Promise<{ fit: FitDocument | undefined; problems: readonly Problem[] }> {
  const read = await readText(path, stdin).catch((error: unknown) => {
    if (error instanceof Refusal) return error.problems;
    throw error;
  });
  if (typeof read !== 'string')
    return { fit: undefined, problems: [reportFitMissing({ path, reason: read[0].message })] };
  if (sha256(read) !== plan.fit.sha256) throw new Refusal([reportFitChanged({ path })]);
  return { fit: await parseFit(read, path), problems: [] };
}

async function chartFiles(charts: readonly Chart[], { svg, png, vl }: Values): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  if (vl !== undefined)
    for (const chart of charts) {
      const text = canonicalJson(specification(chart));
      files.push({ path: join(vl, `${chart.id}.vl.json`), text, format: 'vl', chart: chart.id });
    }
  if (svg === undefined && png === undefined) return files;
  const { compiled, svgOf } = await import('../../report/draw.ts');
  const pngOf = png === undefined ? undefined : (await import('../../report/png.ts')).pngOf;
  for (const chart of charts) {
    const drawn = await svgOf(compiled(specification(chart)), chart.description);
    const { id } = chart;
    if (svg !== undefined)
      files.push({ path: join(svg, `${id}.svg`), text: `${drawn}\n`, format: 'svg', chart: id });
    if (png !== undefined && pngOf !== undefined)
      files.push({ path: join(png, `${id}.png`), text: pngOf(drawn), format: 'png', chart: id });
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

/** Writes all files or none; folders for charts are made where they are missing. Returns the paths that were written. */
async function write(
  files: readonly FileToWrite[],
  force: boolean,
  printer: Printer,
): Promise<readonly string[]> {
  const onDisk = files.filter(({ path }) => path !== '-');
  const written = await writeIntoFolders(onDisk, { force });
  for (const { path, text } of files) if (path === '-') printer.data(String(text));
  const paths = onDisk.map(({ path }) => path);
  if (paths.length <= 4) sayWritten(written, paths, printer);
  else printer.say(`wrote ${written.length} files, ${paths.length - written.length} are there already`);
  return written;
}
