import { existsSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../documents/sha256.ts';
import type { OptionName, OptionValues } from '../../options/all.ts';
import { Refusal } from '../../problems/problem.ts';
import { noTerminal } from '../../problems/tui.ts';
import type { Host, Source } from '../../tui/source.ts';
import type { Terminal } from '../../tui/terminal.ts';
import type { Values } from '../../tui/values.ts';
import { fitFromEither } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { fitFileOf } from '../fitFile.ts';
import { type FittingOptions, fittingOptions } from '../fittingOptions.ts';
import { type PlanningOptions, planningOptions } from '../planningOptions.ts';
import { askedPlan } from '../planQuestion.ts';
import { planRequest } from '../planRequest.ts';
import { colourAllowed, createPrinter, type Printer } from '../printer.ts';

type Options = FittingOptions | PlanningOptions | 'ascii' | 'screenReader';

/** Options of a plan from a saved fit: what the screen asks, and what its command carries. */
const ASKED = [
  ...planningOptions,
  'assumeLrTransfer',
  'assumeTransfer',
  'exclude',
  'law',
] as const satisfies readonly OptionName[];

/** `mixplan tui [FIT|RUNS...]`: the terminal UI. What was on the screen when it was left is printed as a command. */
export const run: Run<Options> = async ({ args, values, printer, stdin, reproduce }) => {
  const terminal = terminalOf(stdin);
  const host = hostFor(values, printer);
  const source = args.length === 0 ? undefined : await host.open(args);
  // Read when ink is loaded: without it React is the slow one that checks, and ink takes no notice of NO_COLOR.
  process.env.NODE_ENV ??= 'production';
  const colour = colourAllowed(values.noColor ? ['--no-color'] : [], process.env);
  if (!colour) process.env.FORCE_COLOR = '0';
  const { runTui } = await import('../../tui/start.tsx');
  const asked: Values = {
    ...askedOf(values),
    // Of runs these were fitted with.
    ...(source?.kind === 'runs' ? { law: undefined, exclude: undefined } : {}),
    ...(reproduce.includes(' --no-config') ? { noConfig: true } : {}),
  };
  const look = { colour, ascii: values.ascii };
  const left = await runTui({ host, source, asked, look, terminal, screenReader: values.screenReader });
  if (left.length > 0) printer.data(left.join('\n'));
  return exitStatus.done;
};

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
    run: async (words) => {
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
    },
    request: (fit, asked, from) => {
      const whole = { ...values, ...asked } as typeof values;
      return planRequest(fit, askedPlan(whole), whole, from);
    },
    open: async (args) => {
      // Of a saved fit, runs are left out and laws chosen on the screen.
      const isFit = args.length === 1 && /\.json$/i.test(args[0]);
      const asked = isFit ? { ...values, exclude: undefined, law: undefined } : values;
      const { fit, text, path } = await fitFromEither(args, asked, Readable.from([]), printer);
      const source: Source = {
        kind: path === undefined ? 'runs' : 'fit',
        args,
        fit,
        sha256: sha256(text),
        fitting: path === undefined ? pick(values, fittingOptions) : {},
        pathWithout: (exclude) =>
          path !== undefined && exclude.length === 0
            ? relative('.', path).replaceAll('\\', '/')
            : fitFileOf(args),
      };
      return source;
    },
  };
}

/** A printer that says nothing, for answers behind the screen. */
export function silentPrinter(): Printer {
  const nowhere = { write: () => undefined };
  return createPrinter({ stdout: nowhere, stderr: nowhere, json: false, quiet: true, colour: false });
}

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
