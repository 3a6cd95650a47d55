/** The verdict at any time, with paths that are known so that only the rules of judging are left. */
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/documents/canonical.ts';
import { evaluationsTooClose } from '../../src/problems/watch.ts';
import type { Expected, ExpectedSet } from '../../src/watch/expected.ts';
import { makeWatcher } from '../../src/watch/watch.ts';

const TOKENS = 1000;
const CADENCE = 100;
const NOISE = { offset: 0.002, evaluation: 0.002, rho: 0.3, cadence: CADENCE };
const LIMIT = 2.05;

/** One path at 2 throughout, in two draws that have limits of their own. */
function setNamed(name: string, limits: readonly number[] = [LIMIT, LIMIT]): ExpectedSet {
  const paths = { point: 2, draws: Float64Array.of(1.99, 2.01) };
  return {
    name,
    role: name === 'domain' ? 'domain' : 'general',
    count: 2,
    noise: NOISE,
    limit: Float64Array.from(limits),
    at: () => paths,
    atRatios: (_, ratios) => Array.from(ratios, () => paths),
  };
}

const expectedOf = (...sets: readonly ExpectedSet[]): Expected => ({
  tokens: TOKENS,
  domainRatio: 0.3,
  params: 1e6,
  judgedFrom: 100,
  level: 0.9,
  confidence: 0.9,
  source: 'plan',
  pilotRatios: null,
  sets,
});
const FACTS = { plan: 'plan.json', run: 'run', problems: [] };

/** A watcher of one set that has seen losses after some tokens. */
function watched(seen: readonly (readonly [tokens: number, loss: number])[], set = setNamed('general')) {
  const watcher = makeWatcher(expectedOf(set), [set.name]);
  const evaluations = seen.map(([tokens, loss]) => watcher.see({ tokens, losses: { [set.name]: loss } }));
  return { watcher, evaluations, judged: evaluations.map(({ judged }) => judged) };
}

describe('a watcher', () => {
  it('judges after re-warming, up to the end, and no closer than the cadence of the plan', () => {
    const { judged } = watched([50, 100, 150, 195, 290, 1005, 1100].map((tokens) => [tokens, 2]));
    expect(judged).toEqual([false, true, false, true, true, true, false]);
  });

  it('says how many it judged where the run is evaluated more often than the plan', () => {
    const codes = (at: readonly number[]): string[] =>
      watched(at.map((tokens) => [tokens, 2]))
        .watcher.verdict(FACTS)
        .problems.map(({ code }) => code);
    expect(codes([50, 80, 100, 200, 300, 1100])).not.toContain('evaluations-too-close');
    const at = [100, 150, 200, 250, 300];
    const { problems } = watched(at.map((tokens) => [tokens, 2])).watcher.verdict(FACTS);
    const { code, message } = evaluationsTooClose({ judged: 3, close: 2, apart: CADENCE });
    expect(problems).toContainEqual(expect.objectContaining({ code, message }));
  });

  it.each([5, 1e3, 1e6, 1e9, 1e100, 1e300])(
    'holds together where the loss is %d once, or to the end',
    (wild) => {
      const at = [100, 200, 300, 400, 500, 600];
      const losses = (isWild: (k: number) => boolean) =>
        at.map((tokens, k): [number, number] => [tokens, isWild(k) ? wild : 2]);
      for (const isWild of [(k: number) => k === 2, (k: number) => k === 5]) {
        const { watcher, evaluations } = watched(losses(isWild));
        // Refuses what is not a finite number.
        expect(() => canonicalJson([evaluations, watcher.verdict(FACTS)])).not.toThrow();
        const [, before, after] = evaluations.map(({ sets }) => sets.general);
        if (isWild(2)) expect(after.evidence).toBeGreaterThan(before.evidence! + 1);
      }
      const { watcher, evaluations } = watched(losses((k) => k >= 3));
      expect(evaluations.map(({ unexpected }) => unexpected.length)).toEqual([0, 0, 0, 0, 1, 1]);
      expect(watcher.verdict(FACTS).unexpected[0]).toMatchObject({ set: 'general', since: 500 });
      expect(() => canonicalJson(watcher.verdict(FACTS))).not.toThrow();
    },
  );

  it('says that the end was not evaluated where no evaluation fits before it any more', () => {
    const codes = (at: readonly number[]): string[] =>
      watched(at.map((tokens) => [tokens, 2]))
        .watcher.verdict(FACTS)
        .problems.map(({ code }) => code);
    expect(codes([320, 640, 960])).toContain('end-not-evaluated');
    expect(codes([300, 600, 900, 1000])).not.toContain('end-not-evaluated');
    expect(codes([300, 600])).not.toContain('end-not-evaluated');
  });

  it('tells what it holds an evaluation against, whatever came before', () => {
    const { watcher, evaluations } = watched([100, 200, 300].map((tokens) => [tokens, 2.1]));
    for (const { tokens, sets } of evaluations) {
      const { predicted, band } = sets.general;
      expect(watcher.expects(tokens)).toEqual({ general: { predicted, band } });
    }
  });

  it('judges the end however close it is, once, and is finished then', () => {
    const { watcher, judged } = watched([900, 960, 990, 1000].map((tokens) => [tokens, 2]));
    expect(judged).toEqual([true, false, true, false]);
    expect(watcher.finished()).toBe(true);
    expect(watcher.verdict(FACTS).state).toBe('finished');
    expect(watched([[980, 2]]).watcher.finished()).toBe(false);
  });

  it('says at the end what came of the goal, by the loss that was seen there', () => {
    const missed = watched([
      [900, 2],
      [960, 2],
      [1000, 2.2],
    ]).watcher.verdict(FACTS);
    expect(missed.atRisk).toEqual({ set: 'general', since: 1000 });
    expect(missed.sets.general.now.loss).toBeCloseTo(2.2, 12);
    expect(missed.within?.now).toBe(0);
    expect(watched([[1000, 2.04]]).watcher.verdict(FACTS).within?.now).toBe(1);
  });

  it('is finished where evaluations pass the end without one at it', () => {
    const { watcher } = watched([
      [900, 2],
      [1100, 2],
    ]);
    expect(watcher.finished()).toBe(true);
    expect(watcher.verdict(FACTS).problems.map(({ code }) => code)).toContain('evaluations-beyond-plan');
  });

  it('takes no alarm from one evaluation, nor from a last one that is close', () => {
    const jump = (at: number) => [200, 300, 400, 900, 1000].map((t) => [t, t >= at ? 2.2 : 2] as const);
    expect(watched(jump(1000)).watcher.verdict(FACTS).unexpected).toEqual([]);
    const [found] = watched(jump(400)).watcher.verdict(FACTS).unexpected;
    expect(found).toMatchObject({ set: 'general', since: 900, kind: 'jump' });
    const close = watched([
      [200, 2],
      [900, 2],
      [991, 2.2],
    ]);
    expect(close.evaluations.at(-1)?.judged).toBe(true);
    expect(close.evaluations.at(-1)?.unexpected).toEqual([]);
  });

  it('has the limit of the draws that are left, by their weight', () => {
    const set = setNamed('general', [2.0, 2.1]);
    expect(watched([[50, 1.99]], set).watcher.verdict(FACTS).sets.general.limit).toBeCloseTo(2.05, 12);
    const high = [200, 300, 400, 500].map((tokens) => [tokens, 2.012] as const);
    const { limit } = watched(high, set).watcher.verdict(FACTS).sets.general;
    expect(limit).toBeGreaterThan(2.09);
  });

  it('multiplies the chances of its sets, and is at risk by the least likely', () => {
    const sets = [setNamed('general'), setNamed('wiki', [1.9, 1.9])];
    const watcher = makeWatcher(expectedOf(...sets), ['general', 'wiki']);
    const { within } = watcher.see({ tokens: 500, losses: { general: 2, wiki: 2 } });
    const verdict = watcher.verdict(FACTS);
    expect(within).toBeCloseTo(verdict.sets.general.within! * verdict.sets.wiki.within!, 12);
    expect(verdict.atRisk).toEqual({ set: 'wiki', since: 500 });
    expect(verdict.replanned).toBeNull();
  });

  it('tells what it does not watch', () => {
    const watcher = makeWatcher(expectedOf(setNamed('general'), setNamed('wiki')), ['general']);
    watcher.see({ tokens: 20, losses: { general: 2 } });
    const { state, problems } = watcher.verdict(FACTS);
    expect(state).toBe('notJudged');
    expect(problems.map(({ code }) => code)).toEqual(['nothing-judged', 'set-never-evaluated']);
  });
});
