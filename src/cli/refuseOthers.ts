/** Options that an answer would ignore. */
import { isDeepStrictEqual } from 'node:util';
import { globalOptionNames, type OptionName, optionOf } from '../options/all.ts';
import { optionsExclude } from '../problems/options.ts';
import { Refusal } from '../problems/problem.ts';
import { settingsOptions } from './settings.ts';

/** Refuses options that were given a value and that an answer of this kind would ignore. */
export function refuseOthers(
  values: Readonly<Partial<Record<OptionName, unknown>>>,
  taken: readonly OptionName[],
  other: string,
  why: string,
): void {
  const ignored: readonly OptionName[] = [
    ...taken,
    ...globalOptionNames,
    ...settingsOptions,
    'seed',
    'threads',
  ];
  const stray = (Object.keys(values) as OptionName[]).filter((name) => {
    const option = optionOf(name);
    const initial = option.kind === 'switch' ? false : option.initial;
    return !ignored.includes(name) && !isDeepStrictEqual(values[name], initial);
  });
  if (stray.length > 0)
    throw new Refusal(stray.map((name) => optionsExclude({ flag: optionOf(name).flag, other, why })));
}
