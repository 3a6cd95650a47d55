/**
 * Settings: operands and options that a file gives where the command line does not. This is what they are once they were
 * read, and which keys there are; `settingsFile.ts` reads them from YAML.
 */
import type { Unit } from '../units/unit.ts';
import { flagsOf, type OptionName, optionOf, options, rivals } from './all.ts';

/** Keys that stand for operands. */
export const operandKeys = ['fit', 'runs'] as const;
export type OperandKey = (typeof operandKeys)[number];

export interface Settings {
  /** Path of the file. */
  readonly file: string;
  /** Paths as seen from the current folder. */
  readonly operands: ReadonlyMap<OperandKey, readonly string[]>;
  readonly values: ReadonlyMap<OptionName, unknown>;
}

/** Options that say how one command is run, or what it writes: in a file they would hold for every command. */
const onlyOnCommandLine: ReadonlySet<OptionName> = new Set([
  'run',
  'check',
  'list',
  'output',
  'fitOutput',
  'force',
  'config',
  'noConfig',
  'json',
  'quiet',
  'noColor',
  'debug',
]);

/** What a key sets: an option, read by its own unit (`undefined`: a switch), or a flag that no file may hold. */
export type SettingKey =
  | { readonly kind: 'option'; readonly name: OptionName; readonly unit: Unit<unknown> | undefined }
  | { readonly kind: 'commandLineOnly' };

/** Every option by its flags without the dashes, `replay` beside `domain-ratio`. */
export const settingKeys: ReadonlyMap<string, SettingKey> = new Map(
  (Object.keys(options) as OptionName[]).flatMap((name): [string, SettingKey][] => {
    const option = optionOf(name);
    const keys = flagsOf(name).filter((flag) => flag.startsWith('--'));
    if (onlyOnCommandLine.has(name)) return keys.map((flag) => [flag.slice(2), { kind: 'commandLineOnly' }]);
    return keys.map((flag) => {
      const alias = option.kind === 'value' ? option.aliases?.find((each) => each.flag === flag) : undefined;
      const unit = option.kind === 'value' ? (alias ?? option).unit : undefined;
      return [flag.slice(2), { kind: 'option', name, unit }];
    });
  }),
);

/** Whether the command line answers what this option asks, by a rival of it. */
export function isSetAside(name: OptionName, given: ReadonlySet<OptionName>): boolean {
  return rivals.some((group) => group.includes(name) && group.some((other) => given.has(other)));
}
