/**
 * Words of a command line to operands and typed values, with all faults reported together. Splitting is
 * Node's own (`util.parseArgs`); meaning comes from the option data.
 */
import { parseArgs } from 'node:util';
import {
  missingOperand,
  optionsExclude,
  optionWithoutValue,
  repeatedOption,
  surplusOperand,
  switchWithValue,
  unknownOption,
} from '../problems/options.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import type { Unit } from '../units/unit.ts';
import {
  flagsOf,
  type GlobalOptionName,
  inDeclaredOrder,
  type OptionName,
  type OptionValues,
  optionOf,
} from './all.ts';
import { isSetAside, type OperandKey, type Settings } from './settings.ts';

/** An operand of a command. */
export interface ArgumentSpec {
  /** In capitals, as in the usage line: `RUNS`. */
  readonly name: string;
  /** A few words, without a full stop. */
  readonly help: string;
  readonly required: boolean;
  /** Takes all operands that are left; only the last may. */
  readonly variadic: boolean;
  /** Settings that stand in where no operand is given, the first that there is. */
  readonly settings?: readonly OperandKey[];
}

export interface ParsedLine<Names extends OptionName> {
  readonly args: readonly string[];
  readonly values: OptionValues<Names | GlobalOptionName>;
  /** Keys of the settings that operands and values were taken from, and the option behind each; none behind operands. */
  readonly fromSettings: readonly { readonly key: string; readonly option: OptionName | undefined }[];
}

/** A flag as it may be written: the option behind it, and how its value is read (`undefined`: a switch). */
interface Flag {
  readonly name: OptionName;
  readonly unit: Unit<unknown> | undefined;
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/**
 * Reads the words after a command's name. What is not given comes from the settings; options that are in neither have their
 * default, `false` for switches, or `undefined`. Throws a `Refusal` with every fault found; with unknown options among them,
 * operands are not judged, because some are probably values of those.
 */
export function parseArguments<const Names extends OptionName>(
  operands: readonly ArgumentSpec[],
  names: readonly Names[],
  argv: readonly string[],
  settings?: Settings,
): ParsedLine<Names> {
  const accepted = inDeclaredOrder(names);
  const flags = flagTable(accepted);
  const tokens = split(flags, argv);
  const problems: Problem[] = [];
  const values = new Map<OptionName, unknown>();
  const givenAs = new Map<OptionName, string>();

  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = flags.get(token.rawName);
    if (flag === undefined) {
      problems.push(unknownOption({ flag: token.rawName, flags: [...flags.keys()] }));
      continue;
    }
    try {
      const value = readValue(flag, token);
      values.set(flag.name, combine(flag.name, value, token.rawName, values, givenAs));
      givenAs.set(flag.name, token.rawName);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...error.problems);
    }
  }

  const fromSettings: { key: string; option: OptionName | undefined }[] = [];
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const key = operands[0]?.settings?.find((each) => settings?.operands.has(each));
  const standIn = words.length === 0 && key !== undefined ? settings?.operands.get(key) : undefined;
  if (key !== undefined && standIn !== undefined) fromSettings.push({ key, option: undefined });
  const args = standIn ?? words;
  if (!problems.some((problem) => problem.code === unknownOption.code)) {
    problems.push(...operandProblems(operands, args));
  }
  if (problems.length > 0) throw new Refusal(problems);

  const given = new Set(values.keys());
  for (const name of accepted) {
    if (given.has(name) || settings?.values.has(name) !== true || isSetAside(name, given)) continue;
    values.set(name, settings.values.get(name));
    fromSettings.push({ key: optionOf(name).flag.slice(2), option: name });
  }
  for (const name of accepted) {
    if (!values.has(name)) values.set(name, initialOf(name));
  }
  // Each value was made by the unit of the option whose name it stands under.
  return { args, values: Object.fromEntries(values) as OptionValues<Names | GlobalOptionName>, fromSettings };
}

/**
 * The same line for an answer that uses some options alone: what settings give beyond them is left out, and told. What was
 * typed stays.
 * @param operands whether it uses operands
 */
export function withoutUnused<Names extends OptionName>(
  line: ParsedLine<Names>,
  used: readonly OptionName[],
  operands: boolean,
): { line: ParsedLine<Names>; unused: readonly string[] } {
  const isUsed = ({ option }: ParsedLine<Names>['fromSettings'][number]): boolean =>
    option === undefined ? operands : used.includes(option);
  const unused = line.fromSettings.filter((each) => !isUsed(each));
  const values: Partial<Record<OptionName, unknown>> = { ...line.values };
  for (const { option } of unused) if (option !== undefined) values[option] = initialOf(option);
  return {
    line: {
      args: unused.some(({ option }) => option === undefined) ? [] : line.args,
      values: values as ParsedLine<Names>['values'],
      fromSettings: line.fromSettings.filter(isUsed),
    },
    unused: unused.map(({ key }) => key),
  };
}

/** The value of an option that nobody gave. */
function initialOf(name: OptionName): unknown {
  const option = optionOf(name);
  return option.kind === 'switch' ? false : option.initial;
}

/**
 * Which settings the words ask for: the file of `--config`, `false` for `--no-config`, `undefined` where they say nothing.
 * Faults are left to `parseArguments`, but for both flags together.
 */
export function settingsAsked(
  names: readonly OptionName[],
  argv: readonly string[],
): string | false | undefined {
  const given = split(flagTable(inDeclaredOrder(names)), argv).filter((token) => token.kind === 'option');
  const find = (name: OptionName) => given.find(({ rawName }) => rawName === optionOf(name).flag);
  const config = find('config');
  // A flag in the place of its value is the fault of a missing value.
  if (find('noConfig') === undefined)
    return config?.inlineValue === false && isFlag(config.value) ? undefined : config?.value;
  if (config === undefined) return false;
  const why = 'one names a file of settings, the other wants none';
  throw new Refusal([optionsExclude({ flag: '--config', other: '--no-config', why })]);
}

function flagTable(names: readonly OptionName[]): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const name of names) {
    const option = optionOf(name);
    const unit = option.kind === 'value' ? option.unit : undefined;
    for (const flag of flagsOf(name)) flags.set(flag, { name, unit });
    if (option.kind === 'value') {
      for (const alias of option.aliases ?? []) flags.set(alias.flag, { name, unit: alias.unit });
    }
  }
  return flags;
}

function split(flags: ReadonlyMap<string, Flag>, argv: readonly string[]): readonly Token[] {
  const config: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const [flag, { name, unit }] of flags) {
    if (!flag.startsWith('--')) continue;
    const option = optionOf(name);
    const short = option.flag === flag ? option.short?.slice(1) : undefined;
    const type = unit === undefined ? 'boolean' : 'string';
    config[flag.slice(2)] = { type, ...(short === undefined ? {} : { short }) };
  }
  const { tokens } = parseArgs({
    args: [...argv],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

function readValue(flag: Flag, token: OptionToken): unknown {
  const { rawName, value } = token;
  if (flag.unit === undefined) {
    if (value !== undefined) throw new Refusal([switchWithValue({ flag: rawName, value })]);
    return true;
  }
  const swallowedFlag = isFlag(value) && token.inlineValue === false;
  if (value === undefined || swallowedFlag) {
    throw new Refusal([optionWithoutValue({ flag: rawName, example: flag.unit.examples[0] ?? 'VALUE' })]);
  }
  return atField(rawName, () => flag.unit?.parse(value));
}

const isFlag = (word: string | undefined): boolean => word?.startsWith('--') === true;

/** Adds the flag as the place of problems that do not know it. */
function atField<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.problems.map((problem) => ({ ...problem, place: { field, ...problem.place } })));
  }
}

/** The value together with what the same option was given before, if anything. */
function combine(
  name: OptionName,
  value: unknown,
  flag: string,
  values: ReadonlyMap<OptionName, unknown>,
  givenAs: ReadonlyMap<OptionName, string>,
): unknown {
  const also = givenAs.get(name);
  if (also === undefined) return value;
  const option = optionOf(name);
  if (option.kind === 'switch') return value;
  const { merge } = option;
  if (merge === undefined) throw new Refusal([repeatedOption({ flag, also })]);
  return atField(flag, () => merge(values.get(name), value));
}

function operandProblems(operands: readonly ArgumentSpec[], args: readonly string[]): readonly Problem[] {
  const missing = operands
    .slice(args.length)
    .filter((operand) => operand.required)
    .map(({ name, help }) => missingOperand({ name, help }));
  const most = operands.at(-1)?.variadic === true ? Number.POSITIVE_INFINITY : operands.length;
  const surplus = args.slice(most).map((operand) => surplusOperand({ operand, most }));
  return [...missing, ...surplus];
}
