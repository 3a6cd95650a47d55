/**
 * What watching is worth, measured on runs drawn from the prediction of a plan: `npm run watch-study`. Runs lie on draws that are
 * not watched with. Prints a table; nothing is written.
 */
import { readFile } from 'node:fs/promises';
import type { FitDocument } from '../../src/documents/fit.ts';
import { makeAlarm } from '../../src/watch/alarm.ts';
import { expectedFromFit, expectedFromPlan } from '../../src/watch/expected.ts';
import { shareBelow } from '../../src/watch/mixture.ts';
import { makeTracker, type Tracker } from '../../src/watch/track.ts';
import { planFor, shareBy, studyOf, type WatchStudy, watchRuns, withEvaluationNoise } from './runs.ts';

const RUNS = 1000;
/** Every fifth of the draws that no run lies on: all of them change nothing but the time it takes. */
const EVERY = 5;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

const shipped = JSON.parse(
  await readFile(new URL('../../fits/pilots-kernel-c.fit.json', import.meta.url), 'utf8'),
) as FitDocument;

/** Plans of several reaches: the piloted tokens, eight times as many, a size that was not piloted. */
const plain = withEvaluationNoise(shipped, 0.002);
const cases: readonly { readonly title: string; readonly fit: FitDocument; readonly tokens: number }[] = [
  { title: '333k for 5M tokens, evaluation noise 0.2%', fit: plain, tokens: 5e6 },
  { title: '333k for 5M tokens, noise as in the pilots', fit: shipped, tokens: 5e6 },
  { title: '333k for 40M tokens, eight times the pilots', fit: shipped, tokens: 40e6 },
];

pilots();
for (const { title, fit, tokens } of cases) {
  const plan = planFor(fit, tokens);
  const expected = expectedFromFit(plan, fit);
  const study = studyOf(expected, EVERY);
  const { end, noise } = plan.predicted.general;
  const half = (end.interval![1] - end.interval![0]) / 2 / end.loss;
  say(
    `\n${title}: half-width ${percent(half)} of general loss, run ${percent(noise.run)}, rho ${noise.rho.toFixed(2)}`,
  );

  const calibration = chances();
  const nulls = watchRuns(study, RUNS, 21, undefined, calibration.during(study));
  say(`  false alarms over the whole run, ${RUNS} runs: ${percent(shareBy(nulls, tokens))}`);
  calibration.tell();
  const alone = expectedFromPlan(plan).sets;
  const withoutFit = {
    ...study,
    watching: study.truth.map(({ name }) => alone.find((set) => set.name === name)!),
  };
  say(`  the same without the fit: ${percent(shareBy(watchRuns(withoutFit, RUNS, 22), tokens))}`);
  say(
    `  if five times as many evaluations were judged, noise correlated by evaluation: ${percent(denser(study, 22))}`,
  );
  for (const [name, change] of changes(tokens)) {
    const alarms = watchRuns(study, 200, 23, (set) => (set === 'general' ? change : () => 0));
    const found = alarms.filter((at) => at !== undefined).sort((a, b) => a - b);
    const at = (share: number): string => {
      const value = found[Math.ceil(share * alarms.length) - 1];
      return value === undefined ? 'later' : percent(value / tokens);
    };
    say(
      `  ${name}: by 30% of the tokens ${percent(shareBy(alarms, 0.3 * tokens))}, ever ${percent(shareBy(alarms, tokens))}; half of them by ${at(0.5)}, nine of ten by ${at(0.9)}`,
    );
  }
}
function changes(tokens: number): readonly (readonly [string, (at: number) => number])[] {
  const jump = (from: number, size: number) => (at: number) => (at >= from * tokens ? size : 0);
  return [
    ['+2% at 10%', jump(0.1, 0.02)],
    ['+1% at 10%', jump(0.1, 0.01)],
    ['+2% at 25%', jump(0.25, 0.02)],
    ['+1% at 25%', jump(0.25, 0.01)],
    ['+0.5% at 25%', jump(0.25, 0.005)],
    ['−1% at 25%', jump(0.25, -0.01)],
    ['drift to +2% at the end', (at) => (0.02 * at) / tokens],
    ['drift to +1% at the end', (at) => (0.01 * at) / tokens],
  ];
}

/** Null runs with rho between neighbouring evaluations although they come five times as often, all of them judged: why the watcher judges none that are closer than the plan says. */
function denser(study: WatchStudy, seed: number): number {
  const step = study.times[1] - study.times[0];
  const times = study.times.flatMap((at) => [4, 3, 2, 1, 0].map((k) => at - (k * step) / 5));
  return shareBy(watchRuns({ ...study, times }, 200, seed), study.tokens);
}

/** Chances of keeping the tolerance that were told half-way, against what came of it. */
function chances() {
  const told: { chance: number; kept: boolean; part: number }[] = [];
  const during =
    (study: WatchStudy) =>
    (_: number, s: number, tracker: Tracker, i: number, losses: readonly number[], draw: number): void => {
      const { limit } = study.watching[s];
      if (limit === null) return;
      const part = [0.25, 0.5, 0.75].find((each) => i === Math.floor(each * study.times.length));
      if (part === undefined) return;
      const ahead = tracker.ahead(study.tokens);
      const limits = Float64Array.from(ahead.draw, (k) => limit[k]);
      const kept = losses[losses.length - 1] <= study.truth[s].limit![draw];
      told.push({ chance: shareBelow(ahead, limits), kept, part });
    };
  const tell = (): void => {
    for (const part of [0.25, 0.5, 0.75]) {
      const those = told.filter((each) => each.part === part);
      const brier = mean(those.map(({ chance, kept }) => (chance - Number(kept)) ** 2));
      const rate = mean(those.map(({ kept }) => Number(kept)));
      say(
        `  chance told after ${percent(part)} of the evaluations: Brier score ${brier.toFixed(4)}, ${(rate * (1 - rate)).toFixed(4)} for always saying ${percent(rate)}`,
      );
      const bounds = [0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 1];
      const bins = bounds.slice(1).flatMap((high, b) => {
        const inside = those.filter(({ chance }) => chance > bounds[b] && chance <= high);
        if (inside.length < 10) return [];
        const said = mean(inside.map(({ chance }) => chance));
        return [
          `${percent(said)} → ${percent(mean(inside.map(({ kept }) => Number(kept))))} (${inside.length})`,
        ];
      });
      say(`    said → kept: ${bins.join(', ')}`);
    }
  };
  return { during, tell };
}

/** The real pilots of the largest size, each against what the fit expects at its ratio: how many are called unexpected. */
function pilots(): void {
  const { runs, observations } = shipped.pilots;
  const largest = Math.max(...runs.map(({ params }) => params));
  const plan = planFor(shipped, 5e6, largest);
  const called = runs.flatMap(({ id, params, domainRatio }, run) => {
    if (params !== largest) return [];
    const rows = [...observations.run.keys()].filter((row) => observations.run[row] === run);
    const cadence = observations.tokens[rows[1]] - observations.tokens[rows[0]];
    const [first] = plan.runs;
    const own = { ...first, phases: [{ ...first.phases[0], domainRatio }], evalEveryTokens: cadence };
    const expected = expectedFromFit({ ...plan, runs: [own] }, shipped);
    const alarm = makeAlarm(expected.sets.length);
    const sets = expected.sets.filter((set) => {
      const tracker = makeTracker(set, expected.tokens);
      return rows.reduce((unexpected, row) => {
        const loss = observations.loss[set.name][row];
        if (loss === null) return unexpected;
        return alarm.hear(set.name, tracker.observe(observations.tokens[row], loss).evidence);
      }, false);
    });
    return [{ id, sets: sets.map(({ name }) => name) }];
  });
  const bad = called.filter(({ sets }) => sets.length > 0);
  say(
    `\nReal pilots of ${largest} parameters that are called unexpected: ${bad.length} of ${called.length}${bad.map(({ id, sets }) => `; ${id} on ${sets.join(' and ')}`).join('')}`,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
