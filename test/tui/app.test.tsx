/** Every key of the table, as a terminal sends it, on the screen as ink draws it. */
import { cleanup, render } from 'ink-testing-library';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { App, type AppProps } from '../../src/tui/App.tsx';
import { keyTable, type PlanningAction } from '../../src/tui/keys.ts';
import type { RefitNews, RefitOrder, Refitter } from '../../src/tui/refit.ts';
import { bytesOf, type Stage, stage } from './screen.ts';

let here: Stage;
beforeAll(async () => {
  here = await stage();
});
afterEach(cleanup);

/** A refitter that waits to be told what came of it. */
function idleRefitter() {
  const orders: RefitOrder[] = [];
  let hear: (news: RefitNews) => void = () => undefined;
  let cancelled = 0;
  const refitter: Refitter = {
    order: (order, listen) => {
      orders.push(order);
      hear = listen;
    },
    cancel: () => {
      cancelled++;
    },
  };
  return { refitter, orders, tell: (news: RefitNews) => hear(news), cancelled: () => cancelled };
}

function open(change: Partial<AppProps> = {}) {
  const quits: (readonly string[])[] = [];
  const refits = idleRefitter();
  const suspend = vi.fn(async () => undefined);
  const app = render(
    <App
      host={here.host}
      source={here.source}
      asked={here.asked}
      look={{ colour: false, ascii: false }}
      refitter={refits.refitter}
      suspend={suspend}
      onQuit={(commands) => quits.push(commands)}
      size={{ columns: 100, rows: 40 }}
      {...change}
    />,
  );
  const shows = (text: string | RegExp) =>
    vi.waitFor(() => expect(app.lastFrame()).toMatch(text), { timeout: 20_000, interval: 20 });
  const hides = (text: string | RegExp) =>
    vi.waitFor(() => expect(app.lastFrame()).not.toMatch(text), { timeout: 20_000, interval: 20 });
  const press = (...keys: readonly string[]) => {
    for (const key of keys) app.stdin.write(bytesOf(key));
  };
  return { ...app, ...refits, quits, suspend, shows, hides, press, settled: () => shows(/How sure/) };
}

type Screen = ReturnType<typeof open>;

/** Presses keys, and waits for what they bring. */
const brings =
  (text: string | RegExp, ...before: readonly string[]) =>
  async ({ press, shows }: Screen, key: string) => {
    press(...before, key);
    await shows(text);
  };

/** What each action does that one can see; pressed with each of its keys on a fresh screen. */
const seen: { readonly [Each in PlanningAction]: (screen: Screen, key: string) => Promise<unknown> } = {
  nextPane: brings(/↑ ↓ scroll · ← → step/),
  lastPane: brings(/space leave out · s sort/, '2'),
  runsPane: brings(/space leave out/),
  chartPane: brings(/v next chart · x log/, '4'),
  leversPane: brings(/← → step · enter type/, '4'),
  planPane: brings(/↑ ↓ scroll · ← → step/),
  less: brings('← 4.5M tokens →'),
  more: brings('← 5.6M tokens →'),
  muchLess: brings('← 1.6M tokens →'),
  muchMore: brings('← 16M tokens →'),
  reset: brings('← 5M tokens →', 'right'),
  nextView: brings('loss against tokens, at domain ratio'),
  lastView: brings('the laws and how they do'),
  scale: brings('domain ratio, log scale'),
  band: async ({ press, shows, hides }, key) => {
    await shows('░');
    press(key);
    await hides('░');
  },
  pin: async ({ press, shows, hides }, key) => {
    press(key);
    await shows(/now +pinned/);
    press(key);
    await hides(/now +pinned/);
  },
  undo: async ({ press, shows }, key) => {
    press('right');
    await shows('← 5.6M tokens →');
    press(key);
    await shows('← 5M tokens →');
    press(key);
    await shows('nothing to take back');
  },
  redo: async ({ press, shows }, key) => {
    press('right', 'u');
    await shows('← 5M tokens →');
    press(key);
    await shows('← 5.6M tokens →');
    press(key);
    await shows('nothing to make again');
  },
  command: async ({ press, shows, settled }, key) => {
    press(key);
    await shows(/mixplan plan \S*pilots-kernel-c\.fit\.json/);
    press('left');
    await settled();
  },
  export: brings('What shall be written?'),
  open: async ({ press, shows }, key) => {
    press(key);
    press(...'nowhere.csv', 'enter');
    await shows(/nowhere\.csv[\s\S]*enter opens it/);
  },
  help: async ({ press, shows, hides }, key) => {
    press(key);
    await shows('put the lever back to where it started');
    press(key);
    await hides('put the lever back to where it started');
  },
  back: async ({ press, shows, hides }, key) => {
    press('?');
    await shows('Everywhere');
    press(key);
    await hides('Everywhere');
  },
  suspend: async ({ press, suspend, settled }, key) => {
    press(key);
    await vi.waitFor(() => expect(suspend).toHaveBeenCalledTimes(1));
    await settled();
  },
  quit: async ({ press, quits }, key) => {
    press('right');
    press(key);
    await vi.waitFor(() => expect(quits).toHaveLength(1));
    expect(quits[0]).toEqual([expect.stringContaining("--budget '5.6M tokens'")]);
  },
  leverAbove: brings(/▸ tolerance +← 3% →/, 'down', 'down'),
  leverBelow: brings(/▸ tolerance +← 3% →/),
  type: async ({ press, shows }, key) => {
    press(key);
    press(...'7 gpus', 'enter');
    await shows(/"7 gpus"/);
    press('ctrl-u');
    press(...Array.from({ length: 6 }, () => 'backspace'), ...'9M tokens', 'enter');
    await shows('← 9M tokens →');
  },
  runAbove: async ({ press, shows, orders }, key) => {
    press('1', 'down', key, 'space');
    await shows('fitting the runs again');
    expect(orders[0].exclude).toEqual(['148k-r000']);
  },
  runBelow: async ({ press, shows, orders }, key) => {
    press('1', key, 'space');
    await shows('fitting the runs again');
    expect(orders[0].exclude).toEqual(['148k-r010']);
  },
  exclude: async ({ press, shows, hides, orders, tell, settled }, key) => {
    press('1', key);
    await shows('fitting the runs again: 0 of 2000 draws');
    expect(orders[0].exclude).toEqual(['148k-r000']);
    tell({ kind: 'progress', done: 450, total: 2000 });
    await shows('fitting the runs again: 450 of 2000 draws');
    tell({ kind: 'done', fit: here.source.fit });
    await hides('fitting the runs again');
    await settled();
    press(key);
    await hides('✕ 148k-r000');
  },
  includeAll: async ({ press, shows, hides }, key) => {
    press('1', 'space', 'down', 'space');
    await shows(/✕ 148k-r000[\s\S]*✕ 148k-r010/);
    press(key);
    await hides('✕');
  },
  sort: brings('size↑', '1'),
  reverse: brings(/run↓[\s\S]*55k-r100/, '1'),
  filter: async ({ press, shows, hides }, key) => {
    press('1', key);
    press(...'s2');
    await shows(/\/s2▏ {2}4 of the runs/);
    press('enter', 'esc');
    await hides('of the runs');
  },
  scrollUp: async ({ press, shows, hides, settled }, key) => {
    await settled();
    press('4', 'pagedown');
    await hides('Train the 333k model');
    press(...Array.from({ length: 10 }, () => key));
    await shows('Train the 333k model');
  },
  scrollDown: async ({ press, hides, settled }, key) => {
    await settled();
    press('4', key, key);
    await hides('Train the 333k model');
  },
  pageUp: async ({ press, shows, hides, settled }, key) => {
    await settled();
    press('4', 'pagedown');
    await hides('Train the 333k model');
    press(key);
    await shows('Train the 333k model');
  },
  pageDown: async ({ press, hides, settled }, key) => {
    await settled();
    press('4', key);
    await hides('Train the 333k model');
  },
  menuAbove: async (_, key) => {
    const { press, shows } = open({ source: undefined });
    press('down', key);
    await shows('▸ try the shipped pilots');
  },
  menuBelow: async (_, key) => {
    const { press, shows } = open({ source: undefined });
    press(key);
    await shows('▸ open a fit, or runs to fit');
  },
  menuTake: async (_, key) => {
    const { press, settled, quits } = open({ source: undefined });
    press(key);
    await settled();
    press('q');
    await vi.waitFor(() => expect(quits).toHaveLength(1));
  },
  exportAbove: brings('▸ the plan', 'e', 'down'),
  exportBelow: brings('▸ a report', 'e'),
  exportTake: async ({ press, shows }, key) => {
    press('e', key);
    await shows(/plan\.json▏[\s\S]*mixplan plan/);
  },
};

describe('the key', () => {
  const cases = keyTable
    .filter(({ place }) => place !== 'watching')
    .flatMap(({ action, keys, place }) => keys.map((key) => [key, place, action as PlanningAction] as const));

  it.each(cases)('%s (%s): %s', async (key, _, action) => {
    const screen = open();
    await screen.shows('levers');
    await seen[action](screen, key);
  });
});

describe('the first screen', () => {
  it('opens what is typed, and says why not', async () => {
    const { press, shows, settled } = open({ source: undefined });
    await shows('try the shipped pilots');
    press('down', 'enter', ...'nowhere.json', 'enter');
    await shows('There is no file');
    press('ctrl-u', ...here.source.args[0], 'enter');
    await settled();
  });

  it('plans without pilots, from options that can be changed', async () => {
    const { press, shows } = open({ source: undefined });
    press('down', 'down', 'enter');
    await shows('mixplan plan --no-pilots --shift weak');
    press('enter');
    await shows(/replay/);
    press(...' --bogus', 'enter');
    await shows(/--bogus/);
  });
});

describe('a refit', () => {
  it('is given up with esc, and the runs are as before', async () => {
    const { press, shows, hides, cancelled } = open();
    press('1', 'space');
    await shows('fitting the runs again');
    press('esc');
    await shows('the refit was cancelled');
    await hides('✕');
    expect(cancelled()).toBeGreaterThan(0);
  });

  it('that is refused says why', async () => {
    const { press, shows, hides, tell } = open();
    press('1', 'space');
    await shows('fitting the runs again');
    tell({ kind: 'refused', problems: [{ code: 'x', severity: 'error', message: 'No law is left.' }] });
    await shows('No law is left.');
    await hides('✕');
  });

  it('of the newest runs wins', async () => {
    const { press, shows, orders } = open();
    press('1', 'space', 'down');
    await shows('fitting the runs again');
    press('space');
    await vi.waitFor(() => expect(orders.at(-1)!.exclude).toEqual(['148k-r000', '148k-r010']));
  });
});

describe('a question without a quick answer', () => {
  it('leaves the answer before in sight until there is one', async () => {
    const { press, shows, hides, settled } = open({ asked: { ...here.asked, targetGain: 0.1 } });
    await settled();
    press('down', 'right');
    await shows(/until then the one before:[\s\S]*Train the 333k model/);
    await hides('until then the one before');
    await shows('How sure');
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
    const { shows, lastFrame, press } = open({ size: { columns, rows } });
    await shows('levers');
    for (const key of ['1', '2', '4', '?', 'esc', 'y', 'esc', 'e', 'esc', '3']) {
      press(key);
      const lines = lastFrame()!.split('\n');
      expect(lines.length).toBeLessThan(rows);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
    }
  });

  it('says that it is too small', async () => {
    const { shows } = open({ size: { columns: 50, rows: 12 } });
    await shows(/needs a terminal of 60 × 16 characters, and this one has 50 × 12/);
  });

  it('has nothing but the signs of a typewriter where those are asked for', async () => {
    const { shows, lastFrame, press } = open({ look: { colour: false, ascii: true } });
    await shows('How sure');
    for (const key of ['v', 'v', 'v', 'v', 'v', 'v', '?']) {
      press(key);
      expect(lastFrame()).toMatch(/^[\n -~]*$/);
      expect(lastFrame()).not.toMatch(/\?\?/);
    }
  });

  it('has colours, or none', async () => {
    const start = '\u001b[';
    const plain = open();
    await plain.shows('levers');
    expect(plain.lastFrame()).not.toContain(start);
    const coloured = open({ look: { colour: true, ascii: false } });
    await coloured.shows('levers');
    expect(coloured.lastFrame()).toContain(start);
  });

  it('rests: no timer and no handle is left once the answer stands', async () => {
    const before = await resources();
    const { settled, frames } = open();
    await settled();
    // Twice the budget is looked for last.
    await resources();
    const drawn = frames.length;
    expect(await resources()).toEqual(before);
    expect(frames.length).toBe(drawn);
  });
});

/** What keeps the process busy after a rest. */
async function resources(): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return process.getActiveResourcesInfo().sort();
}
