import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { canonicalJson } from '../../documents/canonical.ts';
import type { EmissionCheckDocument, EmissionDocument } from '../../documents/emission.ts';
import { writeIntoFolders } from '../../documents/folders.ts';
import { parseDocument, readText } from '../../documents/read.ts';
import { documentKinds } from '../../documents/schemas.ts';
import { sha256 } from '../../documents/sha256.ts';
import type { TrainingRun } from '../../documents/trainingRun.ts';
import { explainEmission, explainEmissionCheck, explainTrainers } from '../../explain/emission.ts';
import { slurmScript, TIME_MARGIN } from '../../launchers/slurm.ts';
import type { OptionValues } from '../../options/all.ts';
import { missingOperand, optionsExclude } from '../../problems/options.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import {
  emitNameUnknown,
  emitNeeds,
  nameUnsafe,
  notEmitted,
  runUnknown,
  trainerUnknown,
} from '../../problems/trainers.ts';
import type { EmittedFile, TrainerAdapter } from '../../trainers/adapter.ts';
import { type ComparedRow, compareRun } from '../../trainers/compare.ts';
import { findTrainer, trainers } from '../../trainers/registry.ts';
import { requestOf } from '../../trainers/request.ts';
import { nodesOf } from '../../trainers/torchrun.ts';
import { named } from '../../units/list.ts';
import { word } from '../../units/words.ts';
import type { Run } from '../command.ts';
import type { emitOptions } from '../emitOptions.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import type { Printer } from '../printer.ts';
import { sectionsText } from '../sections.ts';

type Options = (typeof emitOptions)[number];
type Context = Parameters<Run<Options>>[0];

/** Says beside the files what they were made from. */
const SIDECAR = 'emitted.json';

/** One run, written for a trainer. */
interface Emitted {
  readonly document: EmissionDocument;
  readonly adapter: TrainerAdapter;
  readonly files: readonly EmittedFile[];
  /** Null for a trainer that cannot weight: its files alone do not say what the mixture is. */
  readonly rows: readonly ComparedRow[];
  readonly notes: readonly Problem[];
}

/**
 * `mixplan emit PLAN`: files for a trainer, in a folder that is written whole or not at all. With `--check` such a folder is
 * read back instead, with `--list` (or without a plan and a trainer) the trainers are told.
 */
export const run: Run<Options> = async (context) => {
  const { args, values } = context;
  if (values.check !== undefined) return checkFolder(values.check, context);
  if (values.list || (args.length === 0 && values.trainer === undefined))
    return listTrainers(context.printer);
  return emitRuns(context);
};

async function emitRuns({ args, values, printer, stdin, reproduce }: Context): Promise<ExitStatus> {
  const [path] = args;
  if (path === undefined)
    throw new Refusal([
      missingOperand({ name: 'PLAN', help: 'the plan, or the list of pilots, to write files for' }),
    ]);
  const adapter = await adapterOf(values.trainer);
  const source = await readRuns(path, stdin);
  const runs = chosen(source.runs, values.run);
  const emitted = together(runs, (each) => emitRun(each, runs, adapter, source, values, reproduce));
  const { output } = values;
  const toFolder = output !== undefined && output !== '-';
  const folderOf = (each: Emitted): string =>
    join(output ?? '', runs.length === 1 ? '' : each.document.run.name);
  const launch = launcherFile(emitted, source, values, reproduce);
  const besides = launch === undefined ? [] : [{ ...launch, path: join(output ?? '', launch.path) }];
  if (toFolder) await writeFolders(emitted, folderOf, besides, values.force, printer);
  for (const each of emitted) {
    if (printer.json) printer.dataJson(each.document);
    else if (!toFolder) printer.data(filesText(each, runs.length > 1));
    else
      printer.data(
        sectionsText(explainEmission(each.document, adapter.name, each.rows, folderOf(each)), printer),
      );
  }
  if (launch !== undefined && toFolder)
    printer.say(`sbatch ${launch.path} in ${output} starts ${runs.length === 1 ? 'it' : 'them all'}`);
  else if (launch !== undefined && !printer.json) printer.data(`\n==> ${launch.path} <==\n${launch.text}`);
  if (!toFolder) printer.say('nothing was written: -o FOLDER writes the files');
  printer.problems(distinct(emitted.flatMap(({ notes }) => notes)));
  return exitStatus.done;
}

async function adapterOf(id: string | undefined): Promise<TrainerAdapter> {
  const ids = trainers.map((trainer) => trainer.id);
  if (id === undefined)
    throw new Refusal([
      emitNeeds({ flag: '--trainer', example: 'ID', why: `files are written for one of ${ids.join(', ')}` }),
    ]);
  const entry = findTrainer(id);
  if (entry === undefined) throw new Refusal([trainerUnknown({ id, ids })]);
  return entry.load();
}

interface Source {
  readonly name: string;
  readonly sha256: string;
  /** As the plan reckons with; null where it does not tell. */
  readonly tokensPerGpuSecond: number | null;
  readonly runs: readonly TrainingRun[];
}

/** The runs of a plan or of a list of pilots. */
async function readRuns(path: string, stdin: Context['stdin']): Promise<Source> {
  const text = await readText(path, stdin);
  const file = path === '-' ? 'standard input' : path;
  const isPilots = /^\s*\{\s*"schema"\s*:\s*"mixplan\.pilots\//.test(text);
  const facts = { name: path === '-' ? file : basename(path), sha256: sha256(text) };
  if (isPilots) {
    const { runs } = await parseDocument(text, documentKinds.pilots, file);
    return { ...facts, tokensPerGpuSecond: null, runs };
  }
  const { runs, budget } = await parseDocument(text, documentKinds.plan, file);
  return { ...facts, tokensPerGpuSecond: budget.throughput?.tokensPerGpuSecond ?? null, runs };
}

function chosen(runs: readonly TrainingRun[], name: string | undefined): readonly TrainingRun[] {
  if (name === undefined) return runs;
  const found = runs.filter((run) => run.name === name);
  if (found.length === 0) throw new Refusal([runUnknown({ name, names: runs.map((run) => run.name) })]);
  return found;
}

/** All runs or a refusal with what is wrong with any of them, each problem once. */
function together(runs: readonly TrainingRun[], emit: (run: TrainingRun) => Emitted): readonly Emitted[] {
  const problems: Problem[] = [];
  const emitted = runs.flatMap((run) => {
    try {
      return [emit(run)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new Refusal(distinct(problems));
  return emitted;
}

function emitRun(
  run: TrainingRun,
  runs: readonly TrainingRun[],
  adapter: TrainerAdapter,
  source: Source,
  values: OptionValues<Options>,
  command: string,
): Emitted {
  const several = runs.length > 1;
  if (several && !/^\w[\w.+=@-]*$/.test(run.name))
    throw new Refusal([
      nameUnsafe({
        what: 'the run',
        value: run.name,
        why: 'gives its name to a folder and holds something else than letters, digits and . + = @ - _',
      }),
    ]);
  const { request, notes } = requestOf(run, adapter, {
    ...values,
    peakLr: values.lr,
    finalLrShare: values.finalLr,
    version: values.trainerVersion,
    base: baseOf(run, runs, values.base),
    output: several ? `${values.save}/${run.name}` : values.save,
    header: headerOf(source, command, run.name),
  });
  const emission = adapter.emit(request);
  const realised = adapter.readBack(emission.files, request);
  const rows = compareRun({ ...request.run, tokens: run.tokens }, realised);
  const wrong = rows.filter((row) => !row.agrees);
  if (adapter.mixing !== 'none' && wrong.length > 0)
    throw new Error(
      `the files for ${adapter.name} read back with another ${wrong.map(({ what }) => what).join(', ')}`,
    );
  const document: EmissionDocument = {
    schema: 'mixplan.emission/1',
    trainer: adapter.id,
    version: request.version,
    source: { name: source.name, sha256: source.sha256 },
    run: request.run,
    data: request.data,
    meanTokens: request.meanTokens,
    files: emission.files.map(({ path }) => path),
    start: emission.command,
    command,
  };
  return { document, adapter, files: emission.files, rows, notes: [...notes, ...emission.notes] };
}

/** Weights for a run: the one place that was given, or that of its base where `NAME=PATH,...` tells several. */
function baseOf(
  run: TrainingRun,
  runs: readonly TrainingRun[],
  text: string | undefined,
): string | undefined {
  const bases = [...new Set(runs.flatMap(({ base }) => base ?? []))];
  if (text === undefined || !/^[^=/\\]+=/.test(text)) {
    if (text === undefined || bases.length < 2) return text;
    const example = bases.map((base) => `${base}=PATH`).join(',');
    throw new Refusal([
      emitNeeds({ flag: '--base', example, why: `the runs continue ${bases.length} bases` }),
    ]);
  }
  const places = named(word('place of weights', ['/models/8b']), ['small=/models/1b,large=/models/8b']).parse(
    text,
  );
  const strange = Object.keys(places).filter((name) => !bases.includes(name));
  if (strange.length > 0)
    throw new Refusal(
      strange.map((name) => emitNameUnknown({ flag: '--base', name, what: 'bases', names: bases })),
    );
  const place = run.base === null ? undefined : places[run.base];
  if (place !== undefined) return place;
  const example = `${run.base ?? 'NAME'}=PATH`;
  throw new Refusal([emitNeeds({ flag: '--base', example, why: `${run.name} continues that base` })]);
}

/** What starts all runs on a cluster, relative to the folder of the output; undefined where no launcher was asked for. */
function launcherFile(
  emitted: readonly Emitted[],
  source: Source,
  { launcher, timeLimit, gpus }: OptionValues<Options>,
  command: string,
): EmittedFile | undefined {
  if (launcher === undefined) return undefined;
  if (gpus === undefined) throw new Error('the GPUs were not asked for');
  const { nodes, perNode } = nodesOf(gpus);
  const longest = Math.max(...emitted.map(({ document }) => document.run.tokens));
  const speed = source.tokensPerGpuSecond;
  const estimate = speed === null ? undefined : longest / (speed * gpus * 3600);
  const limitHours = timeLimit ?? (estimate === undefined ? undefined : estimate * TIME_MARGIN);
  if (limitHours === undefined) {
    const why = `${launcher} stops a run at its limit, and ${source.name} does not say how fast the runs are`;
    throw new Refusal([emitNeeds({ flag: '--time-limit', example: '36h', why })]);
  }
  const reckoned = `${speed?.toPrecision(4)} tokens a second on each GPU by the plan, times ${TIME_MARGIN}`;
  const text = slurmScript({
    name: basename(source.name, '.json'),
    runs: emitted.map(({ document }) => ({
      folder: emitted.length === 1 ? '.' : document.run.name,
      start: document.start,
    })),
    nodes,
    gpusPerNode: perNode,
    limitHours,
    limitFrom: timeLimit === undefined ? reckoned : 'as it was asked for',
    header: headerOf(source, command),
  });
  return { path: 'submit.sbatch', text };
}

/** What every file says of its origin. A line break in the command would end the comment that this becomes. */
function headerOf({ name, sha256 }: Source, command: string, run?: string): readonly string[] {
  const which = run === undefined ? '' : `, run ${run}`;
  return [`Made by mixplan from ${name} (sha256 ${sha256.slice(0, 12)})${which}:`, command].map((line) =>
    line.replace(/[\r\n]+/g, ' '),
  );
}

/** Writes all folders or none, and with `force` takes away what an earlier emission left in them. */
async function writeFolders(
  emitted: readonly Emitted[],
  folderOf: (each: Emitted) => string,
  besides: readonly EmittedFile[],
  force: boolean,
  printer: Printer,
): Promise<void> {
  const files = emitted.flatMap((each) => [
    ...each.files.map(({ path, text }) => ({ path: join(folderOf(each), path), text })),
    { path: join(folderOf(each), SIDECAR), text: canonicalJson(each.document) },
  ]);
  files.push(...besides);
  const before = force
    ? (await Promise.all([...new Set(emitted.map(folderOf))].map(emittedBefore))).flat()
    : [];
  const written = await writeIntoFolders(files, { force });
  const kept = new Set(files.map(({ path }) => path));
  for (const path of before.filter((one) => !kept.has(one))) await rm(path, { force: true });
  const folders = emitted.map(folderOf);
  const where = folders.length === 1 ? folders[0] : `${folders.length} folders in ${dirname(folders[0])}`;
  if (written.length > 0) printer.say(`wrote ${written.length} files to ${where}`);
  else printer.say(`${where} holds these very files already`);
}

/** The files that an earlier emission wrote to a folder: one for another trainer would leave them beside the new ones. */
async function emittedBefore(folder: string): Promise<readonly string[]> {
  const path = join(folder, SIDECAR);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    const { files } = await parseDocument(text, documentKinds.emission, path);
    const within = files.filter((file) => !isAbsolute(file) && !file.split(/[\\/]/).includes('..'));
    return within.map((file) => join(folder, file));
  } catch (error) {
    // What is not ours is left alone.
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function filesText({ files, document }: Emitted, several: boolean): string {
  const within = several ? `${document.run.name}/` : '';
  return files.map(({ path, text }) => `==> ${within}${path} <==\n${text}`).join('\n');
}

async function checkFolder(folder: string, { args, values, printer, stdin }: Context): Promise<ExitStatus> {
  if (values.trainer !== undefined)
    throw new Refusal([
      optionsExclude({ flag: '--check', other: '--trainer', why: 'the folder says which trainer it is for' }),
    ]);
  const document = await readSidecar(folder, stdin);
  const adapter = await adapterOf(document.trainer);
  const files = await Promise.all(
    document.files.map(async (path) => ({ path, text: await readText(join(folder, path), stdin) })),
  );
  const [path] = args;
  const expected = path === undefined ? document.run : await plannedRun(path, document.run, stdin);
  const rows = [...compareRun(expected, adapter.readBack(files, document))];
  const checked: EmissionCheckDocument = {
    schema: 'mixplan.emission-check/1',
    folder,
    trainer: document.trainer,
    run: document.run.name,
    plan: path === undefined ? document.source.name : path,
    agrees: rows.every(({ agrees }) => agrees),
    rows,
  };
  if (printer.json) printer.dataJson(checked);
  else printer.data(sectionsText(explainEmissionCheck(checked, adapter.name), printer));
  return checked.agrees ? exitStatus.done : exitStatus.negative;
}

async function readSidecar(folder: string, stdin: Context['stdin']): Promise<EmissionDocument> {
  const path = join(folder, SIDECAR);
  const text = await readText(path, stdin).catch((error: unknown) => {
    if (error instanceof Refusal) throw new Refusal([notEmitted({ folder })]);
    throw error;
  });
  return parseDocument(text, documentKinds.emission, path);
}

/** The run of this name as the plan has it now; what the plan leaves open is taken as it was when the files were made. */
async function plannedRun(path: string, emitted: TrainingRun, stdin: Context['stdin']): Promise<TrainingRun> {
  const { runs } = await readRuns(path, stdin);
  const [run] = chosen(runs, emitted.name);
  const { schedule } = run;
  return {
    ...run,
    batchTokens: run.batchTokens ?? emitted.batchTokens,
    schedule: {
      ...schedule,
      peakLr: schedule.peakLr ?? emitted.schedule.peakLr,
      warmupTokens: schedule.warmupTokens ?? emitted.schedule.warmupTokens,
    },
  };
}

async function listTrainers(printer: Printer): Promise<ExitStatus> {
  const adapters = await Promise.all(trainers.map(({ load }) => load()));
  const document = {
    schema: 'mixplan.trainers/1' as const,
    trainers: adapters.map(({ id, name, mixing, means, limits }) => ({
      id,
      name,
      mixing,
      ...means,
      limits: [...limits],
    })),
  };
  if (printer.json) printer.dataJson(document);
  else printer.data(sectionsText(explainTrainers(document), printer));
  return exitStatus.done;
}

/** Several runs say the same: once is enough. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
