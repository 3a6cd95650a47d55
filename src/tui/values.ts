/** What is asked, as values of options: the levers change some of them, the others stay as the command line gave them. */
import type { OptionName, Options } from '../options/all.ts';
import type { ValueOf } from '../options/option.ts';

export type Values = { readonly [Name in OptionName]?: ValueOf<Options[Name]> | undefined };
