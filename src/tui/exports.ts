/** Files that the screen is taken away in. Each is written by the command that a person would type. */
import { shellQuote, shellWords } from '../options/commandLine.ts';
import type { Host } from './source.ts';

export interface Export {
  readonly title: string;
  /** What is asked for, and what is offered as the answer. */
  readonly asks: string;
  readonly offered: string;
  /**
   * The commands that write it, in their order.
   * @param commands those that give what is on the screen
   * @param answer what was answered to `asks`
   */
  readonly written: (commands: readonly string[], answer: string) => readonly string[];
}

const PLAN = 'plan.json';

const planInto = (commands: readonly string[], path: string): readonly string[] => [
  ...commands.slice(0, -1),
  // Where a plan is written unless told otherwise.
  path === PLAN ? commands[commands.length - 1] : `${commands[commands.length - 1]} -o ${shellQuote(path)}`,
];

/** The option of a report by the name of its file: a page, unless it is to be Markdown. */
export function reportFlags(path: string): string {
  return `${/\.(md|markdown)$/i.test(path) ? '--md' : '--html'} ${shellQuote(path)}`;
}

/** What is written of a plan. */
export const planExports: readonly Export[] = [
  { title: 'the plan, as a document', asks: 'file', offered: PLAN, written: planInto },
  {
    title: 'a report to read and show',
    asks: 'file (.html or .md)',
    offered: 'plan.html',
    written: (commands, answer) => {
      const plan = answer.replace(/(\.[a-z]+)?$/i, '.json');
      return [...planInto(commands, plan), `mixplan report ${shellQuote(plan)} ${reportFlags(answer)}`];
    },
  },
  {
    title: 'files for a trainer',
    asks: 'trainer',
    offered: 'megatron',
    written: (commands, answer) => {
      const [trainer, ...options] = answer.trim().split(/\s+/);
      const folder = shellQuote(trainer);
      return [
        ...planInto(commands, PLAN),
        ['mixplan emit', PLAN, '--trainer', folder, '-o', folder, ...options].join(' '),
      ];
    },
  },
];

/**
 * Runs commands until one does not do what was asked; what they told, and whether all did.
 * @param well exit statuses of those that did
 */
export async function runAll(
  { run }: Pick<Host, 'run'>,
  commands: readonly string[],
  well: readonly number[] = [0],
): Promise<{ readonly done: boolean; readonly told: string }> {
  const told: string[] = [];
  for (const command of commands) {
    const [, ...words] = shellWords(command)!;
    const ran = await run(words);
    told.push(ran.told.trim());
    if (!well.includes(ran.status)) return { done: false, told: told.join(' ') };
  }
  // What was written is said first; what else there is to say stands with the answer.
  return { done: true, told: told.map((each) => each.split('\n')[0]).join('; ') };
}
