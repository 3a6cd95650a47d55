import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Chart } from '../../charts/chart.ts';
import { specification } from '../../charts/chart.ts';
import { type FileToWrite, refuseUnwritable, writeAllAtomically } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import type { FitDocument } from '../../documents/fit.ts';
import type { PlanDocument } from '../../documents/plan.ts';
import { parseDocument, readText } from '../../documents/read.ts';
import { reasonOf } from '../../documents/reason.ts';
import { documentKinds } from '../../documents/schemas.ts';
import { sha256 } from '../../documents/sha256.ts';
import type { OptionValues } from '../../options/all.ts';
import { fileUnwritable } from '../../problems/files.ts';
import { optionsExclude } from '../../problems/options.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import { reportFitChanged, reportFitMissing, reportNeedsOutput } from '../../problems/report.ts';
import { markdownReport } from '../../report/markdown.ts';
import { fitReport, planReport, type Report, unpilotedReport } from '../../report/parts.ts';
import { parseFit } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { Printer } from '../printer.ts';
import { sayWritten } from '../written.ts';

type Options = 'html' | 'md' | 'svg' | 'png' | 'vl' | 'force';
type Values = OptionValues<Options>;

/** `mixplan report FIT|PLAN`: a page, Markdown and charts, all of them written or none. */
export const run: Run<Options> = async ({ args: [path], values, printer, stdin }) => {
  const { html, md, force } = values;
  refuseNothing(values);
  const texts = [html, md].filter((each) => each !== undefined);
  await refuseUnwritable(texts, [path]);
  const text = await readText(path, stdin);
  const { report, problems } = await reportOf(text, path, stdin);
  const charts = report.parts.flatMap((part) => part.charts);
  const files = [
    ...(await chartFiles(charts, values)),
    ...(md === undefined ? [] : [{ path: md, text: markdownReport(report, pictureFrom(md, values)) }]),
    ...(html === undefined
      ? []
      : [{ path: html, text: await import('../../report/html.ts').then((page) => page.htmlReport(report)) }]),
  ];
  await write(files, force, printer);
  printer.problems(problems);
  return exitStatus.done;
};

function refuseNothing({ html, md, svg, png, vl }: Values): void {
  if ([html, md, svg, png, vl].every((each) => each === undefined))
    throw new Refusal([reportNeedsOutput({})]);
  if (html === '-' && md === '-') {
    const why = 'both would go to standard output';
    throw new Refusal([optionsExclude({ flag: '--html -', other: '--md -', why })]);
  }
}

/** A document opens with its `schema`; what is no plan is left to the reader of fits, which says so. */
async function reportOf(
  text: string,
  path: string,
  stdin: Parameters<typeof readText>[1],
): Promise<{ report: Report; problems: readonly Problem[] }> {
  const file = path === '-' ? 'standard input' : path;
  if (!/^\s*\{\s*"schema"\s*:\s*"mixplan\.plan\//.test(text))
    return { report: fitReport(await parseFit(text, file)), problems: [] };
  const plan = await parseDocument(text, documentKinds.plan, file);
  if (plan.basis !== 'fit') return { report: unpilotedReport(plan), problems: [] };
  const { fit, problems } = await fitOf(plan, path === '-' ? '.' : dirname(path), stdin);
  return { report: planReport(plan, fit), problems };
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
  const { compiled, pngOf, svgOf } = await import('../../report/draw.ts');
  for (const chart of charts) {
    const drawn = await svgOf(compiled(specification(chart)), chart.description);
    if (svg !== undefined) files.push({ path: join(svg, `${chart.id}.svg`), text: `${drawn}\n` });
    if (png !== undefined) files.push({ path: join(png, `${chart.id}.png`), text: pngOf(drawn) });
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
  const made: string[] = [];
  try {
    for (const folder of new Set(onDisk.map(({ path }) => dirname(path)))) {
      const first = await makeFolder(folder);
      if (first !== undefined) made.push(first);
    }
    const written = await writeAllAtomically(onDisk, { force });
    for (const { path, text } of files) if (path === '-') printer.data(String(text));
    const paths = onDisk.map(({ path }) => path);
    if (paths.length <= 4) sayWritten(written, paths, printer);
    else printer.say(`wrote ${written.length} files, ${paths.length - written.length} are there already`);
  } catch (error) {
    for (const folder of made) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Returns the first folder that had to be made, if any. */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new Refusal([fileUnwritable({ path, reason: reason.text })]);
  }
}
