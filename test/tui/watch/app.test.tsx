/** Every key of the screen of a watched run, as a terminal sends it, over a log that is read and grows. */
import { readFile, rm } from 'node:fs/promises';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { shellWords } from '../../../src/options/commandLine.ts';
import { keyTable, type WatchingAction } from '../../../src/tui/keys.ts';
import { WatchApp, type WatchAppProps } from '../../../src/tui/watch/WatchApp.tsx';
import type { SeenRun, Watching } from '../../../src/tui/watch/watching.ts';
import { mixplan } from '../../cli/harness.ts';
import { bytesOf } from '../screen.ts';
import { TOKENS, watchedStage } from './stage.ts';

const stage = watchedStage();
afterEach(cleanup);

/** A run of which nothing more comes, read once for all keys; read again it has fewer evaluations. */
let resting: Watching;
let rereading: Watching;
beforeAll(async () => {
  await stage.write('keys.csv', stage.logged(0.6 * TOKENS));
  const watching = await stage.watching('keys.csv');
  const first = await stage.seenOf(watching);
  await stage.write('keys.csv', stage.logged(0.4 * TOKENS));
  const again = await stage.seenOf(watching);
  const follow: Watching['follow'] = async (_, onSeen) => onSeen(first);
  resting = { ...watching, follow };
  rereading = { ...watching, follow: readingInTurn([first, again]) };
});
/** Each reading tells the next of these. */
function readingInTurn(runs: readonly SeenRun[]): Watching['follow'] {
  let readings = 0;
  return async (_, onSeen) => onSeen(runs[readings++]);
}

async function open(log: string, change: Partial<WatchAppProps> = {}) {
  const watching = change.watching ?? (await stage.watching(log));
  const quits: (readonly string[])[] = [];
  const suspend = vi.fn(async () => undefined);
  let ticks = 0;
  const app = render(
    <WatchApp
      look={{ colour: false, ascii: false }}
      suspend={suspend}
      onQuit={(commands) => quits.push(commands)}
      clock={() => `reading ${++ticks}`}
      size={{ columns: 100, rows: 50 }}
      {...change}
      watching={watching}
    />,
  );
  const waited = { timeout: 20_000, interval: 20 };
  const shows = (text: string | RegExp) => vi.waitFor(() => expect(app.lastFrame()).toMatch(text), waited);
  const hides = (text: string | RegExp) =>
    vi.waitFor(() => expect(app.lastFrame()).not.toMatch(text), waited);
  const press = (...keys: readonly string[]) => {
    for (const key of keys) app.stdin.write(bytesOf(key));
  };
  return { ...app, watching, quits, suspend, shows, hides, press };
}

type Screen = Awaited<ReturnType<typeof open>>;

const brings =
  (text: string | RegExp, ...before: readonly string[]) =>
  async ({ press, shows }: Screen, key: string) => {
    press(...before, key);
    await shows(text);
  };

/** The hints of each pane when the keys go to it. */
const AT = {
  verdict: /scroll · v next set · y command · e export · r read again/,
  chart: /v next set · x log · b band/,
  evaluations: /scroll · v next set · y command · e export$/m,
};

/** What each action does that one can see; pressed with each of its keys on a fresh screen. */
const seen: { readonly [Each in WatchingAction]: (screen: Screen, key: string) => Promise<unknown> } = {
  nextPane: brings(AT.chart),
  lastPane: brings(AT.evaluations),
  verdictPane: brings(AT.verdict, '2'),
  chartPane: brings(AT.chart),
  evaluationsPane: brings(AT.evaluations),
  nextSet: brings(/2 domain loss[\s\S]*3 evaluations on domain/),
  lastSet: brings(/2 general loss[\s\S]*3 evaluations on general/, 'v'),
  scale: brings('tokens, log scale'),
  band: async ({ press, shows, hides }, key) => {
    await shows('░░●');
    press(key);
    await hides('░░●');
  },
  command: async ({ press, shows, hides }, key) => {
    press(key);
    await shows('This screen as a command');
    press('left');
    await hides('This screen as a command');
  },
  export: brings('What shall be written?'),
  exportAbove: brings('▸ the verdict', 'e', 'down'),
  exportBelow: brings('▸ a report', 'e'),
  exportTake: brings(/watch\.json▏[\s\S]*mixplan watch/, 'e'),
  help: async ({ press, shows, hides }, key) => {
    press(key);
    await shows('read the logs again, now');
    press(key);
    await hides('read the logs again, now');
  },
  back: async ({ press, shows, hides }, key) => {
    press('?');
    await shows('Everywhere');
    press(key);
    await hides('Everywhere');
  },
  suspend: async ({ press, suspend, shows }, key) => {
    press(key);
    await vi.waitFor(() => expect(suspend).toHaveBeenCalledTimes(1));
    await shows('1 verdict');
  },
  quit: async ({ press, quits }, key) => {
    press(key);
    await vi.waitFor(() => expect(quits).toHaveLength(1));
    expect(quits[0]).toEqual([expect.stringMatching(/^mixplan watch \S+plan\.json \S+keys\.csv$/)]);
  },
  scrollUp: async ({ press, shows, hides }, key) => {
    press('3', 'pagedown');
    await hides(/^│ {4,}3M {2}/m);
    press(...Array.from({ length: 10 }, () => key));
    await shows(/^│ {4,}3M {2}/m);
  },
  scrollDown: async ({ press, hides }, key) => {
    press('3', ...Array.from({ length: 4 }, () => key));
    await hides(/^│ {4,}3M {2}/m);
  },
  pageUp: async ({ press, shows, hides }, key) => {
    press('3', 'pagedown');
    await hides(/^│ {4,}3M {2}/m);
    press(key);
    await shows(/^│ {4,}3M {2}/m);
  },
  pageDown: brings(/^│ +1\.9M {2}/m, '3'),
  reread: async (_, key) => {
    const { press, shows } = await open('keys.csv', { watching: rereading });
    await shows('On course: after 3M of 5M');
    // What a restart took back is gone at once.
    press(key);
    await shows('the logs were read again');
    await shows('On course: after 2M of 5M');
  },
};

describe('the key', () => {
  const cases = keyTable
    .filter(({ action }) => action in seen)
    .flatMap(({ action, keys, place }) => keys.map((key) => [key, place, action as WatchingAction] as const));

  it('table has the keys of this screen, and each is tried', () => {
    const places = ['everywhere', 'watching', 'text', 'export'];
    const here = keyTable.filter(({ place }) => places.includes(place)).map(({ action }) => action);
    expect(here.toSorted()).toEqual(Object.keys(seen).toSorted());
  });

  it.each(cases)('%s (%s): %s', async (key, _, action) => {
    const screen = await open('keys.csv', { watching: resting });
    await screen.shows('On course: after 3M of 5M');
    await seen[action](screen, key);
  });
});

describe('a run', () => {
  it('is waited for, and read as soon as it is there', async () => {
    await rm(stage.path('later.csv'), { force: true });
    const watching: Watching = { ...(await stage.watching('later.csv')), missing: () => ['later.csv'] };
    const { shows } = await open('later.csv', { watching });
    await shows(/Waiting for the first evaluation in [\s\S]*later\.csv was not there at reading/);
    await shows(/expects general at 1\.57|expects domain at 1\.86/);
    await stage.write('later.csv', stage.logged(0.6 * TOKENS));
    await shows('On course: after 3M of 5M');
  });

  it('is followed as its log grows, and what came is told by the time it was read', async () => {
    await stage.write('grows.csv', stage.logged(0.4 * TOKENS));
    const { shows, lastFrame, press } = await open('grows.csv');
    await shows('On course: after 2M of 5M');
    const read = /The newest was read at (reading \d+)/;
    const first = read.exec(lastFrame()!)![1];
    press('1', 'pagedown');
    await stage.write('grows.csv', stage.logged(0.6 * TOKENS, { from: 0.45 * TOKENS, by: 0.03 }));
    await shows(/✕[\s\S]*✕ unexpected by then|✕ unexpected by then[\s\S]*✕/);
    expect(read.exec(lastFrame()!)![1]).not.toBe(first);
    press('pageup');
    await shows(/Unexpected: after[\s\S]*look at what changed at about/);
  });

  it('that is another one is refused on the screen, which reads again when told', async () => {
    await stage.write('other.csv', stage.logged(TOKENS).replaceAll(',333000,', ',999999,'));
    const { shows, press } = await open('other.csv');
    await shows(/999999|1M/);
    await shows('The logs are not followed any more: r reads them again.');
    await stage.write('other.csv', stage.logged(0.6 * TOKENS));
    press('r');
    await shows('On course: after 3M of 5M');
  });

  it('that jumps far off is marked at the edge of its chart', async () => {
    const text = stage
      .logged(0.6 * TOKENS)
      .trimEnd()
      .split('\n');
    const cells = text.at(-1)!.split(',');
    const general = text[0].split(',').indexOf('loss_general');
    const after = [3.1e6, 3.2e6].map((tokens) =>
      cells.map((cell, k) => (k === general ? '9.5' : k === 3 ? String(tokens) : cell)).join(','),
    );
    await stage.write('far.csv', `${[...text, ...after].join('\n')}\n`);
    const { shows } = await open('far.csv');
    // Two wild losses neither squeeze what is expected flat nor fall off the chart.
    await shows(/▲/);
    await shows(/1\.600┤/);
    await shows('Unexpected');
  });

  it('says what its command says of the same logs, digit for digit', async () => {
    for (const [name, text] of [
      ['same.csv', stage.logged(0.6 * TOKENS)],
      ['raised.csv', stage.logged(0.5 * TOKENS, { from: 0.2 * TOKENS, by: 0.02 })],
      // One set of the newest evaluation alone.
      ['half.csv', halved(stage.logged(0.6 * TOKENS))],
      ['early.csv', stage.logged(0.1 * TOKENS)],
    ] as const) {
      await stage.write(name, text);
      const { verdict } = await stage.seenOf(await stage.watching(name));
      expect(JSON.parse(JSON.stringify(verdict))).toEqual(await stage.verdictOf(name));
    }
  });
});

/** Without the domain loss of the newest evaluation, which is still being made. */
function halved(log: string): string {
  const lines = log.trimEnd().split('\n');
  const domain = lines[0].split(',').indexOf('loss_domain');
  const cells = lines
    .at(-1)!
    .split(',')
    .map((cell, k) => (k === domain ? '' : cell));
  return `${[...lines.slice(0, -1), cells.join(',')].join('\n')}\n`;
}

describe('the command', () => {
  it('has the options with which the logs are read, and gives the document of the screen', async () => {
    await stage.write('asked.csv', stage.logged(0.6 * TOKENS));
    const watching = await stage.watching('asked.csv', '--run', 'plan-s1', '--map', 'tokens=tokens');
    const { shows, press, quits } = await open('asked.csv', { watching });
    await shows('On course');
    press('q');
    await vi.waitFor(() => expect(quits).toHaveLength(1));
    const [, ...words] = shellWords(quits[0][0])!;
    expect(words.slice(3)).toEqual(['--map', 'tokens=tokens', '--run', 'plan-s1']);
    expect((await mixplan(words)).status).toBe(0);
  });

  it.each([
    ['watch.json', [], 'mixplan.watch/1'],
    ['page.md', ['down'], 'follows its prediction'],
  ])('that an export shows writes %s', async (name, choice, holds) => {
    await stage.write('out.csv', stage.logged(0.6 * TOKENS));
    const { shows, press } = await open('out.csv');
    await shows('On course');
    press('e', ...choice, 'enter', 'ctrl-u', ...stage.path(name), 'enter');
    await shows(/wrote /);
    expect((await readFile(stage.path(name), 'utf8')).toLowerCase()).toContain(holds.toLowerCase());
    // A file that is there is not replaced, and what to do is told where the name is typed.
    await stage.write('out.csv', stage.logged(0.7 * TOKENS));
    press('e', ...choice, 'enter', 'ctrl-u', ...stage.path(name), 'enter');
    await shows(/exists|--force/);
  });
});

describe('the screen', () => {
  it.each([
    [100, 50],
    [100, 30],
    [80, 24],
    [70, 20],
    [60, 16],
  ])('fills %d × %d and not more, the last line free', async (columns, rows) => {
    const { shows, lastFrame, press } = await open('keys.csv', {
      watching: resting,
      size: { columns, rows },
    });
    await shows('On course');
    for (const key of ['2', '3', '?', 'esc', 'y', 'esc', 'e', 'enter', 'esc', '1']) {
      press(key);
      const lines = lastFrame()!.split('\n');
      expect(lines.length).toBeLessThan(rows);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
    }
  });

  it('says that it is too small', async () => {
    const { shows } = await open('keys.csv', { watching: resting, size: { columns: 50, rows: 12 } });
    await shows(/needs a terminal of 60 × 16 characters, and this one has 50 × 12/);
  });

  it('has nothing but the signs of a typewriter where those are asked for', async () => {
    await stage.write('ascii.csv', stage.logged(0.6 * TOKENS, { from: 0.2 * TOKENS, by: 0.02 }));
    const { shows, lastFrame, press } = await open('ascii.csv', { look: { colour: false, ascii: true } });
    await shows('Unexpected');
    for (const key of ['v', 'x', 'b', '3', '?']) {
      press(key);
      expect(lastFrame()).toMatch(/^[\n -~]*$/);
      expect(lastFrame()).not.toMatch(/\?\?/);
    }
  });

  it('has colours, or none', async () => {
    const start = '\u001b[';
    const plain = await open('keys.csv', { watching: resting });
    await plain.shows('On course');
    expect(plain.lastFrame()).not.toContain(start);
    const coloured = await open('keys.csv', {
      watching: resting,
      look: { colour: true, ascii: false },
    });
    await coloured.shows('On course');
    expect(coloured.lastFrame()).toContain(start);
  });

  it('rests: nothing is drawn while nothing comes', async () => {
    await stage.write('rest.csv', stage.logged(0.6 * TOKENS));
    const { shows, frames } = await open('rest.csv');
    await shows('On course');
    const drawn = frames.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(frames.length).toBe(drawn);
  });
});
