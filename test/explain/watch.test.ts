/** The sentences about a watched run, by its verdict. */
import { describe, expect, it } from 'vitest';
import type { WatchDocument } from '../../src/documents/watch.ts';
import { evaluationText, explainWatch } from '../../src/explain/watch.ts';

const evaluation: WatchDocument['evaluations'][number] = {
  tokens: 2e6,
  judged: true,
  sets: { general: { loss: 1.6, predicted: 1.58, band: [1.57, 1.59], z: 2.9, surprise: 0.4, evidence: 1.2 } },
  within: 0.42,
  unexpected: [],
  atRisk: true,
};
const onCourse: WatchDocument = {
  schema: 'mixplan.watch/1',
  plan: 'plan.json',
  source: 'fit',
  run: 'job-7',
  level: 0.9,
  tokens: { seen: 2e6, planned: 5e6, judgedFrom: 4e5 },
  state: 'running',
  falseAlarms: 0.05,
  alarmAt: 3.7,
  unexpected: [],
  atRisk: null,
  within: { before: 0.9, now: 0.93 },
  sets: {
    general: {
      role: 'general',
      before: { loss: 1.574, interval: [1.563, 1.586] },
      now: { loss: 1.577, interval: [1.57, 1.584] },
      limit: 1.583,
      within: 0.93,
      effectiveDraws: 800,
      draws: 1000,
    },
  },
  replanned: null,
  evaluations: [evaluation],
  problems: [],
};
const told = (change: Partial<WatchDocument>): string =>
  explainWatch({ ...onCourse, ...change })
    .flatMap(({ title = '', sentences = [], table }) => [title, ...sentences, ...(table?.rows.flat() ?? [])])
    .join('\n');
const jump = { set: 'general', since: 1.6e6, kind: 'jump', from: 1.5e6, size: 0.021 } as const;
const atRisk = { set: 'general', since: 1.5e6 };
const continuation = { ratio: 0.2, within: 0.901, best: 0, predicted: { general: 1.57, domain: 1.9 } };

describe('a watched run in words', () => {
  it('is on course, with its chance now and before', () => {
    const text = told({});
    expect(text).toMatch(/^\nOn course: after 2M of 5M tokens run job-7 .* with a chance of 93%\./);
    expect(text).toContain('93% now, 90% before anything was seen');
    expect(text).toMatch(/Nothing: let it run\.$/);
  });

  it.each<[string, Partial<typeof jump> | { readonly [key: string]: unknown }, RegExp]>([
    ['a jump', {}, /a jump of \+2\.1% at about 1\.5M tokens[\s\S]*look at what changed at about 1\.5M/],
    [
      'a run that was off at once',
      { from: 0 },
      /was \+2\.1% off from the first evaluation[\s\S]*Compare base model/,
    ],
    [
      'a drift',
      { kind: 'drift', size: -0.021 },
      /drifts away, since about 1\.5M tokens, by −2\.1%[\s\S]*moves down steadily/,
    ],
    ['a drift from the start', { kind: 'drift', from: 0 }, /drifts away, from the start, by \+2\.1%/],
  ])('names %s, and where to look', (_, change, expected) => {
    expect(told({ unexpected: [{ ...jump, ...change } as WatchDocument['unexpected'][number]] })).toMatch(
      expected,
    );
  });

  it('names the ratio for what is left, marked as extrapolated, and what it is if nothing comes back', () => {
    const replanned = { tokensLeft: 3e6, confidence: 0.9, byShare: continuation, byIncrements: continuation };
    const text = told({ atRisk, within: { before: 0.9, now: 0.00001 }, replanned });
    expect(text).toContain('the chance that general ends within its tolerance is under 0.1%');
    expect(text).toMatch(/domain ratio 0\.200 \(replay 0\.800\) for the 3M tokens left/);
    expect(text).toMatch(/Extrapolated: .*it takes domain ratio 0\.200/);
    const none = { ...continuation, ratio: null, within: 0.3 };
    const hopeless = told({ atRisk, replanned: { ...replanned, byShare: none, byIncrements: none } });
    expect(hopeless).toMatch(/No domain ratio .* back to 90%: the best, 0\.000, has a chance of 30%/);
  });

  it('says when nothing was judged, when the run is over, and when the fit is not at hand', () => {
    expect(told({ state: 'notJudged' })).toMatch(/^\nNot judged yet: run job-7 has 2M of 5M/);
    expect(told({ state: 'finished', within: { before: 0.9, now: 1 } })).toContain('ended within tolerance.');
    // The last evaluation lay a little before the end, where the loss is known by prediction only.
    expect(told({ state: 'finished', within: { before: 0.9, now: 0.52 } })).toContain(
      'ends within tolerance with a chance of 52%.',
    );
    const { general } = onCourse.sets;
    const missed = { state: 'finished', atRisk, within: { before: 0.9, now: 0 } } as const;
    const now = { loss: 1.59, interval: [1.585, 1.595] as [number, number] };
    expect(told({ ...missed, sets: { general: { ...general, now } } })).toContain(
      'Goal missed: general ended at 1.590, above its limit of 1.583',
    );
    expect(told({ source: 'plan', atRisk })).toContain('no other ratio can be recommended');
    expect(told({ within: null })).toContain('nothing is said of a goal');
  });

  it('says of no set that it ended above its limit where only all together are likely to miss', () => {
    const { general } = onCourse.sets;
    const sets = { general: { ...general, within: 0.7 }, wiki: { ...general, within: 0.65 } };
    const wiki = { set: 'wiki', since: 1.5e6 };
    const text = told({ state: 'finished', atRisk: wiki, sets, within: { before: 0.9, now: 0.45 } });
    expect(text).not.toContain('above its limit');
    expect(text).toContain(
      'Goal probably missed: the chance that every set ends within its tolerance is 45%, that of wiki alone 65%.',
    );
  });

  it('puts an evaluation on one line', () => {
    expect(evaluationText(evaluation)).toBe(
      '2M tokens  general 1.600 (z +2.9)  within tolerance 42%  goal at risk',
    );
    expect(
      evaluationText({ ...evaluation, judged: false, within: null, atRisk: false, unexpected: ['general'] }),
    ).toBe('2M tokens  general 1.600 (z +2.9)  not judged  unexpected: general');
  });
});
