/** A file of settings as `mixplan init` writes it: every option there is, explained, with those that are known filled in. */
import { stringify } from 'yaml';
import { type OptionName, optionOf } from '../options/all.ts';
import { type OperandKey, settingKeys } from '../options/settings.ts';
import { listExamples } from '../problems/units.ts';
import { fill } from './text.ts';

/** A value as text, items, or texts by name. */
export type SettingValue = string | readonly string[] | Readonly<Record<string, string>>;

export interface FilledSetting {
  readonly key: string;
  readonly value: SettingValue;
  /** Why it has this value, or what to think of; one line, without a full stop. */
  readonly remark?: string;
}

const WIDTH = 100;

/** What a plan is made from, in the order in which one thinks of it; all other settings have defaults or are seldom needed. */
const ESSENTIAL = [
  'params',
  'model',
  'gpu',
  'throughput',
  'tolerance',
  'base-loss',
] as const satisfies readonly string[];

const OPERANDS: Readonly<Record<OperandKey, { help: string; example: SettingValue }>> = {
  runs: {
    help: 'runs tables that check and fit read, and the others where no fit is given',
    example: ['pilots.csv'],
  },
  fit: {
    help: 'fit that predict, critical and plan ask; mixplan fit -o pilots.fit.json writes one, which saves fitting the runs anew for every answer',
    example: 'pilots.fit.json',
  },
};

/** @param readers names of the commands that read the file */
export function settingsText(filled: readonly FilledSetting[], readers: readonly string[]): string {
  const head =
    `Settings of mixplan for this folder, read by ${readers.join(', ')}. ` +
    'Keys are options of the command line without their dashes; a flag given there comes before the value here. ' +
    'Paths start at the folder of this file. Lines that begin with # do nothing; take the # away to switch one on.';
  const rest = [...settingKeys].flatMap(([key, setting]) =>
    setting.kind === 'option' && !(ESSENTIAL as readonly string[]).includes(key) ? [key] : [],
  );
  const block = (key: string): string =>
    settingBlock(
      key,
      filled.find((each) => each.key === key),
    );
  const blocks = [
    comment(head),
    banner('What is asked'),
    operandBlock('runs', filled),
    operandBlock('fit', filled),
    ...ESSENTIAL.map(block),
    banner('Everything else, at its default where there is one'),
    ...rest.map(block),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function operandBlock(key: OperandKey, filled: readonly FilledSetting[]): string {
  const { help, example } = OPERANDS[key];
  const found = filled.find((each) => each.key === key);
  const line = entry(key, found?.value ?? example);
  return `${comment(help)}\n${found === undefined ? `# ${line}` : line}`;
}

function settingBlock(key: string, filled: FilledSetting | undefined): string {
  const setting = settingKeys.get(key);
  if (setting?.kind !== 'option') throw new Error(`${key} is not a setting`);
  const help = helpOf(setting.name, key);
  const line = entry(key, filled?.value ?? exampleOf(setting.name, key));
  if (filled === undefined) return `${comment(help)}\n# ${line}`;
  return `${comment(filled.remark === undefined ? help : `${help}; ${filled.remark}`)}\n${line}`;
}

function helpOf(name: OptionName, key: string): string {
  const option = optionOf(name);
  if (option.kind === 'switch') return option.help;
  const { help, unit } = option.aliases?.find(({ flag }) => flag === `--${key}`) ?? option;
  return unit.examples.length > 1 ? `${help}, such as ${listExamples(unit.examples)}` : help;
}

/** The default, or something that could stand there. */
function exampleOf(name: OptionName, key: string): SettingValue {
  const option = optionOf(name);
  if (option.kind === 'switch') return 'true';
  const { unit } = option.aliases?.find(({ flag }) => flag === `--${key}`) ?? option;
  const text = option.initial === undefined ? unit.examples[0] : unit.format(option.initial);
  if (unit.collects === 'items') return text.includes(',') ? text.split(',') : text;
  return unit.collects === 'names' && text.includes('=') ? byName(text) : text;
}

/** `{wiki: 3%, pubmed: 2%}` from `wiki=3%,pubmed=2%`, as examples are written. */
function byName(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

function entry(key: string, value: SettingValue): string {
  const text = stringify(value, {
    schema: 'failsafe',
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
  });
  return `${key}: ${text.trimEnd()}`;
}

function comment(text: string): string {
  return fill(text, WIDTH - 2)
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n');
}

function banner(title: string): string {
  return `# ${title} ${'-'.repeat(WIDTH - 3 - title.length)}`;
}
