/** Trouble with the command line itself. */
import { nearest } from './nearest.ts';
import { declareProblem } from './problem.ts';

const didYouMean = (word: string, candidates: readonly string[], otherwise?: string): string | undefined => {
  const guess = nearest(word, candidates);
  return guess === undefined ? otherwise : `Did you mean ${guess}?`;
};

export const unknownCommand = declareProblem<{ command: string; commands: readonly string[] }>({
  code: 'command-unknown',
  severity: 'error',
  title: 'no such command',
  message: ({ command }) => `There is no command "${command}".`,
  hint: ({ command, commands }) =>
    didYouMean(command, commands, 'See mixplan --help for the commands there are.'),
  explanation:
    'The first word after mixplan names a command. `mixplan --help` lists them all, and `mixplan COMMAND --help` says what each one takes.',
});

export const unknownOption = declareProblem<{ flag: string; flags: readonly string[] }>({
  code: 'option-unknown',
  severity: 'error',
  title: 'no such option',
  message: ({ flag }) => `There is no option ${flag} here.`,
  hint: ({ flag, flags }) => didYouMean(flag, flags, 'Add --help to see the options of this command.'),
  explanation:
    'A command accepts only the options listed by `mixplan COMMAND --help`. An operand that begins with a dash, such as a file of that name, goes after a bare `--`.',
});

export const optionWithoutValue = declareProblem<{ flag: string; example: string }>({
  code: 'option-without-value',
  severity: 'error',
  title: 'an option lacks its value',
  message: ({ flag }) => `The option ${flag} was given without a value.`,
  hint: ({ flag, example }) => `Write, for example, ${flag} ${example}`,
  explanation:
    'This option takes one value, written after a space or an equals sign. A value that begins with a dash needs the equals sign: `--option=-value`.',
});

export const switchWithValue = declareProblem<{ flag: string; value: string }>({
  code: 'switch-with-value',
  severity: 'error',
  title: 'a switch was given a value',
  message: ({ flag, value }) =>
    `The option ${flag} is a switch and takes no value, but was given "${value}".`,
  hint: ({ flag }) => `Write ${flag} alone, or leave it out.`,
  explanation: 'A switch is on when it is present and off when it is absent; it has no value of its own.',
});

export const repeatedOption = declareProblem<{ flag: string; also: string }>({
  code: 'option-repeated',
  severity: 'error',
  title: 'an option was given twice',
  message: ({ flag, also }) =>
    flag === also
      ? `The option ${flag} was given more than once.`
      : `${flag} and ${also} say the same thing in two ways, and both were given.`,
  hint: () => 'Keep one of them.',
  explanation:
    'Most options hold one value. Of two values one would have to be dropped silently, so both are refused. `--replay` is `--domain-ratio` seen from the other side (replay = 1 - domain ratio), and counts as the same option.',
});

export const missingOperand = declareProblem<{ name: string; help: string }>({
  code: 'operand-missing',
  severity: 'error',
  title: 'a required operand is missing',
  message: ({ name, help }) => `${name} is missing: ${help}.`,
  hint: () => 'Add --help to see what the command takes, with examples.',
  explanation:
    'Words in capitals in the usage line of `mixplan COMMAND --help` are operands; those without brackets are required.',
});

export const surplusOperand = declareProblem<{ operand: string; most: number }>({
  code: 'operand-surplus',
  severity: 'error',
  title: 'an operand too many',
  message: ({ operand, most }) =>
    `"${operand}" is one operand too many: this command takes ${most === 0 ? 'none' : `at most ${most}`}.`,
  hint: () => 'Quote values that contain spaces, such as --budget "3 days x 16 gpu".',
  explanation:
    'The shell splits words at spaces. A value of several words has to be quoted, or written without spaces: `512gpu-h`, `0.05nats`.',
});

export const unknownCode = declareProblem<{ code: string; codes: readonly string[] }>({
  code: 'code-unknown',
  severity: 'error',
  title: 'no such problem code',
  message: ({ code }) => `There is no problem with the code "${code}".`,
  hint: ({ code, codes }) =>
    code.endsWith('.json')
      ? `To explain a fit: mixplan fit ${code} --explain`
      : didYouMean(code, codes, 'See mixplan explain for the list.'),
  explanation:
    'Every message of mixplan has a code in kebab case; `mixplan explain` without a code lists them all.',
});

export const unknownSchema = declareProblem<{ name: string; names: readonly string[] }>({
  code: 'schema-unknown',
  severity: 'error',
  title: 'no such document schema',
  message: ({ name, names }) => `There is no document kind "${name}"; the kinds are ${names.join(', ')}.`,
  hint: ({ name, names }) => didYouMean(name, names),
  explanation:
    'mixplan writes a few kinds of JSON documents, each with a `schema` field such as `mixplan.fit/1`. `mixplan schema` without a name lists the kinds, and with a name prints its JSON Schema.',
});

export const optionsExclude = declareProblem<{ flag: string; other: string; why: string }>({
  code: 'options-exclude',
  severity: 'error',
  title: 'two options that exclude each other',
  message: ({ flag, other, why }) => `${flag} and ${other} exclude each other: ${why}.`,
  hint: () => 'Leave one of them out.',
  explanation:
    'Each of the options answers the same question, or one has no meaning beside the other. One of the two would have to be ignored silently, so both together are refused.',
});

export const optionNeeds = declareProblem<{ flag: string; needs: string }>({
  code: 'option-needs',
  severity: 'error',
  title: 'an option without the one it belongs to',
  message: ({ flag, needs }) => `${flag} belongs to ${needs}, which was not given.`,
  hint: ({ flag, needs }) => `Add ${needs}, or leave ${flag} out.`,
  explanation:
    'Some options only shape what another one asks for. Alone they would be ignored silently, so they are refused.',
});

export const severalValues = declareProblem<{ flag: string; count: number }>({
  code: 'option-several-values',
  severity: 'error',
  title: 'several values where one is asked for',
  message: ({ flag, count }) => `${flag} holds ${count} values: this command answers for one.`,
  hint: ({ flag }) => `Give ${flag} one value; mixplan predict takes several and ranges of them.`,
  explanation:
    'Sizes and tokens may be lists and ranges where a command answers for each of them. Elsewhere all but one would have to be ' +
    'silently dropped.',
});

export const gridTooLarge = declareProblem<{ points: number; most: number }>({
  code: 'grid-too-large',
  severity: 'error',
  title: 'a grid of too many points',
  message: ({ points, most }) =>
    `The grid has ${points} points (sizes times token counts times ratios): expected at most ${most}.`,
  hint: () => 'Ask for fewer values, or in several commands.',
  explanation:
    'Every draw of the fit is evaluated at every point of a grid, for each evaluation set. So many points are mostly a slip of ' +
    'the keyboard.',
});
