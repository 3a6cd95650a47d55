/** Help, made from the same data as the command line itself. */

import type { AnyOption } from '../options/all.ts';
import { globalOptionNames, inDeclaredOrder, type OptionName, optionOf } from '../options/all.ts';
import { listExamples } from '../problems/units.ts';
import type { Command } from './command.ts';
import type { Paint } from './printer.ts';
import { definitions, fill } from './text.ts';

const purpose =
  'Plans continual pre-training of language models: from small pilot runs to a domain ratio, a token count and an honest interval.';

/** What `mixplan --help` prints. */
export function programHelp(commands: readonly Command[], width: number, paint: Paint): string {
  const general: (readonly [string, string])[] = [
    ...optionRows(globalOptionNames),
    ['--help, -h', 'this text; after a command, what it takes'],
    ['--version, -V', 'the version'],
  ];
  return [
    fill(purpose, Math.min(width, 90)),
    `${paint('bold', 'Usage:')} mixplan COMMAND [OPTIONS]`,
    `${paint('bold', 'Commands:')}\n${definitions(
      commands.map(({ name, summary }) => [name, summary]),
      width,
    )}`,
    `${paint('bold', 'First steps:')}\n${firstSteps.map((line) => `  ${line}`).join('\n')}`,
    `${paint('bold', 'Options of every command:')}\n${definitions(general, width)}`,
    `${paint('bold', 'Exit status:')}\n${definitions(exitRows, width)}`,
  ].join('\n\n');
}

/** The way from pilots to a plan. */
const firstSteps: readonly string[] = [
  'mixplan check --help         which columns a table of pilot runs has',
  'mixplan check pilots.csv     what the pilots can tell, and which runs to add',
  'mixplan init pilots.csv      settings for this folder, so that plan --budget 512gpu-h is enough',
  'mixplan plan pilots.csv --model llama-3.1-8b --gpu h100-sxm --budget 512gpu-h --tolerance 3%',
];

const exitRows: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'an honest negative: infeasible, not converged, extrapolation refused, off course'],
  ['2', 'wrong usage or bad data'],
  ['70', 'a fault of mixplan'],
  ['130', 'interrupted'],
];

/** What `mixplan COMMAND --help` prints. */
export function commandHelp(command: Command, width: number, paint: Paint): string {
  const own = inDeclaredOrder(command.options).filter((name) => command.options.includes(name));
  const operands = command.arguments.map(({ name, required, variadic }) => {
    const word = `${name}${variadic ? '...' : ''}`;
    return required ? word : `[${word}]`;
  });
  const usage = ['mixplan', command.name, ...operands, '[OPTIONS]'].join(' ');
  const sections = [
    `${paint('bold', 'Usage:')} ${usage}`,
    `${capitalise(command.summary)}.`,
    section(
      'Operands',
      command.arguments.map(({ name, help, settings }) => [
        name,
        settings === undefined
          ? help
          : `${help}; where none is given, ${settings.join(' or ')} in mixplan.yaml`,
      ]),
      width,
      paint,
    ),
    section('Options', optionRows(own), width, paint),
    section('Options of every command', optionRows(globalOptionNames), width, paint),
    command.examples.length === 0
      ? ''
      : `${paint('bold', 'Examples:')}\n${command.examples.map((example) => `  ${example}`).join('\n')}`,
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function section(
  title: string,
  rows: readonly (readonly [string, string])[],
  width: number,
  paint: Paint,
): string {
  return rows.length === 0 ? '' : `${paint('bold', `${title}:`)}\n${definitions(rows, width)}`;
}

function optionRows(names: readonly OptionName[]): readonly (readonly [string, string])[] {
  return names.flatMap((name) => rowsOf(optionOf(name)));
}

function rowsOf(option: AnyOption): readonly (readonly [string, string])[] {
  const flags = option.short === undefined ? option.flag : `${option.flag}, ${option.short}`;
  if (option.kind === 'switch') return [[flags, option.help]];
  const { unit, placeholder, initial, aliases = [] } = option;
  const typical = initial === undefined ? listExamples(unit.examples.slice(0, 2)) : unit.format(initial);
  const more = initial === undefined ? `, such as ${typical}` : ` (default ${typical})`;
  const own = [`${flags} ${placeholder}`, `${option.help}${more}`] as const;
  return [own, ...aliases.map((alias) => [`${alias.flag} ${placeholder}`, alias.help] as const)];
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
