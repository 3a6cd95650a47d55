/** What a chart says of a run over its plan: the verdict of watching it, in one line, with its numbers. */
import type { WatchDocument } from '../documents/watch.ts';
import { listed, lossText, shareText, tokensText } from '../explain/numbers.ts';
import { chanceAtRisk, missed } from '../explain/watch.ts';
import { watchedRunDiverged } from '../problems/watch.ts';

/** One evaluation on one set. */
export interface Seen {
  readonly tokens: number;
  readonly loss: number;
  readonly predicted: number;
  /** Where one new run would be. */
  readonly band: readonly [number, number];
  readonly judged: boolean;
  /** Whether it told that the run has left its prediction on this set. */
  readonly unexpected: boolean;
}

/** In order of tokens. */
export function seenOn({ evaluations }: WatchDocument, set: string): Seen[] {
  return evaluations.flatMap(({ tokens, unexpected, sets: { [set]: seen } }) =>
    seen === undefined
      ? []
      : [{ ...seen, tokens, judged: seen.surprise !== null, unexpected: unexpected.includes(set) }],
  );
}

/** The newest evaluation of each set that can be judged, or the newest at all where none can; general sets first. */
function newest(watched: WatchDocument): (Seen & { readonly set: string })[] {
  const of = (role: string): string[] =>
    Object.keys(watched.sets).filter((set) => watched.sets[set].role === role);
  return [...of('general'), ...of('domain')].flatMap((set) => {
    const seen = seenOn(watched, set);
    const last = seen.findLast(({ judged }) => judged) ?? seen.at(-1);
    return last === undefined ? [] : [{ ...last, set }];
  });
}

/** The finding: it never says less, or better, than the verdict does. */
export function watchedTitle(watched: WatchDocument): string {
  const { state, tokens, unexpected, atRisk, level, problems } = watched;
  const last = newest(watched);
  const diverged = problems.some(({ code }) => code === watchedRunDiverged.code);
  if (last.length === 0)
    return `The run ${diverged ? 'diverged' : 'cannot be judged'}: it has no loss on a set of the plan`;
  const share = Math.max(...last.map((each) => each.tokens)) / tokens.planned;
  const when = state === 'finished' ? 'at its end' : `after ${shareText(share)} of its tokens`;
  const losses = listed(last.map(({ set, loss }) => `${set} ${lossText(loss)}`));
  if (diverged) return `The run diverged: its last losses that are numbers, ${when}, are ${losses}`;
  if (state === 'notJudged') return `The run cannot be judged ${when}: ${losses}`;
  if (unexpected.length > 0) {
    const left = last.filter((each) => unexpected.some(({ set }) => set === each.set));
    const said = left.map(
      ({ set, loss, predicted }) => `${set} ${lossText(loss)}, not ${lossText(predicted)}`,
    );
    return `The run has left what the plan said ${when}: ${said.join('; ')}`;
  }
  if (atRisk !== null)
    return state === 'finished'
      ? `The goal was ${missed(watched)}`
      : `The goal is at risk ${when}: ${chanceAtRisk(watched)}`;
  const outside = last.filter(({ loss, band: [low, high] }) => loss < low || loss > high);
  if (outside.length === 0) return `The run is where the plan said ${when}: ${losses}`;
  const said = outside.map(
    ({ set, loss, band: [low] }) => `${set} ${lossText(loss)}, ${loss < low ? 'below' : 'above'} its band`,
  );
  return `The run follows the plan ${when}, with ${listed(said)} as ${shareText((1 - level) / 2)} of runs are`;
}

export function watchedSubtitle({ evaluations, state, level }: WatchDocument): string {
  const hollow = evaluations.some(({ sets }) =>
    Object.values(sets).some(({ surprise }) => surprise === null),
  );
  return [
    `Points: evaluations of the run${hollow ? ' (hollow: not judged)' : ''}.`,
    ...(state === 'running' ? [`Bars: where it will end after what was seen, ${shareText(level)}.`] : []),
  ].join(' ');
}

export function watchedDescription(watched: WatchDocument): string {
  const last = newest(watched).map(
    ({ set, tokens, loss, band }) =>
      `${set} ${lossText(loss)} after ${tokensText(tokens)} tokens, where ${lossText(band[0])} to ${lossText(band[1])} was predicted`,
  );
  return last.length === 0
    ? 'The run has no evaluations.'
    : `The run has ${watched.evaluations.length} evaluations, the newest ${listed(last)}.`;
}
