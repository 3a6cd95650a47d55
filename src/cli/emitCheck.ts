/** `mixplan emit --check`: a folder of emitted files, read back and compared with a plan. */
import { join } from 'node:path';
import type { EmissionCheckDocument } from '../documents/emission.ts';
import { readText } from '../documents/read.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import { explainEmissionCheck } from '../explain/emission.ts';
import { compareRun, untoldBy } from '../trainers/compare.ts';
import { adapterOf } from '../trainers/registry.ts';
import type { CommandContext } from './command.ts';
import { readSidecar } from './emitFolder.ts';
import type { emitOptions } from './emitOptions.ts';
import { chosen, readRuns } from './emitSource.ts';
import { type ExitStatus, exitStatus } from './exit.ts';
import { refuseOthers } from './refuseOthers.ts';
import { sectionsText } from './sections.ts';

type Context = CommandContext<(typeof emitOptions)[number]>;

export async function checkFolder(folder: string, context: Context): Promise<ExitStatus> {
  const { args, values, printer, stdin } = context.using(['check']);
  refuseOthers(values, ['check'], '--check', 'a folder is read that says itself what it was made for');
  const document = await readSidecar(folder, stdin);
  const adapter = await adapterOf(document.trainer);
  const files = await Promise.all(
    document.files.map(async (path) => ({ path, text: await readText(join(folder, path), stdin) })),
  );
  const [path] = args;
  const expected = path === undefined ? document.run : await plannedRun(path, document.run, stdin);
  const realised = adapter.readBack(files, document);
  const { evalData, version } = document;
  const watched = adapter.evaluates?.({ run: expected, evalData, version }) ?? [];
  const rows = [...compareRun(expected, realised, watched)];
  const checked: EmissionCheckDocument = {
    schema: 'mixplan.emission-check/1',
    folder,
    trainer: document.trainer,
    run: document.run.name,
    plan: path === undefined ? document.source.name : path,
    agrees: rows.every(({ agrees }) => agrees),
    rows,
    untold: [...untoldBy(expected, realised, watched)],
  };
  if (printer.json) printer.dataJson(checked);
  else printer.data(sectionsText(explainEmissionCheck(checked, adapter.name), printer));
  return checked.agrees ? exitStatus.done : exitStatus.negative;
}

/** The run of this name as the plan has it now; what the plan leaves open is taken as it was when the files were made. */
async function plannedRun(path: string, emitted: TrainingRun, stdin: Context['stdin']): Promise<TrainingRun> {
  const { runs } = await readRuns(path, stdin);
  const [run] = chosen(runs, emitted.name);
  const { schedule } = run;
  return {
    ...run,
    batchTokens: run.batchTokens ?? emitted.batchTokens,
    sequenceLength: run.sequenceLength ?? emitted.sequenceLength,
    schedule: {
      kind: schedule.kind === 'unknown' ? emitted.schedule.kind : schedule.kind,
      peakLr: schedule.peakLr ?? emitted.schedule.peakLr,
      warmupTokens: schedule.warmupTokens ?? emitted.schedule.warmupTokens,
      decayTokens: schedule.decayTokens ?? emitted.schedule.decayTokens,
      finalLrShare: schedule.finalLrShare ?? emitted.schedule.finalLrShare,
    },
    evals: run.evals.length > 0 ? run.evals : emitted.evals,
  };
}
