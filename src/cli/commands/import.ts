import { refuseUnwritable, writeAtomically } from '../../documents/atomic.ts';
import type { ImportDocument } from '../../documents/import.ts';
import { listed, tokensText } from '../../explain/numbers.ts';
import type { EvalSet, ImportedRun, ImportedRuns } from '../../logs/evaluation.ts';
import { readLogs } from '../../logs/read.ts';
import { importedCsv, importedJsonLines } from '../../logs/table.ts';
import { shellQuote } from '../../options/commandLine.ts';
import { nearest } from '../../problems/nearest.ts';
import { Refusal } from '../../problems/problem.ts';
import { evalUnknown } from '../../problems/runs.ts';
import { roleFromName } from '../../runs/evals.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { launchedFrom } from '../launched.ts';
import { withStandardInput } from '../spooled.ts';
import { type TableColumn, table } from '../table.ts';
import { fill } from '../text.ts';
import { sayWritten } from '../written.ts';

/** `mixplan import LOGS...`: logs of trainers and trackers, as a runs table. Nothing is written where a fact is missing. */
export const run: Run<'set' | 'format' | 'launched' | 'role' | 'unit' | 'output' | 'force'> = async ({
  args,
  values,
  printer,
  stdin,
}) => {
  const { set, format, role: roles, unit: units, output } = values;
  await refuseUnwritable(output === undefined ? [] : [output], args);
  const launched = values.launched === undefined ? undefined : await launchedFrom(values.launched, stdin);
  const result = output === '-' ? undefined : output;
  const imported = await withStandardInput(args, stdin, false, (paths) =>
    readLogs(paths, { set, format, launched, roles, units, result }),
  );
  refuseStrangeSets(imported.evals, { '--role': roles, '--unit': units });
  const files = imported.runs.flatMap((one) => one.files);
  await refuseUnwritable(result === undefined ? [] : [result], files);
  const rows = imported.runs.reduce((sum, { evaluations }) => sum + evaluations.length, 0);

  const text = /\.(jsonl|ndjson)$/.test(output ?? '')
    ? importedJsonLines(imported.runs)
    : importedCsv(imported.runs);
  if (output !== undefined && output !== '-')
    sayWritten(await writeAtomically(output, text, values), [output], printer);
  if (printer.json) printer.dataJson(asDocument(imported, rows, output));
  else if (output === undefined || output === '-') printer.data(text);
  printer.say(summary(imported, output, printer.width));
  printer.problems(imported.problems);
  return exitStatus.done;
};

/** Roles and units are given by the names of sets; one that no log has is most likely a slip. */
function refuseStrangeSets(
  evals: readonly EvalSet[],
  given: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>,
): void {
  const names = evals.map(({ name }) => name);
  const strange = Object.entries(given).flatMap(([option, told]) =>
    Object.keys(told ?? {})
      .filter((name) => !names.includes(name))
      .map((name) => evalUnknown({ option, name, nearest: nearest(name, names) }, { field: option })),
  );
  if (strange.length > 0) throw new Refusal(strange);
}

const columns: readonly TableColumn[] = [
  { title: 'run', align: 'left' },
  { title: 'format', align: 'left' },
  { title: 'rows', align: 'right' },
  { title: 'from', align: 'right' },
  { title: 'to', align: 'right' },
  { title: 'sets', align: 'left' },
];

/** What was found, where it came from, and what to do next. */
function summary({ runs, evals }: ImportedRuns, output: string | undefined, width: number): string {
  const rows = runs.map((one) => {
    const { name, format, evaluations } = one;
    const [from, to] = [evaluations[0], evaluations[evaluations.length - 1]].map((end) =>
      end === undefined ? '' : tokensText(end.tokens),
    );
    return [
      name === '' ? '(base models)' : name,
      format,
      String(evaluations.length),
      from,
      to,
      setsOf(one).join(', '),
    ];
  });
  const written = output === undefined || output === '-' ? 'RUNS' : shellQuote(output);
  return [
    table(columns, rows),
    ...originLines(runs).map((line) => fill(line, Math.min(width, 100), 2)),
    `next: mixplan check ${written}${flagsFor(evals)}, then mixplan fit ${written}${flagsFor(evals)} -o pilots.fit.json`,
  ].join('\n');
}

/** `from --set: params; from runs.yaml: domain_ratio`, once for all runs of which the same is true. */
function originLines(runs: readonly ImportedRun[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { name, origins } of runs) {
    const byOrigin = new Map<string, string[]>();
    for (const [column, origin] of Object.entries(origins))
      byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), column]);
    const line = [...byOrigin].map(([origin, from]) => `${listed(from)} from ${origin}`).join('; ');
    lines.set(line, [...(lines.get(line) ?? []), name]);
  }
  const whose = (names: readonly string[]): string =>
    names.length === runs.length
      ? ''
      : `${names.length > 3 ? `${names.slice(0, 3).join(', ')}, ...` : names.join(', ')}: `;
  return [...lines].filter(([line]) => line !== '').map(([line, names]) => whose(names) + line);
}

/** What the next command has to be told of sets whose names and losses do not say it. */
function flagsFor(evals: readonly EvalSet[]): string {
  const roles = evals
    .filter(({ name, role }) => roleFromName(name) !== role)
    .map(({ name, role }) => `${name}=${role}`);
  const units = evals.filter(({ unit }) => unit !== 'nats').map(({ name, unit }) => `${name}=${unit}`);
  return [
    ...(roles.length > 0 ? [` --role ${shellQuote(roles.join(','))}`] : []),
    ...(units.length > 0 ? [` --unit ${shellQuote(units.join(','))}`] : []),
  ].join('');
}

const setsOf = ({ evaluations }: ImportedRun): string[] => [
  ...new Set(evaluations.flatMap(({ losses }) => Object.keys(losses))),
];

function asDocument(
  { runs, evals, problems }: ImportedRuns,
  rows: number,
  output: string | undefined,
): ImportDocument {
  return {
    schema: 'mixplan.import/1',
    output: output === undefined || output === '-' ? null : output,
    rows,
    runs: runs.map((one) => ({
      name: one.name,
      format: one.format,
      files: [...one.files],
      rows: one.evaluations.length,
      firstTokens: one.evaluations[0]?.tokens ?? null,
      lastTokens: one.evaluations[one.evaluations.length - 1]?.tokens ?? null,
      sets: setsOf(one),
      origins: { ...one.origins },
    })),
    evals: evals.map((set) => ({ ...set })),
    problems: problems.map((problem) => ({ ...problem })),
  } as ImportDocument;
}
