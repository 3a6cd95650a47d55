/** The file of settings that a command reads: the one named by `--config`, or `mixplan.yaml` in the current folder. */
import { access } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { readText } from '../documents/read.ts';
import { type OptionName, optionOf } from '../options/all.ts';
import type { Settings } from '../options/settings.ts';
import { Refusal } from '../problems/problem.ts';
import { settingsMisnamed } from '../problems/settings.ts';

export const SETTINGS_FILE = 'mixplan.yaml';
/** Names that people give the same file elsewhere. */
const OTHER_NAMES = ['mixplan.yml', '.mixplan.yaml', '.mixplan.yml'];

/** Options of the commands that read settings. */
export const settingsOptions = ['config', 'noConfig'] as const;

/**
 * @param asked path of the file, `false` for none, `undefined` for the one of this folder, which need not be there
 */
export async function findSettings(
  asked: string | false | undefined,
  stdin: Readable,
): Promise<Settings | undefined> {
  if (asked === false) return undefined;
  if (asked === undefined && !(await exists(SETTINGS_FILE))) {
    for (const found of OTHER_NAMES) {
      if (await exists(found)) throw new Refusal([settingsMisnamed({ found, expected: SETTINGS_FILE })]);
    }
    return undefined;
  }
  const file = asked ?? SETTINGS_FILE;
  // Only now, because the YAML parser takes time to load and most folders have no settings.
  const { parseSettings } = await import('../options/settingsFile.ts');
  return parseSettings(await readText(file, stdin), file);
}

/** Without those options that belong to a switch which neither the words nor the settings give. */
export function withoutStray(
  settings: Settings,
  argv: readonly string[],
  within: { readonly switch: OptionName; readonly options: readonly OptionName[] },
): Settings {
  if (argv.includes(optionOf(within.switch).flag) || settings.values.get(within.switch) === true)
    return settings;
  const values = new Map([...settings.values].filter(([name]) => !within.options.includes(name)));
  return { ...settings, values };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
