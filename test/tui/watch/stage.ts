/** A plan with a run drawn from it, whose log grows as a test says. */
import { copyFile, writeFile } from 'node:fs/promises';
import { beforeAll } from 'vitest';
import { followedRun } from '../../../src/cli/watchFollowed.ts';
import { readPlan } from '../../../src/cli/watchSession.ts';
import { readText } from '../../../src/documents/read.ts';
import type { WatchDocument } from '../../../src/documents/watch.ts';
import { parseArguments } from '../../../src/options/parse.ts';
import type { SeenRun, Watching } from '../../../src/tui/watch/watching.ts';
import { mixplan } from '../../cli/harness.ts';
import { fitPath, scratch, size } from '../../cli/pilots.ts';

export const TOKENS = 5e6;
const reading = ['run', 'set', 'format', 'map', 'role', 'unit'] as const;

export function watchedStage() {
  const { path } = scratch();
  let header: string;
  let rows: string[];
  beforeAll(async () => {
    await copyFile(fitPath, path('pilots.fit.json'));
    const asked = ['--budget', '5M tokens', ...size, '--tolerance', '3%', '-o', path('plan.json')];
    const made = await mixplan(['plan', path('pilots.fit.json'), ...asked]);
    if (made.status !== 0) throw new Error(made.stderr);
    const { stdout } = await mixplan(['simulate', path('plan.json'), '--seed', '4']);
    [header, ...rows] = stdout.trimEnd().split('\n');
  }, 120_000);

  const column = (name: string): number => header.split(',').indexOf(name);
  const tokensOf = (row: string): number => Number(row.split(',')[column('tokens')]);
  /** The log up to some tokens; general loss is raised by a share from others on. */
  const logged = (until: number, raised?: { readonly from: number; readonly by: number }): string => {
    const kept = rows.filter((row) => tokensOf(row) <= until);
    const lines = kept.map((row) =>
      raised === undefined || tokensOf(row) < raised.from
        ? row
        : row
            .split(',')
            .map((cell, k) => (k === column('loss_general') ? String(Number(cell) * (1 + raised.by)) : cell))
            .join(','),
    );
    return `${[header, ...lines].join('\n')}\n`;
  };
  const write = (name: string, text: string): Promise<void> => writeFile(path(name), text);

  /** The run in a log, as the command line would have it watched. */
  const watching = async (log: string, ...argv: readonly string[]): Promise<Watching> => {
    const file = path('plan.json');
    const plan = await readPlan(file, await readText(file, process.stdin));
    const { values } = parseArguments([], reading, argv);
    const logs = [path(log)];
    return {
      plan,
      path: file,
      logs,
      reading: values,
      missing: () => [],
      follow: await followedRun(plan, file, logs, values),
      run: async (words) => {
        const { status, stdout, stderr } = await mixplan(words);
        return { status, stdout, told: stderr };
      },
    };
  };

  /** What the screen first hears of a run. */
  const seenOf = async ({ follow }: Watching): Promise<SeenRun> => {
    const over = new AbortController();
    const seen = await new Promise<SeenRun>((resolve, reject) => {
      follow(over.signal, resolve).catch(reject);
    });
    over.abort();
    return seen;
  };

  /** What the command says of a log. */
  const verdictOf = async (log: string): Promise<WatchDocument> => {
    const { stdout } = await mixplan(['watch', path('plan.json'), path(log), '--json']);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as WatchDocument;
  };

  return { path, logged, write, watching, seenOf, verdictOf };
}
