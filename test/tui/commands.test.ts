/** The screen and its command agree: whatever keys were pressed. */
import { mkdtemp, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { askedOf, hostFor } from '../../src/cli/commands/tui.ts';
import { canonicalJson } from '../../src/documents/canonical.ts';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import { sha256 } from '../../src/documents/sha256.ts';
import { refitWithout } from '../../src/fit/withoutRuns.ts';
import { shellWords } from '../../src/options/commandLine.ts';
import { makeAnswers } from '../../src/tui/answer.ts';
import { commandsFor, type Held } from '../../src/tui/source.ts';
import { mixplan } from '../cli/harness.ts';
import { codesOf, runsPath, scratch } from '../cli/pilots.ts';
import { defaults, opened, press, type Stage, silentPrinter, stage } from './screen.ts';

const { path, put } = scratch();
let here: Stage;
let held: Held;
beforeAll(async () => {
  here = await stage();
  const { source } = here;
  held = { source, exclude: [], fit: source.fit, sha256: source.sha256 };
});

/** Keys that change what is asked, and where the next change goes. */
const WALKING = [
  ...['left', 'right', 'right', 'h', 'l', 'shift-left', 'shift-right', 'H', 'L'],
  ...[
    'up',
    'down',
    'down',
    'j',
    'k',
    '0',
    'u',
    'ctrl-r',
    'v',
    'x',
    'b',
    'c',
    '2',
    '3',
    '4',
    'tab',
    'shift-tab',
  ],
];

async function answerOfCommand(command: string) {
  const [, ...words] = shellWords(command)!;
  const { status, stdout, stderr } = await mixplan([...words, '-o', '-', '--json']);
  return status === 0 ? { plan: JSON.parse(stdout) as PlanDocument } : { codes: codesOf(stderr) };
}

/** Of the document only the command differs, which here was told to write to standard output. */
function told(plan: PlanDocument): unknown {
  const { command: _, ...rest } = plan;
  return JSON.parse(JSON.stringify(rest));
}

/** The first draws alone: a refit makes as many again. */
function cut({ count: _, evals, ...rest }: FitDocument['draws'], count: number): FitDocument['draws'] {
  const first = evals.map(({ member, parameters }) => ({
    member: member.slice(0, count),
    parameters: parameters.slice(0, count),
  }));
  return { ...rest, count, evals: first };
}

describe('the command of the screen', () => {
  it('gives the same plan digit for digit after any walk of keys', { timeout: 600_000 }, async () => {
    const answers = makeAnswers(here.host);
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...WALKING), { minLength: 12, maxLength: 50, size: 'max' }),
        async (keys) => {
          const { values } = press(opened(here), ...keys);
          const command = commandsFor(held.source, values).at(-1)!;
          seen.add(command);
          const shown = answers.exactly(held, values);
          const given = await answerOfCommand(command);
          if (shown.kind === 'planned') expect(told(given.plan!)).toEqual(told(shown.plan!));
          else if (shown.kind === 'refused')
            expect(given.codes).toEqual(shown.problems.map(({ code }) => code));
        },
      ),
      { numRuns: 50, seed: 7 },
    );
    expect(seen.size).toBeGreaterThan(25);
  });

  it('gives the same plan from a fit made again without some runs', async () => {
    const few = { ...here.source.fit, draws: cut(here.source.fit.draws, 40) };
    const path = await put('few.fit.json', canonicalJson(few));
    const source = await here.host.open([path]);
    const exclude = ['148k-r050', '55k-r100'];
    const fit = await refitWithout(source.fit, exclude);
    const without: Held = { source, exclude, fit, sha256: sha256(canonicalJson(fit)) };
    const values = { ...opened(here).values, exclude };
    const [command] = commandsFor(source, values);
    const shown = makeAnswers(here.host).exactly(without, values);
    const given = await answerOfCommand(command);
    if (shown.kind !== 'planned') throw new Error('no plan');
    expect(told(given.plan!)).toEqual(told(shown.plan!));
    expect(fit.pilots.setAside.filter(({ code }) => code === 'run-excluded').length).toBeGreaterThan(0);
  });

  it('is about right already in the frame of the key', () => {
    const answers = makeAnswers(here.host);
    for (const keys of [['right'], ['left', 'left'], ['down', 'shift-left'], ['down', 'down', 'right']]) {
      const { values } = press(opened(here), ...keys);
      const now = answers.now(held, values);
      const exact = answers.exactly(held, values);
      if (now.kind !== 'planned' || exact.kind !== 'planned') throw new Error('no plan');
      expect(now.figures.exact).toBe(false);
      expect(now.figures.domainRatio).toBeCloseTo(exact.figures.domainRatio, 3);
      now.figures.losses.forEach(({ end }, k) => {
        expect(end / exact.figures.losses[k].end).toBeCloseTo(1, 3);
      });
      expect(answers.now(held, values)).toBe(exact);
    }
  });

  it('is about right in the frame of the key for several sizes too, and names the set that nothing keeps', async () => {
    const several = ['--params', '148k,333k', '--budget', '3e12 FLOP', '--confidence', '80%'];
    for (const [tolerance, kind] of [
      ['3%', 'planned'],
      ['0.1%', 'refused'],
    ] as const) {
      const asked = await stage(...several, '--tolerance', tolerance);
      const { values } = opened(asked);
      const answers = makeAnswers(asked.host);
      const [now, exact] = [answers.now(held, values), answers.exactly(held, values)];
      expect(exact.kind).toBe(kind);
      expect(exact).toHaveProperty('scene.fit', held.fit);
      if (exact.kind === 'planned') {
        expect(now).toMatchObject({ kind: 'planned', figures: { exact: false, model: exact.figures.model } });
        if (now.kind === 'planned') expect(now.figures.domainRatio).toBeCloseTo(exact.figures.domainRatio, 3);
      } else expect(now).toMatchObject({ kind: 'later', missed: 'general' });
    }
  });

  it('carries what was given at the start, laws that are chosen and runs that are left out', async () => {
    const asked = await stage(
      '--base-loss',
      'general=1.5',
      '--confidence',
      '80%',
      '--domain-weight',
      'domain=2',
    );
    const state = press(
      opened(asked),
      '1',
      'space',
      '3',
      ...Array.from({ length: 9 }, () => 'down'),
      'right',
    );
    const [command] = commandsFor(asked.source, state.values);
    expect(state.values.exclude).toHaveLength(1);
    expect(state.values.law).toEqual(['change-domain-flat']);
    for (const part of [
      '--base-loss general=1.5',
      '--confidence 0.8',
      '--domain-weight domain=2',
      '--exclude 148k-r000',
      '--law change-domain-flat',
    ])
      expect(command).toContain(part);
  });

  it('gives the plan of runs that were fitted on the spot, in a fresh folder, whatever was left out and chosen', {
    timeout: 300_000,
  }, async () => {
    const home = process.cwd();
    let several = 0;
    for (const options of [[], ['--delta', '0.01'], ['--exclude', '148k-r010']]) {
      const values = defaults('--draws', '60', ...options);
      const host = hostFor(values, silentPrinter());
      const source = await host.open([runsPath]);
      const start = opened({ host, source, asked: askedOf(values) });
      const answers = makeAnswers(host);
      const walks = [
        ['3', 'right'],
        ['1', 'down', 'space', '3', 'down', 'right'],
        // The law is the last lever but one.
        ['1', 'space', '3', ...Array.from({ length: 9 }, () => 'down'), 'right'],
      ];
      for (const keys of walks) {
        const state = press(start, ...keys);
        const { exclude = [] } = state.values;
        const fit = exclude.length === 0 ? source.fit : await refitWithout(source.fit, exclude);
        const asked: Held = { source, exclude, fit, sha256: sha256(canonicalJson(fit)) };
        const shown = answers.exactly(asked, state.values);
        if (shown.kind !== 'planned') throw new Error('no plan');
        const commands = commandsFor(source, state.values);
        if (commands.length > 1) several += 1;
        process.chdir(await mkdtemp(path('fresh-')));
        for (const command of commands) {
          const [, ...words] = shellWords(command)!;
          expect(await mixplan(words)).toMatchObject({ status: 0 });
        }
        const plan = JSON.parse(await readFile('plan.json', 'utf8')) as PlanDocument;
        process.chdir(home);
        expect(told(plan)).toEqual(told(shown.plan!));
      }
    }
    expect(several).toBe(3);
  });

  it('is two commands where laws are chosen of runs that were fitted on the spot', () => {
    const source = {
      ...here.source,
      kind: 'runs' as const,
      args: ['runs.csv'],
      fitting: { draws: 200 },
      pathWithout: () => 'x.fit.json',
    };
    const { values } = opened(here);
    expect(commandsFor(source, values)).toEqual([
      "mixplan plan runs.csv --draws 200 --params 332.928k --tolerance 3% --budget '5M tokens'",
    ]);
    expect(commandsFor(source, { ...values, law: ['change-domain'] })).toEqual([
      'mixplan fit runs.csv --draws 200 --output x.fit.json',
      "mixplan plan x.fit.json --law change-domain --params 332.928k --tolerance 3% --budget '5M tokens'",
    ]);
  });
});
