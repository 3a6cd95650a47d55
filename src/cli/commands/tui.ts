import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../documents/sha256.ts';
import { type OptionName, type OptionValues, optionOf } from '../../options/all.ts';
import { optionNeeds } from '../../problems/options.ts';
import { Refusal } from '../../problems/problem.ts';
import { noTerminal, planWithoutLogs, screenReadsKeys } from '../../problems/tui.ts';
import type { Shown } from '../../tui/onScreen.tsx';
import type { Host, Source } from '../../tui/source.ts';
import type { Terminal } from '../../tui/terminal.ts';
import type { Values } from '../../tui/values.ts';
import { fitFromEither } from '../asking.ts';
import type { CommandContext, Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { fitFileOf } from '../fitFile.ts';
import { fitPathOf } from '../fitOfPlan.ts';
import { type FittingOptions, fittingOptions } from '../fittingOptions.ts';
import { type PlanningOptions, planningOptions } from '../planningOptions.ts';
import { askedPlan } from '../planQuestion.ts';
import { planRequest } from '../planRequest.ts';
import { colourAllowed, type Printer } from '../printer.ts';
import type { ReadingOptions } from '../watching.ts';

type Options = FittingOptions | PlanningOptions | ReadingOptions | 'ascii' | 'screenReader';

/** Options that have a meaning for logs alone, and all with which logs are read. */
const OF_LOGS = ['run', 'set', 'format'] as const satisfies readonly OptionName[];
const readingOptions = [...OF_LOGS, 'map', 'role', 'unit'] as const satisfies readonly ReadingOptions[];

/** Options of a plan from a saved fit: what the screen asks, and what its command carries. */
const ASKED = [
  ...planningOptions,
  'assumeLrTransfer',
  'assumeTransfer',
  'exclude',
  'law',
] as const satisfies readonly OptionName[];

/**
 * `mixplan tui [FIT|RUNS...]` and `mixplan tui PLAN LOGS...`: the terminal UI. What was on the screen when it was left is printed as
 * a command.
 */
export const run: Run<Options> = async (context) => {
  const { args } = context;
  const terminal = terminalOf(context.stdin);
  if (args.includes('-')) throw new Refusal([screenReadsKeys({})]);
  const colour = readyToDraw(context.values.noColor);
  const { ascii, screenReader } = context.values;
  const shown: Shown = { look: { colour, ascii }, terminal, screenReader };
  const text = args.length === 0 ? '' : await readFile(args[0], 'utf8').catch(() => '');
  const left = looksLikePlan(text) ? await watch(text, context, shown) : await play(context, shown);
  if (left.length > 0) context.printer.data(left.join('\n'));
  return exitStatus.done;
};

/** Documents say first what they are. */
const looksLikePlan = (text: string): boolean => /^\uFEFF?\s*\{\s*"schema"\s*:\s*"mixplan\.plan\//.test(text);

/** Plays with a fit; the commands of the screen as it was left. */
async function play(context: CommandContext<Options>, shown: Shown): Promise<readonly string[]> {
  const { args, values, printer, reproduce } = context.using([...fittingOptions, ...planningOptions]);
  const stray = OF_LOGS.filter((name) => values[name] !== undefined);
  if (stray.length > 0)
    throw new Refusal(stray.map((name) => optionNeeds({ flag: optionOf(name).flag, needs: 'PLAN LOGS' })));
  const host = hostFor(values, printer);
  const source = args.length === 0 ? undefined : await host.open(args);
  const { runTui } = await import('../../tui/start.tsx');
  const asked: Values = {
    ...askedOf(values),
    // Of runs these were fitted with.
    ...(source?.kind === 'runs' ? { law: undefined } : {}),
    ...(reproduce.includes(' --no-config') ? { noConfig: true } : {}),
  };
  return runTui({ ...shown, host, source, asked });
}

/** Watches the run of a plan; the command of the screen. */
async function watch(
  text: string,
  context: CommandContext<Options>,
  shown: Shown,
): Promise<readonly string[]> {
  // Settings are about plans to be made: as in mixplan watch, logs are read by what is typed.
  const {
    args: [path, ...logs],
    values,
  } = context.using([]);
  const [{ refuseOthers }, { readPlan }, { followedRun }, { runWatchTui }] = await Promise.all([
    import('../refuseOthers.ts'),
    import('../watchSession.ts'),
    import('../watchFollowed.ts'),
    import('../../tui/watch/start.tsx'),
  ]);
  refuseOthers(
    values,
    [...readingOptions, 'ascii', 'screenReader'],
    path,
    'a plan is settled, its run is watched',
  );
  const plan = await readPlan(path, text);
  if (logs.length === 0) throw new Refusal([planWithoutLogs({ plan: path, fit: fitPathOf(plan, path) })]);
  return runWatchTui({
    ...shown,
    watching: {
      plan,
      path,
      logs,
      reading: pick(values, readingOptions),
      missing: () => logs.filter((log) => !existsSync(log)),
      follow: await followedRun(plan, path, logs, values),
      run: runCommand,
    },
  });
}

/** Whether there are colours; read when ink is loaded, which takes no notice of NO_COLOR. */
function readyToDraw(noColor: boolean): boolean {
  const colour = colourAllowed(noColor ? ['--no-color'] : [], process.env);
  if (!colour) process.env.FORCE_COLOR = '0';
  return colour;
}

/** Both ends as a terminal, or a refusal. */
function terminalOf(stdin: Readable): Terminal {
  const { stdout } = process;
  if (!('isTTY' in stdin && stdin.isTTY === true)) throw new Refusal([noTerminal({ stream: 'input' })]);
  if (!stdout.isTTY) throw new Refusal([noTerminal({ stream: 'output' })]);
  return { stdin: stdin as Terminal['stdin'], stdout };
}

/** Of the options given, those that the command of the screen carries. */
export function askedOf(values: OptionValues<FittingOptions | PlanningOptions>): Values {
  return pick(values, ASKED);
}

/** What the screen asks of the commands. */
export function hostFor(values: OptionValues<FittingOptions | PlanningOptions>, printer: Printer): Host {
  return {
    shipped: shippedFit(),
    run: runCommand,
    request: (fit, asked, from) => {
      const whole = { ...values, ...asked } as typeof values;
      return planRequest(fit, askedPlan(whole), whole, from);
    },
    open: async (args) => {
      // Runs are left out on the screen; and of a saved fit laws are chosen there.
      const isFit = args.length === 1 && /\.json$/i.test(args[0]);
      const asked = { ...values, exclude: undefined, law: isFit ? undefined : values.law };
      const { fit, text, path } = await fitFromEither(args, asked, Readable.from([]), printer);
      const source: Source = {
        kind: path === undefined ? 'runs' : 'fit',
        args,
        fit,
        sha256: sha256(text),
        fitting: path === undefined ? pick(asked, fittingOptions) : {},
        pathWithout: (exclude) =>
          path !== undefined && exclude.length === 0
            ? relative('.', path).replaceAll('\\', '/')
            : fitFileOf(args),
      };
      return source;
    },
  };
}

/** Runs a command as if its words were typed, and keeps what it writes. */
const runCommand: Host['run'] = async (words) => {
  // Only now, because it is this command that was loaded by it.
  const { main } = await import('../main.ts');
  const written = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof written) => ({
    write: (text: string) => {
      written[stream] += text;
    },
  });
  const streams = { stdin: Readable.from([]), stdout: into('stdout'), stderr: into('stderr'), env: {} };
  const status = await main(words, streams);
  return { status, stdout: written.stdout, told: written.stderr };
};

function pick<Name extends OptionName>(values: Values, names: readonly Name[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

/** The fit that ships, as a path from the current folder: beside this program, in the sources and when installed. */
function shippedFit(): string {
  const name = 'fits/pilots-kernel-c.fit.json';
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const path = fileURLToPath(new URL(name, folder));
    if (existsSync(path) || folder.pathname === '/') return relative('.', path) || basename(path);
  }
}
