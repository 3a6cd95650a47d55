/**
 * From words to an exit status. Nothing here ends the process or touches global streams, so that tests and
 * other programs can call it.
 */
import type { Readable } from 'node:stream';
import { flagsOf, globalOptionNames } from '../options/all.ts';
import { unknownCommand, unknownOption } from '../problems/options.ts';
import { Refusal } from '../problems/problem.ts';
import { commands } from './commands.ts';
import { type ExitStatus, exitStatus } from './exit.ts';
import { commandHelp, programHelp } from './help.ts';
import { colourAllowed, createPrinter, type Environment, type Printer, type Sink } from './printer.ts';
import { readVersion } from './version.ts';

export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Environment;
}

/** Runs `mixplan` with the words after the program's name. Never throws. */
export async function main(argv: readonly string[], streams: Streams): Promise<ExitStatus> {
  // These decide how faults of the command line itself are told, so they are looked up before it is parsed.
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  const printer = createPrinter({
    stdout: streams.stdout,
    stderr: streams.stderr,
    json: words.includes('--json'),
    quiet: words.includes('--quiet'),
    colour: colourAllowed(words, streams.env),
  });
  try {
    return await dispatch(argv, words, printer, streams.stdin);
  } catch (error) {
    if (error instanceof Refusal) {
      printer.problems(error.problems);
      return error.exitStatus;
    }
    streams.stderr.write(apology(error, words.includes('--debug')));
    return exitStatus.bug;
  }
}

async function dispatch(
  argv: readonly string[],
  words: readonly string[],
  printer: Printer,
  stdin: Readable,
): Promise<ExitStatus> {
  const position = words.findIndex((word) => !word.startsWith('-'));
  const first = words[position];
  if (first === undefined) {
    const tui = commands.find(({ name }) => name === 'tui');
    const inTerminal = 'isTTY' in stdin && stdin.isTTY === true && printer.onTerminal;
    return argv.length === 0 && inTerminal && tui !== undefined
      ? tui.start([], printer, stdin)
      : aboutTheProgram(words, printer);
  }
  // `mixplan help plan` is `mixplan plan --help`.
  const asksForHelp = first === 'help';
  const name = asksForHelp ? words.slice(position + 1).find((word) => !word.startsWith('-')) : first;
  if (name === undefined) return aboutTheProgram([], printer);
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw new Refusal([
      unknownCommand({ command: name, commands: commands.map((candidate) => candidate.name) }),
    ]);
  }
  if (asksForHelp || words.includes('--help') || words.includes('-h')) {
    printer.data(commandHelp(command, printer.width, printer.paint));
    return exitStatus.done;
  }
  return command.start(argv.toSpliced(position, 1), printer, stdin);
}

/** Help or version: what a line without a command asks for. */
function aboutTheProgram(words: readonly string[], printer: Printer): ExitStatus {
  const flags = ['--help', '-h', '--version', '-V', ...globalOptionNames.flatMap(flagsOf)];
  const unknown = words.filter((word) => !flags.includes(word));
  if (unknown.length > 0) throw new Refusal(unknown.map((flag) => unknownOption({ flag, flags })));
  const wantsVersion = words.includes('--version') || words.includes('-V');
  printer.data(wantsVersion ? readVersion() : programHelp(commands, printer.width, printer.paint));
  return exitStatus.done;
}

/** What a person reads when the program is at fault. */
function apology(error: unknown, debug: boolean): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const trace = error instanceof Error && debug ? `${error.stack ?? what}\n` : '';
  const advice = debug
    ? 'Please report it with the lines above and the command that you ran.'
    : 'Please report it with the command that you ran; --debug shows where it happened.';
  return `${trace}This is a fault of mixplan ${readVersion()}, not of your data, and we are sorry: ${what}\n${advice}\n`;
}
