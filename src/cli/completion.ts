/** What a shell needs to complete command lines, from the same data as the command line itself. */
import { type OptionName, optionOf } from '../options/all.ts';
import type { Command } from './command.ts';

/** What may stand at a place: one of some words, a file, or something that nobody can guess. */
export type Completes =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'anything' };

export interface CompletedFlag {
  /** The long one first. */
  readonly flags: readonly string[];
  readonly help: string;
  /** Undefined for switches. */
  readonly value?: Completes;
  readonly placeholder?: string;
  /** Takes several of the words, separated by commas. */
  readonly isList?: boolean;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  readonly operands: Completes;
}

/** Words that only the program knows: ids of laws, accelerators and models, codes of problems. */
export interface KnownWords {
  readonly options: Readonly<Partial<Record<OptionName, readonly string[]>>>;
  /** Operands of commands, by the command's name. All others take files. */
  readonly operands: Readonly<Record<string, readonly string[]>>;
}

/** Every command with its flags, in the order of its help, and the help of all. */
export function completedCommands(
  commands: readonly Command[],
  flagsOfCommand: (command: Command) => readonly OptionName[],
  known: KnownWords,
): readonly CompletedCommand[] {
  const help: CompletedFlag = { flags: ['--help', '-h'], help: 'what the command takes' };
  const names = commands.map(({ name }) => name);
  const all = commands.map((command) => ({
    name: command.name,
    summary: command.summary,
    flags: [...flagsOfCommand(command).flatMap((name) => flagsOfOption(name, known.options[name])), help],
    operands: operandsOf(command, known.operands[command.name]),
  }));
  const ofHelp = { name: 'help', summary: 'what a command takes', flags: [], operands: wordsOf(names) };
  return [...all, ofHelp];
}

function operandsOf(command: Command, words: readonly string[] | undefined): Completes {
  if (words !== undefined) return wordsOf(words);
  return command.arguments.length === 0 ? { kind: 'anything' } : { kind: 'files' };
}

const wordsOf = (words: readonly string[]): Completes => ({ kind: 'words', words });

function flagsOfOption(name: OptionName, known: readonly string[] | undefined): readonly CompletedFlag[] {
  const option = optionOf(name);
  const short = option.short === undefined ? [] : [option.short];
  if (option.kind === 'switch') return [{ flags: [option.flag, ...short], help: option.help }];
  const { unit, placeholder, aliases = [] } = option;
  const words = known ?? (unit.collects === 'names' ? undefined : unit.words);
  const value: Completes =
    words !== undefined ? wordsOf(words) : unit.isPath ? { kind: 'files' } : { kind: 'anything' };
  const isList = unit.collects === 'items';
  return [
    { flags: [option.flag, ...short], help: option.help, value, placeholder, isList },
    ...aliases.map(
      ({ flag, help }): CompletedFlag => ({ flags: [flag], help, value: { kind: 'anything' }, placeholder }),
    ),
  ];
}
