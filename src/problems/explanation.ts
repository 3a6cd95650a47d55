/** What the explanation of a fit may have to say. */
import { declareProblem } from './problem.ts';

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;

export const noCriticalRatio = declareProblem<{
  /** 'none': above the limit already at the lowest pilot ratio; 'all': below it up to the highest. */
  end: 'none' | 'all';
  set: string;
  /** Lowest and highest pilot ratio, and the rise of the loss over the base there, as a share of it. */
  searched: readonly [number, number];
  rises: readonly [number, number];
}>({
  code: 'no-critical-ratio',
  severity: 'warning',
  title: 'no critical ratio inside the pilots',
  message: ({ end, set, searched: [least, greatest], rises: [lowest, highest] }) =>
    end === 'none'
      ? `There is no critical ratio to explain: at the lowest pilot ratio, ${least}, ${set} already ${moved(lowest)}, which is past the tolerance.`
      : `There is no critical ratio to explain: even at the highest pilot ratio, ${greatest}, ${set} ${moved(highest)}, which is within the tolerance.`,
  hint: ({ rises: [lowest, highest] }) => {
    const least = Math.max(lowest, 0);
    return highest > least
      ? `Ask with a --tolerance between ${percent(least)} and ${percent(highest)}, where there is one.`
      : undefined;
  },
  explanation:
    'The influence of runs and the shares of its variance are told of the critical ratio, and a crossing that lies at ' +
    'neither end of the pilots is needed for that. Residuals and losses are explained all the same. Another tolerance, size ' +
    'or token count may have its crossing inside the pilots.',
});

function moved(rise: number): string {
  return rise < 0 ? `falls by ${percent(-rise)}` : `rises by ${percent(rise)}`;
}
