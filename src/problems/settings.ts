/** Trouble with mixplan.yaml. */
import { nearest } from './nearest.ts';
import { declareProblem } from './problem.ts';
import { listExamples } from './units.ts';

const WHAT =
  'A settings file holds options by their names without the dashes (tolerance: 3%), and fit or runs for the files that are asked.';

export const settingsSyntax = declareProblem<{ reason: string }>({
  code: 'settings-syntax',
  severity: 'error',
  title: 'settings that are not YAML',
  message: ({ reason }) => `This is not YAML: ${reason}.`,
  explanation: `Settings are YAML 1.2, one document in a file. ${WHAT}`,
});

export const settingsNotKeys = declareProblem<{ found: string }>({
  code: 'settings-not-keys',
  severity: 'error',
  title: 'settings without keys',
  message: ({ found }) => `The settings are ${found}: expected keys with values, such as tolerance: 3%.`,
  explanation: WHAT,
});

export const settingUnknown = declareProblem<{ key: string; keys: readonly string[] }>({
  code: 'setting-unknown',
  severity: 'error',
  title: 'a setting that no command has',
  message: ({ key }) => `There is no setting ${JSON.stringify(key)}.`,
  hint: ({ key, keys }) => {
    const guess = nearest(key.replace(/^--/, '').replaceAll('_', '-'), keys);
    return guess === undefined
      ? 'mixplan init writes a file with all settings there are, each explained.'
      : `Did you mean ${guess}?`;
  },
  explanation: `A key that is not known would have to be ignored, and with it what it was meant to change. ${WHAT}`,
});

export const settingOnlyOnCommandLine = declareProblem<{ key: string }>({
  code: 'setting-only-on-command-line',
  severity: 'error',
  title: 'an option that no settings file may hold',
  message: ({ key }) => `--${key} belongs to one command: expected it on the command line, not in a file.`,
  hint: () => 'Take it out of the file.',
  explanation:
    'What a command writes, whether files are replaced and how answers are printed is said where a command is run. In a file it ' +
    'would hold for every command: fit and plan would write to one path.',
});

export const settingShape = declareProblem<{ key: string; found: string; forms: readonly string[] }>({
  code: 'setting-shape',
  severity: 'error',
  title: 'a setting of the wrong kind',
  message: ({ key, found, forms }) => `${key} holds ${found}: expected ${listExamples(forms)}.`,
  explanation:
    'A setting holds one value; a list where the flag takes several separated by commas; keys of its own where the flag takes ' +
    'NAME=VALUE. A switch holds true or false. A setting that is not wanted is left out, or commented with #.',
});

export const settingTwice = declareProblem<{ key: string; also: string }>({
  code: 'setting-twice',
  severity: 'error',
  title: 'one setting in two ways',
  message: ({ key, also }) => `${key} and ${also} set the same thing in two ways.`,
  hint: () => 'Keep one of them.',
  explanation:
    'Some options have a second name: replay is 1 minus domain-ratio. Of two values one would have to be dropped silently.',
});

export const settingsMisnamed = declareProblem<{ found: string; expected: string }>({
  code: 'settings-misnamed',
  severity: 'error',
  title: 'a settings file under another name',
  message: ({ found, expected }) => `There is a file ${found} here, which is not read: expected ${expected}.`,
  hint: ({ found, expected }) =>
    `Rename it to ${expected}, name it with --config ${found}, or add --no-config.`,
  explanation:
    'Settings are looked for under one name only, so that two files never compete. A file that was meant and not read would ' +
    'change answers without anybody noticing.',
});
