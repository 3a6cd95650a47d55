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

export const planWithoutLogs = declareProblem<{ plan: string; fit: string }>({
  code: 'plan-without-logs',
  severity: 'error',
  title: 'a plan on the screen without the logs of its run',
  message: ({ plan }) => `${plan} is a plan: expected the logs of the run that carries it out after it.`,
  hint: ({ plan, fit }) =>
    `mixplan tui ${plan} LOGS... watches the run, also before it has begun; mixplan tui ${fit} plays with the fit behind the plan.`,
  explanation:
    'A plan is settled: there is nothing on it to be moved. On the screen it is what a run is watched against, so the logs of ' +
    'that run belong to it, as in mixplan watch. Other plans are tried on the fit.',
});

export const screenReadsKeys = declareProblem<Record<never, never>>({
  code: 'screen-reads-keys',
  severity: 'error',
  title: 'standard input on a screen',
  message: () => 'mixplan tui reads keys from its standard input: expected a file or a folder instead of -.',
  hint: () => 'Write what comes through the pipe into a file, or use mixplan watch PLAN - --follow.',
  explanation:
    'The operand - stands for what comes through a pipe. Keys come the same way, and one of the two would be lost.',
});
