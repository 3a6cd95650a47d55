import { join } from 'node:path';
import type { EmissionDocument } from '../../documents/emission.ts';
import type { TrainingRun } from '../../documents/trainingRun.ts';
import { explainEmission, explainTrainers } from '../../explain/emission.ts';
import type { OptionValues } from '../../options/all.ts';
import { emitOptionUnused } from '../../problems/emission.ts';
import { missingOperand, surplusOperand } from '../../problems/options.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import { emitNameUnknown, emitNeeds, nameUnsafe } from '../../problems/trainers.ts';
import type { EmittedFile, TrainerAdapter } from '../../trainers/adapter.ts';
import { type ComparedRow, compareRun } from '../../trainers/compare.ts';
import { adapterOf, trainers } from '../../trainers/registry.ts';
import { requestOf } from '../../trainers/request.ts';
import { named } from '../../units/list.ts';
import { word } from '../../units/words.ts';
import type { Run } from '../command.ts';
import { checkFolder } from '../emitCheck.ts';
import { writeFolders } from '../emitFolder.ts';
import { launcherFile } from '../emitLauncher.ts';
import type { emitOptions } from '../emitOptions.ts';
import { chosen, headerOf, readRuns, type Source } from '../emitSource.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import { refuseOthers } from '../refuseOthers.ts';
import { sectionsText } from '../sections.ts';

type Options = (typeof emitOptions)[number];
type Context = Parameters<Run<Options>>[0];

/** One run, written for a trainer. */
interface Emitted {
  readonly document: EmissionDocument;
  readonly files: readonly EmittedFile[];
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
  if (values.list || (args.length === 0 && values.trainer === undefined)) return listTrainers(context);
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
  const documents = emitted.map(({ document }) => document);
  const launch = launcherFile(documents, source, values, reproduce);
  if (toFolder) {
    const besides = launch === undefined ? [] : [{ ...launch, path: join(output, launch.path) }];
    await writeFolders(
      emitted.map((each) => ({ ...each, folder: folderOf(each, runs, output) })),
      besides,
      values.force,
      printer,
    );
  }
  for (const each of emitted) {
    const { document, rows } = each;
    if (printer.json) printer.dataJson(document);
    else if (!toFolder) printer.data(filesText(each, runs.length > 1));
    else
      printer.data(
        sectionsText(explainEmission(document, adapter.name, rows, folderOf(each, runs, output)), printer),
      );
  }
  if (launch !== undefined && toFolder)
    printer.say(`sbatch ${launch.path} in ${output} starts ${runs.length === 1 ? 'it' : 'them all'}`);
  else if (launch !== undefined && !printer.json) printer.data(`\n==> ${launch.path} <==\n${launch.text}`);
  if (!toFolder) printer.say('nothing was written: -o FOLDER writes the files');
  printer.problems([...distinct(emitted.flatMap(({ notes }) => notes)), ...unusedLimit(values)]);
  return exitStatus.done;
}

/** Each of several runs has a folder of its own in that of the output. */
function folderOf({ document }: Emitted, runs: readonly TrainingRun[], output: string): string {
  return runs.length === 1 ? output : join(output, document.run.name);
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
  const watched = adapter.evaluates?.(request) ?? [];
  const rows = compareRun({ ...request.run, tokens: run.tokens }, realised, watched);
  const wrong = rows.filter((row) => !row.agrees);
  if (wrong.length > 0)
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
    evalData: request.evalData,
    meanTokens: request.meanTokens,
    files: emission.files.map(({ path }) => path),
    start: emission.command,
    command,
  };
  return { document, files: emission.files, rows, notes: [...notes, ...emission.notes] };
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

function filesText({ files, document }: Emitted, several: boolean): string {
  const within = several ? `${document.run.name}/` : '';
  return files.map(({ path, text }) => `==> ${within}${path} <==\n${text}`).join('\n');
}

async function listTrainers(context: Context): Promise<ExitStatus> {
  const { args, values, printer } = context.using(['list']);
  if (args.length > 0) throw new Refusal(args.map((operand) => surplusOperand({ operand, most: 0 })));
  const asked = values.list ? '--list' : 'a command without PLAN and --trainer';
  refuseOthers(values, ['list'], asked, 'the trainers are listed, and nothing is written for one');

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

function unusedLimit({ timeLimit, launcher }: OptionValues<Options>): readonly Problem[] {
  if (timeLimit === undefined || launcher !== undefined) return [];
  const why = 'it is the limit of a job, and no --launcher was asked for';
  return [emitOptionUnused({ flag: '--time-limit', why })];
}

/** Several runs say the same: once is enough. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
