/**
 * What a command is. To add one:
 *
 * 1. write `cli/commands/NAME.ts`, which exports
 *    `export const run: Run<'tolerance' | 'budget'> = async ({ args, values, printer }) => { ... }`
 *    with the names of the options it takes (see `options/all.ts`; add what is missing there);
 * 2. add a `defineCommand({ ... })` entry for it to `cli/commands.ts`.
 *
 * The entry is light and always loaded; `load` brings in the heavy modules, only when the command runs.
 * A command writes its answer with `printer.data` or `printer.json`, tells problems with `printer.problems`,
 * throws a `Refusal` on broken input and returns the exit status.
 */
import type { Readable } from 'node:stream';
import { listed } from '../explain/numbers.ts';
import type { GlobalOptionName, OptionName, OptionValues } from '../options/all.ts';
import { commandLine } from '../options/commandLine.ts';
import { type ArgumentSpec, parseArguments, settingsAsked, withoutUnused } from '../options/parse.ts';
import type { ExitStatus } from './exit.ts';
import type { Printer } from './printer.ts';
import { findSettings, withoutStray } from './settings.ts';

export interface CommandContext<Names extends OptionName> {
  /** Operands, as many as the command's `arguments` allow. */
  readonly args: readonly string[];
  readonly values: OptionValues<Names | GlobalOptionName>;
  readonly printer: Printer;
  /** What `-` as an operand reads. */
  readonly stdin: Readable;
  /** The command line that reproduces this run: `mixplan plan pilots.csv --budget 512gpu-h`. */
  readonly reproduce: string;
  /**
   * The same for an answer of a kind that uses these options alone: what a file of settings gives beyond them is left out, and
   * that is said. Flags that were typed stay, for the answer to refuse.
   * @param operands whether it uses operands; it does unless told otherwise
   */
  readonly using: (used: readonly OptionName[], operands?: boolean) => CommandContext<Names>;
}

export type Run<Names extends OptionName> = (context: CommandContext<Names>) => Promise<ExitStatus>;

export interface CommandDeclaration<Names extends OptionName> {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly Names[];
  /** Whole command lines that work, for `--help`. */
  readonly examples: readonly string[];
  /** Options that shape a part of the answer which a switch asks for: without it, settings do not give them. */
  readonly within?: { readonly switch: OptionName; readonly options: readonly OptionName[] };
  readonly load: () => Promise<{ readonly run: Run<Names> }>;
}

/** A declared command whose option types have done their work. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
  /** Parses what follows the command's name, throwing a `Refusal` with every fault, and runs it. */
  readonly start: (argv: readonly string[], printer: Printer, stdin: Readable) => Promise<ExitStatus>;
}

export function defineCommand<const Names extends OptionName>(
  declaration: CommandDeclaration<Names>,
): Command {
  const { name, summary, arguments: operands, options, examples, within, load } = declaration;
  return {
    name,
    summary,
    arguments: operands,
    options,
    examples,
    start: async (argv, printer, stdin) => {
      const takes = (options as readonly OptionName[]).includes('config');
      const found = takes ? await findSettings(settingsAsked(options, argv), stdin) : undefined;
      const settings = found && within ? withoutStray(found, argv, within) : found;
      const parsed = parseArguments(operands, options, argv, settings);
      if (settings !== undefined && parsed.fromSettings.length > 0)
        printer.say(`${settings.file} gives ${listed(parsed.fromSettings.map(({ key }) => key))}`);
      const contextOf = (line: typeof parsed): CommandContext<Names> => {
        const { args, values } = line;
        // The answer shall come out again whatever the file of settings says by then.
        const alone =
          parsed.fromSettings.length === 0 ? values : { ...values, config: undefined, noConfig: true };
        return {
          args,
          values,
          printer,
          stdin,
          reproduce: commandLine(name, args, alone),
          using: (used, usesOperands = true) => {
            const { line: narrowed, unused } = withoutUnused(line, used, usesOperands);
            if (unused.length > 0) printer.say(`not used for this: ${listed(unused)}`);
            return contextOf(narrowed);
          },
        };
      };
      const { run } = await load();
      return run(contextOf(parsed));
    },
  };
}
