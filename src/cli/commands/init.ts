import { dirname, relative, resolve } from 'node:path';
import { refuseUnwritable, writeAtomically } from '../../documents/atomic.ts';
import type { SettingsDocument } from '../../documents/settings.ts';
import { listed, paramsText } from '../../explain/numbers.ts';
import type { Section } from '../../explain/section.ts';
import type { OptionValues } from '../../options/all.ts';
import { readRuns } from '../../runs/read.ts';
import type { Runs } from '../../runs/runs.ts';
import { params as paramsUnit } from '../../units/params.ts';
import { tolerances } from '../../units/tolerance.ts';
import type { Run } from '../command.ts';
import { commands } from '../commands.ts';
import { exitStatus } from '../exit.ts';
import { USUAL_TOLERANCE } from '../explaining.ts';
import { sectionsText } from '../sections.ts';
import { SETTINGS_FILE } from '../settings.ts';
import { type FilledSetting, settingsText } from '../settingsText.ts';
import { sayWritten } from '../written.ts';

type Options = 'map' | 'role' | 'unit' | 'output' | 'force';

/** `mixplan init [RUNS...]`: a commented file of settings, with what the runs tell filled in. */
export const run: Run<Options> = async ({ args, values, printer, stdin }) => {
  const output = values.output ?? SETTINGS_FILE;
  await refuseUnwritable([output], args);
  const { map, role: roles, unit: units } = values;
  const runs = args.length === 0 ? undefined : await readRuns(args, { map, roles, units, stdin });
  const filled = runs === undefined ? [] : settingsOf(runs, args, values, dirname(output));
  const readers = commands.filter(({ options }) => options.includes('config')).map(({ name }) => name);
  const text = settingsText(filled, readers);
  if (output !== '-') sayWritten(await writeAtomically(output, text, values), [output], printer);
  else if (!printer.json) printer.data(text);
  if (printer.json) {
    const settings = Object.fromEntries(
      filled.map(({ key, value }) => [key, Array.isArray(value) ? [...value] : value]),
    ) as SettingsDocument['settings'];
    const document: SettingsDocument = { schema: 'mixplan.settings/1', path: output, settings };
    printer.dataJson(document);
  } else if (output !== '-') printer.data(sectionsText(explainSettings(output, runs), printer));
  if (runs !== undefined) printer.problems(runs.problems);
  return exitStatus.done;
};

/** What a table of runs tells: where it is, how it is read, and the size that would be planned for. */
function settingsOf(
  { bases, evals }: Runs,
  paths: readonly string[],
  { map, unit }: OptionValues<Options>,
  folder: string,
): FilledSetting[] {
  const largest = Math.max(...bases.map(({ params }) => params));
  const fromFolder = (path: string): string =>
    path === '-' ? path : relative(resolve(folder), resolve(path)).replaceAll('\\', '/');
  return [
    { key: 'runs', value: paths.map(fromFolder) },
    {
      key: 'params',
      value: paramsUnit.format(largest),
      remark: 'this is the largest base model of the runs: put here what you plan to train',
    },
    {
      key: 'tolerance',
      value: tolerances.format(USUAL_TOLERANCE),
      remark: 'a start that many accept: decide what your run may forget',
    },
    ...(map === undefined ? [] : [{ key: 'map', value: map }]),
    { key: 'role', value: Object.fromEntries(evals.map(({ name, role }) => [name, role])) },
    ...(unit === undefined ? [] : [{ key: 'unit', value: unit }]),
  ];
}

function explainSettings(output: string, runs: Runs | undefined): Section[] {
  const flag = output === SETTINGS_FILE ? '' : ` --config ${output}`;
  const decide =
    runs === undefined
      ? 'Put your runs table under runs, and the model (params or model), the hardware (gpu, or throughput as you measured it) and the tolerance that you accept.'
      : `Filled in from ${counted(runs.runs.length, 'run')} of ${listed(runs.bases.map(({ params }) => paramsText(params)))}: runs, params, tolerance and the roles of ${listed(runs.evals.map(({ name }) => name))}. ` +
        'Set params (or model) to what you plan to train, gpu or throughput to your hardware, and tolerance to what you accept.';
  return [
    { sentences: [decide] },
    {
      title: 'Then',
      verbatim: [
        `mixplan check${flag}                    what the runs can tell`,
        `mixplan fit -o pilots.fit.json${flag}   fit them once; then set fit in ${output}`,
        `mixplan plan --budget 512gpu-h${flag}   the plan`,
      ],
    },
  ];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
