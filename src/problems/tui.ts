/** What the terminal UI has to say before it can be shown. */
import { declareProblem } from './problem.ts';

export const noTerminal = declareProblem<{ stream: 'input' | 'output' }>({
  code: 'no-terminal',
  severity: 'error',
  title: 'a screen without a terminal',
  message: ({ stream }) => `mixplan tui needs a terminal, and its standard ${stream} is a file or a pipe.`,
  hint: () =>
    'Run it in a terminal (over ssh with -t), or ask on the command line: mixplan plan, critical and predict answer the same.',
  explanation:
    'The terminal UI reads single keys and draws over a whole screen, so both its input and its output have to be a terminal. ' +
    'Everything that it shows is also an answer of a command, which can be written to a file or a pipe.',
});
