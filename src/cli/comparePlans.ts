/**
 * Two plans: what each recommends, which inputs differ, and what each of these does alone. Plans are made again by the very
 * command that wrote them, from the fit that they name, with one input of the other plan at a time.
 */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { PlanComparison, PlanOutcomeDocument } from '../documents/comparison.ts';
import { parseDocument } from '../documents/read.ts';
import { documentKinds } from '../documents/schemas.ts';
import { sha256 } from '../documents/sha256.ts';
import { type OptionName, optionOf, options } from '../options/all.ts';
import { optionWords, shellWords } from '../options/commandLine.ts';
import { parseArguments } from '../options/parse.ts';
import { Refusal } from '../problems/problem.ts';
import type { Command } from './command.ts';
import { exitStatus } from './exit.ts';
import { fitPathOf } from './fitOfPlan.ts';
import { createPrinter } from './printer.ts';

type Values = Readonly<Partial<Record<OptionName, unknown>>>;
type PlanLike = Awaited<ReturnType<typeof parsePlan>>;

/** A plan as it lies in a file. */
export interface PlanFile {
  readonly file: string;
  readonly plan: PlanLike;
}

/** What one changes together: the options behind it. All other options are inputs of their own. */
const GROUPS: Readonly<Record<string, readonly OptionName[]>> = {
  model: ['params', 'model', 'family', 'sequenceLength'],
  'base losses': ['baseLoss', 'assumeBaseFromSizeLaw'],
  hardware: ['gpu', 'gpus', 'mfu', 'throughput', 'goodput'],
};

/** The fit is one input whatever options it was made with; the rest changes nothing in what is planned. */
const NO_INPUTS: ReadonlySet<OptionName> = new Set<OptionName>([
  ...([
    'map',
    'role',
    'unit',
    'replayEval',
    'law',
    'objective',
    'delta',
    'draws',
    'resampling',
    'seed',
    'level',
  ] as const),
  ...(['threads', 'output', 'fitOutput', 'force', 'config', 'noConfig', 'curve'] as const),
  ...(['json', 'quiet', 'noColor', 'debug'] as const),
]);

export function parsePlan(text: string, file: string) {
  return parseDocument(text, documentKinds.plan, file);
}

/** @param command the command that makes plans */
export async function comparePlans(a: PlanFile, b: PlanFile, command: Command): Promise<PlanComparison> {
  const asked = [a, b].map(({ plan }) => valuesOf(plan.command, command));
  const [ofA, ofB] = asked;
  const inputs = ofA === undefined || ofB === undefined ? [] : differingInputs(ofA, ofB);
  const fits = await Promise.all([a, b].map(fitOf));
  const otherFit = hashOf(a.plan) !== hashOf(b.plan);
  const notMadeAgain =
    otherFit || inputs.length > 0 || ofA === undefined || ofB === undefined
      ? await whyNot(a, b, asked, fits, otherFit, command)
      : null;
  const alone = async (fit: string, values: Values) =>
    notMadeAgain === null ? await makeAgain(command, fit, values) : null;
  const rows: PlanComparison['inputs'] = [];
  if (otherFit) {
    const [one, other] = [a, b].map(({ plan }) => plan.fit?.path ?? null);
    rows.push({ input: 'fit', a: one, b: other, alone: await alone(fits[1] ?? '', ofA ?? {}) });
  }
  for (const { input, names } of inputs) {
    const changed = { ...ofA, ...Object.fromEntries(names.map((name) => [name, ofB?.[name]])) };
    const text = (values: Values | undefined): string | null => inputText(names, values ?? {});
    rows.push({ input, a: text(ofA), b: text(ofB), alone: await alone(fits[0] ?? '', changed) });
  }
  return {
    schema: 'mixplan.comparison/1',
    kind: 'plans',
    files: { a: a.file, b: b.file },
    outcome: { a: outcomeOf(a.plan), b: outcomeOf(b.plan) },
    inputs: rows,
    notMadeAgain,
  };
}

/** The values behind the line that wrote a plan; undefined where this version does not understand it. */
function valuesOf(line: string, command: Command): Values | undefined {
  const [program, name, ...words] = shellWords(line) ?? [];
  if (program !== 'mixplan' || name !== command.name) return undefined;
  try {
    return parseArguments(command.arguments, command.options, words).values;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function differingInputs(a: Values, b: Values): { input: string; names: readonly OptionName[] }[] {
  const differs = (name: OptionName): boolean =>
    (inputText([name], a) ?? '') !== (inputText([name], b) ?? '');
  const grouped = new Set(Object.values(GROUPS).flat());
  const single = (Object.keys(options) as OptionName[]).filter(
    (name) => !NO_INPUTS.has(name) && !grouped.has(name),
  );
  const groups = [
    ...Object.entries(GROUPS).map(([input, names]) => ({ input, names })),
    ...single.map((name) => ({ input: optionOf(name).flag.slice(2), names: [name] })),
  ];
  return groups.filter(({ names }) => names.some(differs));
}

/** As flags, a single one without its name; null where none is given. */
function inputText(names: readonly OptionName[], values: Values): string | null {
  const given = Object.fromEntries(names.map((name) => [name, values[name]]));
  const words = optionWords(given);
  if (words.length > 0) return names.length === 1 && words.length === 2 ? words[1] : words.join(' ');
  const [name] = names;
  const option = optionOf(name);
  const isDefault = names.length === 1 && option.kind === 'value' && option.initial !== undefined;
  return isDefault ? option.unit.format(option.initial) : null;
}

const hashOf = ({ fit }: PlanLike): string | null => (fit === null ? null : fit.sha256);

/** Path of the fit behind a plan, where it still is what the plan was made from. */
async function fitOf({ file, plan }: PlanFile): Promise<string | undefined> {
  if (plan.fit === null) return undefined;
  const path = fitPathOf(plan, file);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text !== undefined && sha256(text) === plan.fit.sha256 ? path : undefined;
}

/** Why plan a cannot be made again with the inputs of b; null where it can, which making it as it was has shown. */
async function whyNot(
  a: PlanFile,
  b: PlanFile,
  values: readonly (Values | undefined)[],
  [fitOfA, fitOfB]: readonly (string | undefined)[],
  otherFit: boolean,
  command: Command,
): Promise<string | null> {
  const notUnderstood = [a, b].find((_, i) => values[i] === undefined);
  if (notUnderstood !== undefined)
    return `this version of mixplan does not understand the command of ${notUnderstood.file}`;
  if (a.plan.fit === null) return `${a.file} rests on no fit`;
  if (fitOfA === undefined)
    return `the fit of ${a.file}, ${a.plan.fit.path}, is not there or has changed since`;
  if (otherFit && fitOfB === undefined) return 'the fit of the other plan is not there or has changed since';
  const again = await makeAgain(command, fitOfA, values[0] ?? {});
  const before = outcomeOf(a.plan);
  const same =
    again.kind === 'planned' &&
    Math.abs(again.outcome.domainRatio - before.domainRatio) <= 1e-6 &&
    Math.abs(again.outcome.tokens / before.tokens - 1) <= 1e-6;
  return same ? null : `this version of mixplan plans something else from the command of ${a.file}`;
}

/** Runs the command with these values on a fit, and reads the plan that it prints. */
async function makeAgain(command: Command, fit: string, values: Values) {
  const printed = { stdout: '', stderr: '' };
  const sink = (stream: keyof typeof printed) => ({
    write: (text: string) => {
      printed[stream] += text;
    },
  });
  const streams = { stdout: sink('stdout'), stderr: sink('stderr') };
  const printer = createPrinter({ ...streams, json: true, quiet: true, colour: false });
  const asked = { ...values, output: '-', fitOutput: undefined, config: undefined, noConfig: true };
  const argv = [...optionWords(asked), '--', fit];
  try {
    const status = await command.start(argv, printer, Readable.from([]));
    if (status !== exitStatus.done) return refused(problemsOn(printed.stderr));
    return { kind: 'planned' as const, outcome: outcomeOf(await parsePlan(printed.stdout, 'the plan')) };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.problems);
    throw error;
  }
}

function refused(problems: readonly { readonly code: string; readonly message: string }[]) {
  return { kind: 'refused' as const, problems: problems.map(({ code, message }) => ({ code, message })) };
}

/** Problems as the printer writes them with --json: one a line. */
function problemsOn(stderr: string): { code: string; message: string }[] {
  const lines = stderr.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as { code: string; message: string });
}

function outcomeOf(plan: PlanLike): PlanOutcomeDocument {
  const [run] = plan.runs;
  const domain = run.corpora.filter(({ role }) => role === 'domain');
  const { point, interval } = plan.critical;
  return {
    params: plan.model.params,
    tokens: run.tokens,
    domainRatio: domain.reduce((sum, { share }) => sum + share, 0),
    critical: { point, interval },
    within: plan.within,
    predicted:
      plan.predicted === null
        ? null
        : Object.fromEntries(
            Object.entries(plan.predicted).map(([set, { end }]) => [
              set,
              { loss: end.loss, interval: end.interval },
            ]),
          ),
  };
}
