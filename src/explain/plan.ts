/**
 * A plan in words, from the document alone: the recommendation; how sure; what it was compared with; what it
 * assumes; the command that makes it again.
 */
import type { PlanDocument } from '../documents/plan.ts';
import { MEASURED_EPOCHS, WORTHLESS } from '../laws/modifiers/repetition.ts';
import { epochsThatPay, repetitionLawById } from '../laws/modifiers/repetitionLaws.ts';
import { limitOf } from '../mixture/critical.ts';
import { corpusIsLimit, epochsBeyondSources, fewEffectiveTokens, manyEpochs } from '../problems/corpora.ts';
import { transferAssumed } from '../problems/guards.ts';
import { displayNumber } from '../units/number.ts';
import { meaningSentences } from './meaning.ts';
import {
  bandText,
  boundsText,
  changeText,
  flopText,
  listed,
  lossText,
  modelText,
  outcomeText,
  paramsText,
  percentText,
  ratioText,
  shareText,
  timesText,
  tokensText,
  toleranceText,
  withInterval,
} from './numbers.ts';
import { comparisons } from './planCompared.ts';
import { whyNoPromise } from './promise.ts';
import { explainRepetition, priorText } from './repetition.ts';
import type { Section } from './section.ts';

export function explainPlan(plan: PlanDocument): Section[] {
  return [
    recommendation(plan),
    howSure(plan),
    ...comparisons(plan),
    ...(plan.repetition === null ? [] : [explainRepetition(plan.repetition, plan.level)]),
    ...meaningOfTolerance(plan),
    assumes(plan),
    { title: 'The command that makes this plan again', verbatim: [plan.command] },
  ];
}

export function recommendation(plan: PlanDocument): Section {
  const run = plan.runs[0];
  const [general, domain] = run.corpora;
  const cost = [
    plan.target === null ? [] : [`${bandText(plan.budget.flop, flopText)} FLOP`],
    plan.budget.gpuHours === null ? [] : [`${bandText(plan.budget.gpuHours)} GPU-hours`],
    plan.budget.wallClockHours === null
      ? []
      : [`${bandText(plan.budget.wallClockHours)} h on ${plan.budget.gpus} GPUs`],
    plan.budget.dollars === null ? [] : [`$${bandText(plan.budget.dollars)}`],
  ].flat();
  const headline = lawsNotBetterText(plan);
  return {
    sentences: [
      ...(headline === undefined ? [] : [headline]),
      `${plan.target === null ? 'Train' : `The least that reaches ${plan.target.asked} is to train`} ${modelText(plan.model)} on ${tokensText(run.tokens)} tokens at domain ratio ${ratioText(domain.share)} (replay ${ratioText(general.share)}): ` +
        `${tokensText(domain.tokens)} domain and ${tokensText(general.tokens)} general tokens${cost.length === 0 ? '' : `, ${listed(cost)}`}.`,
      ...headlines(plan),
    ],
  };
}

const HEADLINES: readonly string[] = [corpusIsLimit, epochsBeyondSources, manyEpochs, fewEffectiveTokens].map(
  ({ code }) => code,
);

/** Whether a warning stands beside the recommendation: corpora that are repeated often, or that end before the budget. */
export function isHeadline({ code }: { readonly code: string }): boolean {
  return HEADLINES.includes(code);
}

/** What stands beside the recommendation, each with what to do about it; laws that have not earned their place come first. */
export function cautions(plan: PlanDocument): string[] {
  const headline = lawsNotBetterText(plan);
  return [
    ...(headline === undefined ? [] : [headline]),
    ...plan.problems
      .filter(isHeadline)
      .map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`)),
  ];
}

function headlines({ problems }: PlanDocument): string[] {
  return problems
    .filter(isHeadline)
    .flatMap(({ message, hint }) => [message, ...(hint === undefined ? [] : [hint])]);
}

/** Where the laws have not earned their place, that comes first. */
function lawsNotBetterText({ outOfSample, constraints, lawFree }: PlanDocument): string | undefined {
  const beaten = Object.entries(outOfSample).filter(
    ([set, { law, lawFree: line }]) =>
      constraints.tolerance[set] !== undefined && law !== null && line !== null && law >= line,
  );
  if (beaten.length === 0) return undefined;
  const sets = listed(
    beaten.map(
      ([set, { law, lawFree: line }]) => `${set} (${percentText(law!)} against ${percentText(line!)} error)`,
    ),
  );
  return (
    `No law beats a line between the pilots at ratios left out: ${sets}. At the pilots' own size and tokens take the law-free ` +
    `answer, ${lawFree.critical.kind === 'at' ? `domain ratio ${ratioText(lawFree.critical.ratio)}` : `"${lawFree.critical.kind}"`}; this plan is worth what its laws are.`
  );
}

export function howSure(plan: PlanDocument): Section {
  const sentences: string[] = [];
  const level = shareText(plan.level);
  const noPromise = whyNoPromise(plan.problems);
  if (plan.within !== null) {
    const kept =
      plan.critical.definition === 'turning-point'
        ? `General loss of a new run has stopped rising before the end, and ends with ${tolerancesText(plan)}, in ${shareText(plan.within)} of the draws`
        : `A new run keeps ${tolerancesText(plan)} in ${shareText(plan.within)} of the draws`;
    sentences.push(
      noPromise === undefined
        ? `${kept} (asked: ${shareText(plan.constraints.confidence)}).`
        : `${kept}, but ${noPromise}, so it is no promise.`,
    );
  }
  const { critical } = plan;
  const interval = critical.interval;
  const named = `Critical domain ratio${critical.definition === 'turning-point' ? ' by turning point' : ''}`;
  sentences.push(
    interval === null
      ? `${named} ${outcomeText(critical.point)}; there are no draws, so no interval.`
      : `${named} ${outcomeText(critical.point)}: ${level} of new runs reach their limit in ${boundsText(interval)}` +
          `${critical.meanInterval === null ? '' : `, ${level} of noise-free curves in ${boundsText(critical.meanInterval)}`}.`,
  );
  if (Object.keys(plan.constraints.tolerance).length > 1 && critical.binding !== null)
    sentences.push(`It is ${critical.binding} that decides.`);
  if (critical.none > 0.005)
    sentences.push(`In ${shareText(critical.none)} of the draws no ratio is acceptable.`);
  sentences.push(extrapolationText(plan));
  return {
    title: 'How sure',
    sentences,
    table: {
      columns: [
        { title: 'loss', align: 'left' },
        { title: 'base', align: 'right' },
        { title: `end, ${level} new run`, align: 'right' },
        { title: 'change', align: 'right' },
        { title: 'limit', align: 'right' },
      ],
      rows: Object.entries(plan.predicted).map(([name, { end }]) => {
        const base = plan.base[name].loss;
        const tolerance = plan.constraints.tolerance[name];
        return [
          plan.units[name] === 'bpb' ? `${name}, bits per byte` : name,
          lossText(base),
          withInterval(end.loss, end.interval),
          changeText(end.loss, base),
          tolerance === undefined ? '' : lossText(limitOf(base, tolerance)),
        ];
      }),
    },
  };
}

/** Left out where nothing tells. */
export function meaningOfTolerance({ meaning, constraints, model }: PlanDocument): Section[] {
  const sentences = meaningSentences(meaning, constraints.tolerance, model.params);
  return sentences.length === 0 ? [] : [{ title: 'What the tolerance means', sentences }];
}

export function assumes(plan: PlanDocument): Section {
  const run = plan.runs[0];
  const sentences: string[] = [];
  const bases = Object.entries(plan.base).map(([name, { loss, source, sd }]) => {
    const text = `${name} ${lossText(loss)}`;
    if (source === 'measured') return `${text} (measured)`;
    if (source === 'given') return `${text} (given)`;
    return `${text} ± ${displayNumber(sd, 2)} (assumed from the sizes)`;
  });
  sentences.push(`Base losses: ${bases.join(', ')}.`);
  sentences.push(budgetText(plan));
  const { kind, peakLr, warmupTokens } = run.schedule;
  sentences.push(
    peakLr === null
      ? 'Learning rate and schedule as in the pilots, which do not tell one of their own.'
      : `${plan.problems.some(({ code }) => code === transferAssumed.code) ? 'Trained otherwise than some pilot' : 'Trained as the pilots were'}: ${kind} learning rate with peak ${displayNumber(peakLr)}` +
          `${warmupTokens === null ? '' : ` after ${tokensText(warmupTokens)} warm-up tokens`}.`,
  );
  if (plan.repetition === null)
    sentences.push('Domain tokens are taken as unique: --corpus domain=5B would tell how many there are.');
  sentences.push(...epochsText(plan));
  for (const [name, laws] of Object.entries(plan.laws)) {
    const { noise } = plan.predicted[name];
    sentences.push(
      `Loss on ${name} by ${listed(laws.map(({ law, weight }) => (laws.length === 1 ? law : `${law} (${shareText(weight)})`)))}; one run scatters by ` +
        `${percentText(noise.run)} of it, one evaluation by ${percentText(noise.evaluation)}` +
        `${noiseAsRatioText(plan, name)}${noise.priorShare > 0.005 ? `, ${percentText(noise.priorShare)} of that variance from priors` : ''}.`,
    );
  }
  return { title: 'It assumes', sentences };
}

/** What is believed of repeats, and how often there may be any. */
function epochsText({ repetition, constraints: { maxEpochs }, runs: [run], level }: PlanDocument): string[] {
  const limited = run.corpora.some(({ available }) => available !== null);
  const asked =
    maxEpochs === null ? [] : [`No corpus is seen more than ${displayNumber(maxEpochs)} times, as asked.`];
  if (repetition === null)
    return limited && maxEpochs === null
      ? [`No corpus is seen more than ${MEASURED_EPOCHS} times: --max-epochs sets another limit.`]
      : asked;
  const most = epochsThatPay(repetitionLawById(repetition.law)!, repetition.constant);
  const why =
    most === MEASURED_EPOCHS
      ? 'the most that a source found useful'
      : `after which an epoch adds less than ${shareText(WORTHLESS)} of what the first did`;
  return [
    priorText(repetition, level),
    ...(maxEpochs === null
      ? [
          `The domain corpus is seen at most ${most} ${most === 1 ? 'time' : 'times'}, ${why}: --max-epochs sets another limit.`,
        ]
      : asked),
  ];
}

/** What the noise is in domain ratio, by the slope at the plan: of the one set that has a tolerance and forgets there. */
function noiseAsRatioText(
  { constraints, predicted, tradeOff: { perPoint } }: PlanDocument,
  set: string,
): string {
  if (Object.keys(constraints.tolerance).join() !== set || !(perPoint[set] > 0)) return '';
  const { noise, end } = predicted[set];
  const inRatio = (share: number): string => ratioText((0.01 * share * end.loss) / perPoint[set]);
  return ` (±${inRatio(noise.run)} and ±${inRatio(noise.evaluation)} in domain ratio)`;
}

function budgetText({ budget, runs }: PlanDocument): string {
  const { throughput, tokens } = budget;
  const spread =
    tokens.low === tokens.high ? '' : ` (${tokensText(tokens.low)} to ${tokensText(tokens.high)})`;
  const bought =
    budget.asked === null
      ? `The target takes ${tokensText(tokens.value)} tokens`
      : throughput === null && tokens.low === tokens.high
        ? `The budget is ${tokensText(tokens.value)} tokens`
        : `${budget.asked} buys ${tokensText(tokens.value)} tokens${spread}`;
  const used =
    runs[0].tokens < 0.995 * tokens.value ? `, of which the plan uses ${tokensText(runs[0].tokens)}` : '';
  if (throughput === null) return `${bought}${used}.`;
  const speed = `${displayNumber(throughput.tokensPerGpuSecond, 3)} tokens a second and GPU at goodput ${throughput.goodput}`;
  const why =
    throughput.provenance === 'measured' && throughput.mfu === null
      ? 'as you measured'
      : `${throughput.accelerator ?? 'accelerator'} at MFU ${throughput.mfu} (${throughput.provenance})`;
  return `${bought}${used}: ${speed}, ${why}.`;
}

export function extrapolationText({ extrapolation, model, runs }: PlanDocument): string {
  if (extrapolation.provenance === 'fitted') return 'Inside the pilots in size and tokens.';
  if (extrapolation.params === 1 && extrapolation.tokens === 1)
    return 'Inside the pilots in size and tokens; the domain loss is extrapolated to the few tokens that repeats are worth.';
  const parts = [
    extrapolation.params > 1
      ? [`${timesText(extrapolation.params)} in size (${paramsText(model.params)} params)`]
      : [],
    extrapolation.tokens > 1
      ? [`${timesText(extrapolation.tokens)} in tokens (${tokensText(runs[0].tokens)})`]
      : [],
  ].flat();
  return `Extrapolated beyond the pilots: ${listed(parts)}.`;
}

export function tolerancesText(plan: PlanDocument): string {
  return listed(Object.entries(plan.constraints.tolerance).map(([set, value]) => toleranceText(set, value)));
}
