/** Files that the screen is taken away in. Each is written by the command that a person would type. */
import { shellQuote, shellWords } from '../options/commandLine.ts';
import type { Host } from './source.ts';

export interface Export {
  readonly title: string;
  /** The command behind it, beside `plan`. */
  readonly command: 'plan' | 'report' | 'emit';
  /** What is asked for, and what is offered as the answer. */
  readonly asks: string;
  readonly offered: string;
}

export const exportKinds: readonly Export[] = [
  { title: 'the plan, as a document', command: 'plan', asks: 'file', offered: 'plan.json' },
  {
    title: 'a report to read and show',
    command: 'report',
    asks: 'file (.html, .md, .svg, .png)',
    offered: 'plan.html',
  },
  { title: 'files for a trainer', command: 'emit', asks: 'trainer', offered: 'megatron' },
];

const PLAN = 'plan.json';

/**
 * The commands of an export, in their order.
 * @param commands those that give the plan of the screen
 * @param answer what was answered to `asks`
 */
export function exportCommands(
  { command }: Export,
  commands: readonly string[],
  answer: string,
): readonly string[] {
  const planInto = (path: string): string[] => [
    ...commands.slice(0, -1),
    // Where a plan is written unless told otherwise.
    path === PLAN ? commands[commands.length - 1] : `${commands[commands.length - 1]} -o ${shellQuote(path)}`,
  ];
  switch (command) {
    case 'plan':
      return planInto(answer);
    case 'report': {
      const plan = answer.replace(/(\.[a-z]+)?$/i, '.json');
      return [...planInto(plan), `mixplan report ${shellQuote(plan)} -o ${shellQuote(answer)}`];
    }
    case 'emit': {
      const [trainer, ...options] = answer.trim().split(/\s+/);
      const folder = shellQuote(trainer);
      return [
        ...planInto(PLAN),
        ['mixplan emit', PLAN, '--trainer', folder, '-o', folder, ...options].join(' '),
      ];
    }
  }
}

/** Runs commands until one does not do what was asked; what they told, and whether all did. */
export async function runAll(
  host: Host,
  commands: readonly string[],
): Promise<{ readonly done: boolean; readonly told: string }> {
  const told: string[] = [];
  for (const command of commands) {
    const [, ...words] = shellWords(command)!;
    const ran = await host.run(words);
    told.push(ran.told.trim());
    if (ran.status !== 0) return { done: false, told: told.join(' ') };
  }
  return { done: true, told: told.join(' ') };
}
