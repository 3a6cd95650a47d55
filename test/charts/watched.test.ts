import { beforeAll, describe, expect, it } from 'vitest';
import { seenOn, watchedDescription, watchedSubtitle, watchedTitle } from '../../src/charts/watched.ts';
import type { WatchDocument } from '../../src/documents/watch.ts';
import { watchedRunDiverged } from '../../src/problems/watch.ts';
import { watchedOf } from '../report/plans.ts';

let course: WatchDocument;
let jumped: WatchDocument;
beforeAll(async () => {
  course = await watchedOf('near', 0.6);
  jumped = await watchedOf('near', 0.6, 0.03);
}, 120_000);

/** The same verdict, with its last evaluation changed. */
const ending = (
  change: (last: WatchDocument['evaluations'][number]) => Partial<typeof last>,
): WatchDocument => {
  const last = course.evaluations.at(-1)!;
  return { ...course, evaluations: [...course.evaluations.slice(0, -1), { ...last, ...change(last) }] };
};

describe('the title of a watched run', () => {
  it('says that it is where the plan said, with the losses that it has', () => {
    const { general, domain } = course.evaluations.at(-1)!.sets;
    expect(watchedTitle(course)).toBe(
      `The run is where the plan said after 60% of its tokens: general ${general.loss.toFixed(3)} and domain ${domain.loss.toFixed(3)}`,
    );
  });

  it('says which loss lies outside its band while the run is not unexpected', () => {
    const outside = ending(({ sets }) => ({
      sets: { ...sets, general: { ...sets.general, loss: sets.general.band[1] + 0.001 } },
    }));
    expect(watchedTitle(outside)).toMatch(
      /^The run follows the plan after 60% of its tokens, with general 1\.\d{3}, above its band as 5% of runs are$/,
    );
  });

  it('never says better than the verdict: left, at risk, missed, diverged, not judged', () => {
    expect(jumped.unexpected.map(({ set }) => set)).toEqual(['general']);
    const { loss, predicted } = seenOn(jumped, 'general').at(-1)!;
    expect(watchedTitle(jumped)).toBe(
      `The run has left what the plan said after 60% of its tokens: general ${loss.toFixed(3)}, not ${predicted.toFixed(3)}`,
    );
    const atRisk = { ...jumped, unexpected: [] };
    expect(jumped.atRisk?.set).toBe('general');
    expect(watchedTitle(atRisk)).toMatch(
      /^The goal is at risk after 60% of its tokens: the chance that general ends within its tolerance is (\d|under)/,
    );
    expect(watchedTitle({ ...atRisk, state: 'finished' })).toMatch(
      /^The goal was missed: general ended at 1\.\d{3}, above its limit of 1\.583$/,
    );
    const { place: _, ...problem } = watchedRunDiverged({ run: 'plan', sets: { general: 3e6 } });
    expect(watchedTitle({ ...jumped, problems: [problem] })).toMatch(/^The run diverged: its last losses/);
    expect(watchedTitle({ ...jumped, state: 'notJudged' })).toMatch(/^The run cannot be judged after 60%/);
  });
});

describe('a run without any evaluation on a set of the plan', () => {
  it('is told as such', () => {
    const none: WatchDocument = { ...course, state: 'notJudged', evaluations: [] };
    expect(watchedTitle(none)).toBe('The run cannot be judged: it has no loss on a set of the plan');
    const { place: _, ...problem } = watchedRunDiverged({ run: 'plan', sets: { general: 3e6 } });
    expect(watchedTitle({ ...none, problems: [problem] })).toMatch(/^The run diverged: it has no loss/);
    expect(watchedDescription(none)).toBe('The run has no evaluations.');
  });
});

describe('what is said beside it', () => {
  it('tells hollow points and bars only where there are such', () => {
    expect(watchedSubtitle(course)).toMatch(/^Points: evaluations of the run\. Bars: .*90%\.$/);
    const notJudged = ending(({ sets }) => ({
      sets: { ...sets, domain: { ...sets.domain, surprise: null } },
    }));
    expect(watchedSubtitle({ ...notJudged, state: 'finished' })).toBe(
      'Points: evaluations of the run (hollow: not judged).',
    );
  });

  it('tells the newest evaluation of each set, of which some may be older', () => {
    const half = ending(({ sets: { general } }) => ({ sets: { general } }));
    const before = half.evaluations.at(-2)!;
    expect(seenOn(half, 'domain')).toHaveLength(half.evaluations.length - 1);
    expect(watchedDescription(half)).toContain(`domain ${before.sets.domain.loss.toFixed(3)} after`);
  });
});
