/**
 * What laws in tokens (D) may see. A checkpoint stands for a run of that many tokens only at a constant learning
 * rate and once re-warming is over; everything else is set aside, with its reason.
 */
import type { Transfer } from '../options/transfers.ts';
import {
  afterDivergence,
  allSetAside,
  decayingCheckpoint,
  firstStretch,
  lossesConstant,
  rateTransferAssumed,
  runDiverged,
  scheduleUnknown,
  severalRates,
  warmupUnknown,
} from '../problems/evidence.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { formatScaled } from '../units/number.ts';
import { divergedFrom } from './divergence.ts';
import { comparabilityProblems } from './guards.ts';
import { distinct, groupBy } from './order.ts';
import { repeatedCorpora } from './repeated.ts';
import type { Runs, SetAside } from './runs.ts';
import { selectObservations } from './select.ts';

/** Of a run's length: set aside at the start even where warm-up was shorter or is not known. */
export const FIRST_PART = 0.05;
/** Re-warming disturbs the loss for about as long again as the rate rises. */
export const WARMUPS = 2;
/** A rate that ends below this part of its peak has decayed, whatever the schedule is called. */
const STILL_AT_PEAK = 0.99;

export interface HonestyOptions {
  /** Take different peak learning rates at one size as equal. */
  readonly assumeLrTransfer?: boolean | undefined;
  /** Other differences in training that are taken to make none. */
  readonly assumeTransfer?: readonly Transfer[] | undefined;
}

/**
 * The observations that laws in D may be fitted to, or a `Refusal` where they may not be fitted at all: runs were trained
 * in ways that do not compare and that is not assumed away, or no observation is left. Applying it twice changes nothing
 * more.
 */
export function setAside(runs: Runs, options: HonestyOptions = {}): Runs {
  const kept = withoutDisturbed(runs);
  const differences = differencesInTraining(runs, options);
  const refused = differences.filter(({ severity }) => severity === 'error');
  if (kept.n === 0) refused.push(allSetAside({}));
  if (refused.length > 0) throw new Refusal(refused);
  return { ...kept, problems: withNews(kept.problems, differences) };
}

/**
 * The same without any refusal. Set aside are intermediate checkpoints of decaying schedules (cosine, linear, wsd,
 * or a logged rate that falls; only the last row of such a run stays) and the first stretch of each run,
 * max(2 x warm-up, 5% of the run), and what follows a divergence. `setAside` of the result lists them, `problems` says
 * what had to be assumed.
 */
export function withoutDisturbed(runs: Runs): Runs {
  const decays = decayingRuns(runs);
  const diverged = divergedFrom(runs);
  const added: SetAside[] = [];
  const kept = selectObservations(runs, (k) => {
    const reason = reasonAgainst(runs, k, decays[runs.run[k]], diverged[runs.run[k]]);
    if (reason === undefined) return true;
    const { id } = runs.runs[runs.run[k]];
    added.push({
      file: runs.files[runs.file[k]],
      line: runs.line[k],
      run: id,
      tokens: runs.tokens[k],
      reason,
    });
    return false;
  });
  return {
    ...kept,
    setAside: [...runs.setAside, ...added],
    problems: withNews(runs.problems, [
      ...divergences(runs, diverged),
      ...unknowns(runs),
      ...repeatedCorpora(runs),
    ]),
  };
}

function divergences(runs: Runs, diverged: readonly (number | undefined)[]): Problem[] {
  return diverged.flatMap((from, run) => {
    if (from === undefined) return [];
    const rows = runs.run.filter((each, k) => each === run && k >= from).length;
    return [runDiverged({ run: runs.runs[run].id, from: formatScaled(runs.tokens[from]), rows })];
  });
}

/** Adds problems that were not said before, so that nothing is said twice however often this runs. */
function withNews(problems: readonly Problem[], news: readonly Problem[]): Problem[] {
  const said = new Set(problems.map(({ code }) => code));
  return [...problems, ...news.filter(({ code }) => !said.has(code))];
}

/** What keeps runs from being fitted together: errors, or warnings where a difference is assumed not to matter. */
export function differencesInTraining(
  runs: Runs,
  { assumeLrTransfer = false, assumeTransfer = [] }: HonestyOptions,
): Problem[] {
  return [
    ...learningRateProblems(runs, assumeLrTransfer),
    ...comparabilityProblems(runs, decayingRuns(runs), assumeTransfer),
  ];
}

/** Sizes whose runs differ in their peak learning rate. */
function learningRateProblems(runs: Runs, assumeLrTransfer: boolean): Problem[] {
  const problems: Problem[] = [];
  for (const [params, group] of groupBy(runs.runs, (run) => run.params)) {
    const rates = distinct(group.map(({ lr }) => lr));
    if (rates.length > 1)
      problems.push(
        (assumeLrTransfer ? rateTransferAssumed : severalRates)({ params: formatScaled(params), rates }),
      );
  }
  return problems;
}

/** For each run the name of its decaying schedule; undefined = its rate stays constant, as far as is known. */
function decayingRuns(runs: Runs): (string | undefined)[] {
  const lastRate = new Float64Array(runs.runs.length).fill(Number.NaN);
  const { lr } = runs.columns;
  if (lr !== undefined) {
    for (let k = 0; k < runs.n; k += 1) if (!Number.isNaN(lr[k])) lastRate[runs.run[k]] = lr[k];
  }
  return runs.runs.map(({ schedule, lr: peak }, run) => {
    if (schedule === 'cosine' || schedule === 'linear' || schedule === 'wsd') return schedule;
    return lastRate[run] < STILL_AT_PEAK * peak ? 'falling' : undefined;
  });
}

function reasonAgainst(
  runs: Runs,
  k: number,
  decay: string | undefined,
  divergedAt: number | undefined,
): Problem | undefined {
  const { lastTokens, warmupTokens } = runs.runs[runs.run[k]];
  const tokens = runs.tokens[k];
  const place = { file: runs.files[runs.file[k]], line: runs.line[k] };
  if (decay !== undefined && tokens < lastTokens) {
    return decayingCheckpoint({ schedule: decay, lastTokens: formatScaled(lastTokens) }, place);
  }
  if (divergedAt !== undefined && k >= divergedAt)
    return afterDivergence({ from: formatScaled(runs.tokens[divergedAt]) }, place);
  const part = FIRST_PART * lastTokens;
  const warmup = Number.isNaN(warmupTokens) ? 0 : WARMUPS * warmupTokens;
  const until = Math.max(warmup, part);
  if (tokens >= until) return undefined;
  const why = warmup > part ? `${WARMUPS} x warm-up` : `${100 * FIRST_PART}% of the run`;
  return firstStretch({ until: formatScaled(until), why }, place);
}

function unknowns(runs: Runs): Problem[] {
  const schedules = runs.runs.filter(({ schedule }) => schedule === 'unknown').length;
  const warmups = runs.runs.filter(({ warmupTokens }) => Number.isNaN(warmupTokens)).length;
  const constant = runs.evals.filter(({ loss }) => {
    const known = loss.filter((value) => !Number.isNaN(value));
    return known.length > 1 && known.every((value) => value === known[0]);
  });
  return [
    ...(constant.length > 0 ? [lossesConstant({ columns: constant.map(({ name }) => `loss_${name}`) })] : []),
    ...(schedules > 0 ? [scheduleUnknown({ runs: schedules })] : []),
    ...(warmups > 0 ? [warmupUnknown({ runs: warmups })] : []),
  ];
}
