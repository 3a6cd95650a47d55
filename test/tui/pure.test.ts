/** What needs no screen: steps, canvas, charts, the table of keys, history. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { options } from '../../src/options/all.ts';
import { shellWords } from '../../src/options/commandLine.ts';
import { parseArguments } from '../../src/options/parse.ts';
import { makeAnswers } from '../../src/tui/answer.ts';
import { makeCanvas } from '../../src/tui/canvas.ts';
import { placeOn, ticksOn } from '../../src/tui/chart.ts';
import { chartsOf } from '../../src/tui/charts.ts';
import { planExports } from '../../src/tui/exports.ts';
import { actionOf, keyTable } from '../../src/tui/keys.ts';
import { levers } from '../../src/tui/levers.ts';
import { commandLines } from '../../src/tui/panes/windows.ts';
import { evenly, preferred } from '../../src/tui/steps.ts';
import { fitted, painted, typewriter, widthOf, wrapped } from '../../src/tui/styled.ts';
import { views } from '../../src/tui/views.ts';
import { inWords } from '../../src/tui/words.ts';
import { opened, press, type Stage, stage } from './screen.ts';

let here: Stage;
beforeAll(async () => {
  here = await stage();
});
const heldOf = ({ source }: Stage) => ({ source, exclude: [], fit: source.fit, sha256: source.sha256 });

describe('steps', () => {
  it('go along preferred numbers, up and down again, six to a doubling', () => {
    expect(preferred(5e6, 1)).toBe(5.6e6);
    expect(preferred(5e6, 6)).toBe(1e7);
    expect(preferred(1e7, 6)).toBe(2e7);
    expect(preferred(4.99712e6, 1)).toBe(5e6);
    expect(preferred(4.99712e6, -1)).toBe(4.5e6);
    fc.assert(
      fc.property(fc.integer({ min: -60, max: 200 }), fc.integer({ min: 1, max: 50 }), (start, by) => {
        const value = preferred(1, start);
        expect(preferred(preferred(value, by), -by)).toBe(value);
        expect(preferred(value, by)).toBeGreaterThan(value);
      }),
    );
  });

  it('of even grain stay within their ends', () => {
    expect(evenly(0.03, -10, 0.001, 0.001, 1)).toBe(0.02);
    expect(evenly(0.0305, 1, 0.001, 0.001, 1)).toBe(0.031);
    expect(evenly(0.0305, -1, 0.001, 0.001, 1)).toBe(0.03);
    expect(evenly(0.005, -10, 0.001, 0.001, 1)).toBe(0.001);
  });
});

describe('levers', () => {
  it('write what they hold so that it reads back, wherever keys take them', () => {
    const { source } = here;
    const start = opened(here).values;
    for (const lever of levers) {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(-10, -1, 1, 10), { maxLength: 12 }), (steps) => {
          const values = steps.reduce((now, by) => lever.step(now, by, source.fit), start);
          expect(lever.text(values, source.fit)).not.toMatch(/undefined|NaN/);
          const back = lever.step(lever.step(values, 1, source.fit), -1, source.fit);
          expect(lever.text(back, source.fit)).not.toMatch(/undefined|NaN/);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('take what their example says, and name what they cannot read', () => {
    const start = opened(here).values;
    for (const lever of levers) {
      for (const example of lever.example.split(/, or /))
        expect(() => lever.type(example, start)).not.toThrow();
    }
    const state = press(opened(here), 'enter', ...'5 apples', 'enter');
    expect(state.mode).toMatchObject({ kind: 'typing', text: '5 apples' });
    expect(state.mode).toHaveProperty('problem', expect.stringContaining('5 apples'));
  });
});

describe('history', () => {
  it('any changes are taken back one by one, and made again', () => {
    const keys = fc.array(fc.constantFrom('left', 'right', 'H', 'L', 'down', 'up', '0'), { maxLength: 30 });
    fc.assert(
      fc.property(keys, (walk) => {
        const start = opened(here);
        const end = press(start, ...walk);
        const changes = end.past.length;
        const back = press(end, ...Array.from({ length: changes }, () => 'u'));
        expect(back.values).toEqual(start.values);
        expect(press(back, ...Array.from({ length: changes }, () => 'ctrl-r')).values).toEqual(end.values);
      }),
    );
  });
});

describe('the table of keys', () => {
  it('has no key twice in one place, and says of each what it does', () => {
    const places = new Set(keyTable.map(({ place }) => place));
    for (const place of places) {
      const keys = keyTable.filter((binding) => binding.place === place).flatMap((binding) => binding.keys);
      expect(keys).toEqual([...new Set(keys)]);
    }
    for (const { help, keys, place, action } of keyTable) {
      expect(help).toMatch(/^[a-z].*[^.]$/);
      for (const key of keys) expect(actionOf(key, place)).toBe(action);
    }
  });
});

describe('lines', () => {
  it('are cut and filled to a width, and stay in it as typewriters write', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' })), fc.nat({ max: 60 }), (texts, width) => {
        const line = fitted(
          texts.map((text) => ({ text })),
          width,
        );
        expect(widthOf(line)).toBe(width);
      }),
    );
    expect(typewriter('● 5M → ░±')).toMatch(/^[ -~]{9}$/);
    expect(painted([{ text: 'x', style: 'plan' }], { colour: false, ascii: false })).toBe('x');
    expect(wrapped('one two three', 7).map((line) => line[0].text)).toEqual(['one two', 'three']);
  });
});

describe('a command on the screen', () => {
  it('is broken after spaces and loses no letter, however narrow the screen', () => {
    const words = fc.array(fc.stringMatching(/^[a-z'-]{1,30}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 60 }), (command, width) => {
        const text = command.join(' ');
        const shown = commandLines([text], width).filter(([span]) => span?.style === 'bold');
        const lines = shown.map(([span]) => span.text);
        expect(lines.join('')).toBe(text);
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
        // Where a line does not end with a space, its one word left no room for that.
        for (const line of lines.slice(0, -1)) expect(line).toMatch(/ $|^ ?[^ ]+$/);
      }),
    );
  });
});

describe('the canvas', () => {
  it('draws a diagonal in dots, two by four to a character', () => {
    const canvas = makeCanvas(2, 1, false);
    canvas.line({ x: 0, y: 0 }, { x: 1.99, y: 0.99 }, 'plain');
    expect(
      canvas
        .lines()[0]
        .map(({ text }) => text)
        .join(''),
    ).toBe('⠑⢄');
  });

  it('marks lie above curves, those above shading, whatever comes first', () => {
    const canvas = makeCanvas(3, 1, true);
    canvas.mark(0, 0, 'o', 'plan');
    canvas.line({ x: 0, y: 0.9 }, { x: 1.9, y: 0.9 }, 'domain');
    for (const column of [0, 1, 2]) canvas.shade(column, 0, 0, ':', 'dim');
    expect(
      canvas
        .lines()[0]
        .map(({ text }) => text)
        .join(''),
    ).toBe('o.:');
  });

  it('leaves out what lies outside', () => {
    const canvas = makeCanvas(2, 2, false);
    canvas.line({ x: -5, y: -5 }, { x: 9, y: 9 }, 'plain');
    canvas.line({ x: 0, y: Number.POSITIVE_INFINITY }, { x: 1, y: 0 }, 'plain');
    canvas.mark(7, 7, 'x', 'plain');
    expect(canvas.lines()).toHaveLength(2);
  });
});

describe('axes', () => {
  it('have a few round ticks inside their ends, ascending', () => {
    const ends = fc.tuple(
      fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
      fc.double({ min: 1.5, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(ends, fc.boolean(), fc.integer({ min: 2, max: 12 }), ([from, factor], log, wanted) => {
        const axis = { title: '', text: String, from, to: from * factor, log };
        const ticks = ticksOn(axis, wanted);
        expect(ticks.length).toBeLessThanOrEqual(wanted + 1);
        expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
        for (const tick of ticks) {
          expect(placeOn(axis, tick)).toBeGreaterThan(-1e-6);
          expect(placeOn(axis, tick)).toBeLessThan(1 + 1e-6);
        }
      }),
    );
  });
});

describe('charts', () => {
  it('of every view show the plan, the limit and where no plan may lie', () => {
    const answers = makeAnswers(here.host);
    const { values } = opened(here);
    const answer = answers.exactly(heldOf(here), values);
    if (answer.kind !== 'planned' || answer.scene === undefined) throw new Error('no plan');
    const { figures, scene } = answer;
    for (const { id, log } of views) {
      const charts = chartsOf(id, { scene, figures, pinned: undefined, log });
      expect(charts.length > 0).toBe(id !== 'laws');
      for (const chart of charts) {
        expect(chart.sentence).toMatch(/^[A-Z0-9].*\.$/);
        expect(chart.sentence).not.toMatch(/NaN|Infinity|undefined/);
        for (const curve of chart.curves) for (const { y } of curve.points) expect(y).not.toBeNaN();
      }
    }
    const [general] = chartsOf('ratio', { scene, figures, pinned: undefined, log: false });
    expect(general.across.map(({ y }) => y)).toEqual([expect.closeTo(0.03, 12)]);
    expect(general.hatched).toEqual([{ from: figures.domainRatio, to: 1 }]);
    expect(general.upright[0].x).toBe(figures.domainRatio);
    const [budget] = chartsOf('budget', { scene, figures, pinned: undefined, log: true });
    const heights = budget.curves[0].points.map(({ y }) => y);
    expect(heights).toEqual(heights.toSorted((a, b) => b - a));
    expect(budget.hatched).toEqual([]);
    expect(budget.marks.map(({ label }) => label)).toEqual(['plan', 'twice']);
    const none = answers.exactly(heldOf(here), {
      ...values,
      tolerance: options.tolerance.unit.parse('0.1%'),
    });
    if (none.kind !== 'refused' || none.scene === undefined) throw new Error('a plan');
    const [shut] = chartsOf('budget', {
      scene: none.scene,
      figures: undefined,
      pinned: undefined,
      log: true,
    });
    expect(shut.hatched).toEqual([{ from: shut.x.from, to: expect.any(Number) }]);
  });
});

describe('exports', () => {
  it.each(planExports)('$title: by options that the commands have', ({ written, offered }) => {
    for (const line of written(['mixplan plan pilots.fit.json'], offered)) {
      const [, name, ...words] = shellWords(line)!;
      const { arguments: operands, options } = commands.find((command) => command.name === name)!;
      expect(() => parseArguments(operands, options, words)).not.toThrow();
    }
  });
});

describe('in words', () => {
  it('the screen says the lever, the plan and the charts', () => {
    const state = opened(here);
    const answers = makeAnswers(here.host);
    const answer = answers.exactly(heldOf(here), state.values);
    if (answer.kind !== 'planned' || answer.scene === undefined) throw new Error('no plan');
    const { figures, scene } = answer;
    const charts = chartsOf('ratio', { scene, figures, pinned: undefined, log: false });
    const frame = {
      state,
      fit: here.source.fit,
      answer,
      pinned: undefined,
      doubled: undefined,
      charts,
      refitting: undefined,
      awaited: false,
    };
    const text = inWords(state, frame, undefined).join('\n');
    expect(text).toContain('Lever 1 of 11, budget: 5M tokens.');
    expect(text).toContain(`at domain ratio ${figures.domainRatio.toFixed(3)}`);
    expect(text).toContain('general loss changes by');
    expect(text).toMatch(/^[^╭│░]*$/);
    const runs = press(state, '1', 'down');
    expect(inWords(runs, { ...frame, state: runs }, undefined)[0]).toMatch(/^Run 2 of 29, 148k-r010:/);
  });
});
