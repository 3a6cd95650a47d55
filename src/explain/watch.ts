/** A run against its plan in words, from the documents alone: the verdict; how sure; what was seen; what to do. */
import type { WatchDocument, WatchEvaluationDocument } from '../documents/watch.ts';
import { watchedRunDiverged } from '../problems/watch.ts';
import { listed, lossText, percentText, ratioText, shareText, tokensText, withInterval } from './numbers.ts';
import type { Column, Section } from './section.ts';

type Evaluation = Omit<WatchEvaluationDocument, 'schema'>;
type Departure = WatchDocument['unexpected'][number];
type Replanned = NonNullable<WatchDocument['replanned']>;

/** Evaluations shown at the end. */
const RECENT = 5;

export function explainWatch(watch: WatchDocument): Section[] {
  return [
    { sentences: watchVerdict(watch) },
    howSure(watch),
    ...(watch.evaluations.length === 0 ? [] : [recent(watch)]),
    whatToDo(watch),
  ];
}

/** Whether the run has left its prediction, will probably miss its goal, or has no losses any more. */
export function isOffCourse(watch: WatchDocument): boolean {
  return divergence(watch).length > 0 || watch.unexpected.length > 0 || watch.atRisk !== null;
}

/** Whether all is as predicted and since when not: the answer itself. */
export function watchVerdict(watch: WatchDocument): string[] {
  const { run, tokens, state, unexpected, atRisk, within } = watch;
  const progress = `${tokensText(tokens.seen)} of ${tokensText(tokens.planned)} tokens`;
  const diverged = divergence(watch);
  if (state === 'notJudged' && tokens.seen > tokens.planned)
    return [
      ...diverged,
      `Not judged: no evaluation of run ${run} lies between ${tokensText(tokens.judgedFrom)} tokens, where they begin to count, and the ${tokensText(tokens.planned)} of the plan; it has ${tokensText(tokens.seen)}.`,
    ];
  if (state === 'notJudged')
    return [
      ...diverged,
      `Not judged yet: run ${run} has ${progress}, and evaluations count from ${tokensText(tokens.judgedFrom)} on.`,
    ];
  const bad = [
    ...diverged,
    ...unexpected.map(
      (departure) =>
        `Unexpected: after ${tokensText(departure.since)} tokens run ${run} was seen to have left its prediction on ${departure.set}: ${departureText(departure, tokens.judgedFrom)}.`,
    ),
    ...(atRisk === null || within === null
      ? []
      : [
          state === 'finished'
            ? `Goal ${missed(watch)}.`
            : `Goal at risk: ${chanceAtRisk(watch)}, under one half since ${tokensText(atRisk.since)} tokens.`,
        ]),
  ];
  if (bad.length > 0) return bad;
  const goal =
    within === null
      ? ''
      : state === 'finished' && within.now > 1 - 1e-9
        ? ', and ended within tolerance'
        : `, and ends within tolerance with a chance of ${chanceText(within.now)}`;
  return [`On course: after ${progress} run ${run} follows its prediction${goal}.`];
}

/**
 * How a goal was missed at the end. Each set alone may be expected to keep its limit where both together are not, and where the last
 * evaluation lies before the end nothing more than that is known.
 */
export function missed(watch: WatchDocument): string {
  const set = watch.atRisk?.set ?? '';
  const { now, limit } = watch.sets[set];
  return limit !== null && now.loss > limit
    ? `missed: ${set} ended at ${lossText(now.loss)}, above its limit of ${lossText(limit)}`
    : `probably missed: ${chanceAtRisk(watch)}`;
}

/** Of the one tolerance, or of all with the one that is least likely kept. */
export function chanceAtRisk({ sets, within, atRisk }: WatchDocument): string {
  const [all, least] = [within?.now ?? Number.NaN, atRisk?.set ?? ''];
  if (Object.values(sets).filter(({ limit }) => limit !== null).length === 1)
    return `the chance that ${least} ends within its tolerance is ${chanceText(all)}`;
  return `the chance that every set ends within its tolerance is ${chanceText(all)}, that of ${least} alone ${chanceText(sets[least].within ?? Number.NaN)}`;
}

/** That losses are no numbers any more, where it is so: before all else. */
const divergence = ({ problems }: WatchDocument): string[] =>
  problems.filter(({ code }) => code === watchedRunDiverged.code).map(({ message }) => message);

/** `a jump of +2.1% at about 500k tokens`. */
function departureText({ kind, from, size }: Departure, judgedFrom: number): string {
  const amount = `${size < 0 ? '−' : '+'}${percentText(Math.abs(size))}`;
  if (kind === 'drift')
    return `it drifts away, ${from <= judgedFrom ? 'from the start' : `since about ${tokensText(from)} tokens`}, by ${amount} so far`;
  return from <= judgedFrom
    ? `it was ${amount} off from the first evaluation that counts`
    : `a jump of ${amount} at about ${tokensText(from)} tokens`;
}

/** The chance that the run keeps all of its tolerances. */
export function chanceSentence({ within }: WatchDocument): string {
  return within === null
    ? 'No set that the run is evaluated on has a tolerance: nothing is said of a goal.'
    : `Chance of ending within tolerance: ${chanceText(within.now)} now, ${chanceText(within.before)} before anything was seen.`;
}

export function howSure(watch: WatchDocument): Section {
  const { falseAlarms, source, sets, level } = watch;
  const sentences = [
    chanceSentence(watch),
    `A run that follows its prediction is called unexpected with a chance of at most ${shareText(falseAlarms)}, however often one looks.`,
    ...(watch.unexpected.length === 0
      ? []
      : [
          'The chance and the ends below allow for what was seen to go on as it did; how it will go on is not in any pilot.',
        ]),
    ...(source === 'fit'
      ? []
      : [
          'The fit behind the plan is not at hand: its path and intervals stand in, as one direction in which the whole path may be off.',
        ]),
  ];
  return {
    title: 'How sure',
    sentences,
    table: {
      columns: [
        { title: 'loss', align: 'left' },
        { title: `end before, ${shareText(level)}`, align: 'right' },
        { title: 'end now', align: 'right' },
        { title: 'limit', align: 'right' },
        { title: 'within', align: 'right' },
      ],
      rows: Object.entries(sets).map(([name, { before, now, limit, within: chance }]) => [
        name,
        withInterval(before.loss, before.interval),
        withInterval(now.loss, now.interval),
        limit === null ? '' : lossText(limit),
        chance === null ? '' : chanceText(chance),
      ]),
    },
  };
}

type Seen = Evaluation['sets'][string];

/** What is told of a set after some tokens: its column, and its text. */
const SEEN_COLUMNS: readonly (Column & { readonly text: (seen: Seen) => string })[] = [
  { title: 'loss', align: 'right', text: ({ loss }) => lossText(loss) },
  { title: 'predicted', align: 'right', text: ({ predicted }) => lossText(predicted) },
  { title: 'band', align: 'left', text: ({ band: [low, high] }) => `[${lossText(low)}, ${lossText(high)}]` },
  { title: 'z', align: 'right', text: ({ z }) => deviations(z) },
  {
    title: 'step',
    align: 'right',
    text: ({ surprise }) => (surprise === null ? 'not judged' : deviations(surprise)),
  },
];

const TOKENS: Column = { title: 'tokens', align: 'right' };
const SET: Column = { title: 'set', align: 'left' };
const MEANING =
  'z: standard deviations from the plan; step: from where the evaluations before put a run that follows it.';

const told = (seen: Seen): string[] => SEEN_COLUMNS.map(({ text }) => text(seen));

function recent({ evaluations }: WatchDocument): Section {
  return {
    title: 'The last evaluations',
    sentences: [MEANING],
    table: {
      columns: [TOKENS, SET, ...SEEN_COLUMNS],
      rows: evaluations
        .slice(-RECENT)
        .flatMap(({ tokens, sets }) =>
          Object.entries(sets).map(([name, seen]) => [tokensText(tokens), name, ...told(seen)]),
        ),
    },
  };
}

/** Where each set stands: its newest evaluation. */
export function newestOfSets({ evaluations, sets }: WatchDocument): Section {
  return {
    table: {
      columns: [SET, TOKENS, ...SEEN_COLUMNS],
      rows: Object.keys(sets).flatMap((name) => {
        const newest = evaluations.findLast((each) => each.sets[name] !== undefined);
        return newest === undefined ? [] : [[name, tokensText(newest.tokens), ...told(newest.sets[name])]];
      }),
    },
  };
}

/** All evaluations on one set, the newest first. */
export function evaluationsOn(set: string, { evaluations }: WatchDocument): Section {
  return {
    sentences: [MEANING],
    table: {
      columns: [TOKENS, ...SEEN_COLUMNS],
      rows: evaluations
        .toReversed()
        .flatMap(({ tokens, sets }) =>
          sets[set] === undefined ? [] : [[tokensText(tokens), ...told(sets[set])]],
        ),
    },
  };
}

/** Chances nearer to none or all than any of this is known are told as such. */
function chanceText(chance: number): string {
  if (chance > 0 && chance < 0.001) return 'under 0.1%';
  return chance < 1 && chance > 0.999 ? 'over 99.9%' : shareText(chance);
}

function deviations(z: number): string {
  const size = Math.abs(z).toFixed(1);
  return size === '0.0' ? size : `${z < 0 ? '−' : '+'}${size}`;
}

export function whatToDo(watch: WatchDocument): Section {
  return { title: 'What to do', sentences: advice(watch) };
}

function advice(watch: WatchDocument): string[] {
  const { unexpected, atRisk, replanned, state, source, tokens } = watch;
  const lines = [
    ...(divergence(watch).length === 0
      ? []
      : [
          'Stop it, and go on from a checkpoint before that: with a lower learning rate, or without the data behind it.',
        ]),
    ...unexpected.map((departure) => searchFor(departure, tokens.judgedFrom)),
    ...(atRisk === null || state === 'finished' ? [] : restOfRun(replanned, source)),
  ];
  if (lines.length > 0) return lines;
  if (state === 'finished')
    return atRisk === null
      ? ['Nothing: the run is over and did what was planned. Its losses are a pilot for the next plan.']
      : ['The run is over: its losses are a pilot for the next plan.'];
  return [state === 'notJudged' ? 'Wait for evaluations that can be judged.' : 'Nothing: let it run.'];
}

/** Where to look, by what a departure of this shape mostly is. */
function searchFor({ set, kind, from, size }: Departure, judgedFrom: number): string {
  if (kind === 'drift')
    return `${set}: it moves ${size < 0 ? 'down' : 'up'} steadily. Compare the mixture that is really seen with the plan (shares of tokens, not documents), and learning rate and batch with those of the pilots.`;
  if (from <= judgedFrom)
    return `${set}: the whole run is off. Compare base model, evaluation text, tokenizer, unit and peak learning rate with those of the plan.`;
  return `${set}: look at what changed at about ${tokensText(from)} tokens: a resumed checkpoint, a new shard of data, the learning rate, the evaluation itself.`;
}

function restOfRun(replanned: WatchDocument['replanned'], source: WatchDocument['source']): string[] {
  if (replanned === null)
    return source === 'fit'
      ? []
      : ['Without the fit behind the plan no other ratio can be recommended for the rest of the run.'];
  const { byShare, byIncrements, tokensLeft, confidence } = replanned;
  const left = `the ${tokensText(tokensLeft)} tokens left`;
  const why =
    'Extrapolated: no pilot changed its ratio on the way. The law is continued by the share of domain tokens among all that the run will have seen';
  const cautious = `if nothing forgotten so far comes back, ${byIncrements.ratio === null ? `no ratio does: the best, ${bestText(byIncrements)}` : `it takes domain ratio ${ratioText(byIncrements.ratio)}`}`;
  if (byShare.ratio === null)
    return [
      `No domain ratio for ${left} brings the chance back to ${shareText(confidence)}: the best, ${bestText(byShare)}.`,
      `${why}. Stop, go back to a checkpoint and plan again, or accept a wider tolerance.`,
    ];
  return [
    `With domain ratio ${ratioText(byShare.ratio)} (replay ${ratioText(1 - byShare.ratio)}) for ${left} the chance is back at ${chanceText(byShare.within)}, with ${endsText(byShare)} at the end.`,
    `${why}; ${cautious}.`,
  ];
}

function bestText({ best, within }: Replanned['byShare']): string {
  return `${ratioText(best)}, has a chance of ${chanceText(within)}`;
}

function endsText({ predicted }: Replanned['byShare']): string {
  return listed(Object.entries(predicted).map(([set, loss]) => `${set} ${lossText(loss)}`));
}

/** One evaluation on one line, for people who follow: `1.2M tokens  general 1.561 (+0.3)  within 91%`. */
export function evaluationText({ tokens, judged, sets, within, unexpected, atRisk }: Evaluation): string {
  const losses = Object.entries(sets).map(
    ([name, { loss, z }]) => `${name} ${lossText(loss)} (z ${deviations(z)})`,
  );
  const said = [
    `${tokensText(tokens)} tokens`,
    ...losses,
    ...(judged ? [] : ['not judged']),
    ...(within === null ? [] : [`within tolerance ${chanceText(within)}`]),
    ...(unexpected.length === 0 ? [] : [`unexpected: ${listed(unexpected)}`]),
    ...(atRisk ? ['goal at risk'] : []),
  ];
  return said.join('  ');
}
