/** What needs no screen: the charts of a watched run, and the screen in words. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type ReadingOptions, readRun } from '../../../src/cli/watching.ts';
import { expectation, goneOn, goneOnWithRests, verdictOf } from '../../../src/cli/watchSession.ts';
import { evaluationsOn } from '../../../src/explain/watch.ts';
import type { OptionValues } from '../../../src/options/all.ts';
import { watchCharts } from '../../../src/tui/watch/charts.ts';
import type { WatchFrame } from '../../../src/tui/watch/model.ts';
import { reducerFor, startState, type WatchState } from '../../../src/tui/watch/state.ts';
import { type SeenRun, setsOf, type Watching, watchExports } from '../../../src/tui/watch/watching.ts';
import { watchInWords } from '../../../src/tui/watch/words.ts';
import { TOKENS, watchedStage } from './stage.ts';

const stage = watchedStage();
let watching: Watching;
let course: SeenRun;
let raised: SeenRun;
beforeAll(async () => {
  await stage.write('course.csv', stage.logged(0.6 * TOKENS));
  watching = await stage.watching('course.csv');
  course = await stage.seenOf(watching);
  await stage.write('raised.csv', stage.logged(0.6 * TOKENS, { from: 0.2 * TOKENS, by: 0.03 }));
  raised = await stage.seenOf(await stage.watching('raised.csv'));
}, 60_000);

const frameOf = (seen: SeenRun | undefined, change: Partial<WatchState> = {}): WatchFrame => {
  const sets = setsOf(watching.plan);
  return {
    watching,
    state: { ...startState, ...change },
    followed: { seen, since: '14:00:00', arrived: '14:03:22', missing: [], problems: [] },
    sets,
    charts: watchCharts(watching.plan, sets, seen, false),
  };
};

describe('the chart of a set', () => {
  it('shows the evaluations of the verdict over the path that they are held against', () => {
    const [general, domain] = watchCharts(watching.plan, ['general', 'domain'], course, false);
    const { sets, evaluations, tokens } = course.verdict;
    expect(general.across).toMatchObject([{ y: sets.general.limit, style: 'limit' }, {}]);
    expect(domain.across).toEqual([]);
    const marks = general.marks.filter(({ letter }) => letter === '●');
    expect(marks.map(({ x, y }) => [x, y])).toEqual(
      evaluations.filter(({ judged }) => judged).map((each) => [each.tokens, each.sets.general.loss]),
    );
    expect(general.marks.at(-1)).toMatchObject({ x: tokens.planned, y: sets.general.now.loss });
    expect(general.upright).toMatchObject([{ x: tokens.seen }]);
  });

  it('has the path of the very losses that evaluations are held against', async () => {
    await stage.write('whole.csv', stage.logged(TOKENS));
    const { paths, verdict } = await stage.seenOf(await stage.watching('whole.csv'));
    const both = paths.general.flatMap((point) => {
      const evaluation = verdict.evaluations.find((each) => each.tokens === point.tokens);
      return evaluation === undefined ? [] : [{ point, seen: evaluation.sets.general }];
    });
    expect(both.length).toBeGreaterThan(0);
    for (const { point, seen } of both)
      expect(point).toMatchObject({ predicted: seen.predicted, band: seen.band });
  });

  it('tells evaluations apart without colours', () => {
    const [general, domain] = watchCharts(watching.plan, ['general', 'domain'], raised, false);
    const letters = new Set(general.marks.map(({ letter }) => letter));
    expect([...letters].toSorted()).toEqual(['◆', '●', '✕'].toSorted());
    const since = raised.verdict.unexpected[0].since;
    for (const { x, letter } of general.marks) if (letter === '✕') expect(x).toBeGreaterThanOrEqual(since);
    expect(domain.marks.some(({ letter }) => letter === '✕')).toBe(false);
    expect(general.legend.map(({ text }) => text)).toEqual(['judged', 'unexpected by then', 'now']);
  });

  it('is there before the run is, by the plan alone', () => {
    const [general] = watchCharts(watching.plan, ['general'], undefined, true);
    const { path } = watching.plan.predicted.general;
    expect(general.curves[0].points).toEqual(path.map(({ tokens, loss }) => ({ x: tokens, y: loss })));
    expect(general.marks).toEqual([]);
    expect(general.x.from).toBe(path[0].tokens);
    expect(general.sentence).toMatch(
      /^General loss is planned to end at 1\.57\d \[.*nothing of it was seen yet\.$/,
    );
  });

  it('says in a sentence what is to be seen', () => {
    const [general] = watchCharts(watching.plan, ['general'], course, false);
    expect(general.sentence).toMatch(
      /^General loss is 1\.\d+ after 3M tokens where 1\.\d+ \[1\.\d+, 1\.\d+\] was expected and will end at about .*, its limit being 1\.58\d\.$/,
    );
  });
});

describe('the table of evaluations', () => {
  it('has all of a set, the newest first', () => {
    const { table } = evaluationsOn('general', course.verdict);
    expect(table!.rows).toHaveLength(course.verdict.evaluations.length);
    expect(table!.rows[0][0]).toBe('3M');
  });
});

describe('reading a run', () => {
  it('rests between a few evaluations, is ended by a rest that throws, and gives the same verdict', async () => {
    const { plan, path, logs, reading } = watching;
    const values = reading as OptionValues<ReadingOptions>;
    const runs = await readRun(plan, path, logs, values);
    const asked = { plan, expectation: await expectation(plan, path), name: undefined, grows: false };
    let rests = 0;
    const rested = await goneOnWithRests(undefined, runs, asked, async () => {
      rests++;
    });
    expect(rests).toBeGreaterThan(3);
    expect(verdictOf(rested, path)).toEqual(verdictOf(goneOn(undefined, runs, asked), path));
    const ended = goneOnWithRests(undefined, runs, asked, () => Promise.reject(new Error('left')));
    await expect(ended).rejects.toThrow('left');
  });
});

describe('in words', () => {
  it.each([
    ['verdict', /^On course: after 3M of 5M tokens/],
    ['chart', /^General loss is/],
    ['evaluations', /^3M tokens {2}domain|^3M tokens {2}general/],
  ] as const)('the %s comes first where the keys go to it', (pane, first) => {
    const said = watchInWords(frameOf(course, { pane }), undefined);
    expect(said[0]).toMatch(first);
    expect(said.join('\n')).toContain('On course');
    expect(said.join('\n')).not.toMatch(/[╭│░●⠁-⣿]/);
    expect(said.at(-1)).toMatch(/^Keys: tab next pane, v next set/);
  });

  it('says what is waited for, and why nothing is followed any more', () => {
    expect(watchInWords(frameOf(undefined), undefined)[0]).toMatch(/^Waiting for the first evaluation in/);
    const frame = frameOf(course);
    const problems = [{ code: 'x', severity: 'error', message: 'It is another run.' }] as const;
    const stopped = { ...frame, followed: { ...frame.followed, problems } };
    expect(watchInWords(stopped, undefined)[0]).toBe('It is another run.');
  });
});

describe('the keys', () => {
  it('remember which of chart and evaluations was looked at last', () => {
    const reduce = reducerFor({ sets: 2, exports: watchExports(watching) });
    const press = (...keys: readonly string[]) =>
      keys.reduce((state, key) => reduce(state, { kind: 'key', key }), startState);
    expect(press('3', '1')).toMatchObject({ pane: 'verdict', lower: 'evaluations' });
    expect(press('3', '2', '1')).toMatchObject({ pane: 'verdict', lower: 'chart' });
    expect(press('v', 'v').set).toBe(0);
    expect(press('V').set).toBe(1);
  });
});
