/** What is asked of a fit: for which model, under which tolerances, and whether the fit can tell at all. */
import type { FitDocument, FitEval } from '../documents/fit.ts';
import { paramsText } from '../explain/numbers.ts';
import type { Law } from '../laws/law.ts';
import { knowsMixture, lawById } from '../laws/registry.ts';
import { baseLosses, baseLossProblems } from '../mixture/baseLoss.ts';
import type { Constraint } from '../mixture/critical.ts';
import { sameSize } from '../mixture/predictor.ts';
import { type Distance, distanceFrom, fewestTokens, type Target } from '../mixture/scenario.ts';
import { constraintsFrom } from '../mixture/tolerances.ts';
import { TURNED } from '../mixture/turningPoint.ts';
import type { OptionValues } from '../options/all.ts';
import { trainingColumnUnknown } from '../problems/guards.ts';
import {
  confidenceBeyondDraws,
  farExtrapolation,
  fewTokens,
  planNeeds,
  ratioNotModelled,
  sizeNotPiloted,
  tooFarExtrapolation,
  tooFewTokens,
  unknownSet,
} from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { perplexityBelowOne } from '../problems/runs.ts';
import { TARGET_COLUMNS, targetProblems } from '../runs/guards.ts';
import { pilotTraining } from '../runs/pilotFacts.ts';
import type { Tolerances } from '../units/tolerance.ts';
import { single } from './single.ts';

/**
 * The one model that is asked about: its size and the base losses that laws of change and tolerances start from.
 * @param needed whether the answer counts from the base loss of this set
 */
export function targetOf(
  fit: FitDocument,
  values: OptionValues<'params' | 'baseLoss' | 'assumeBaseFromSizeLaw'>,
  needed: (evalIndex: number) => boolean,
): { target: Target; problems: Problem[] } {
  const params = single(values.params, '--params') ?? onlySize(fit);
  const base = baseLosses(fit, params, givenBaseLosses(fit, values.baseLoss), values.assumeBaseFromSizeLaw);
  return {
    target: { params, base },
    problems: baseLossProblems(fit, params, base, values.assumeBaseFromSizeLaw, needed),
  };
}

/** The size of the pilots where they have one; several are refused with the question for `--params`. */
export function onlySize(fit: FitDocument): number {
  const sizes = [...new Set(fit.pilots.bases.map(({ params }) => params))];
  if (sizes.length === 1) return sizes[0];
  const missing = `The size of the model (the pilots have ${sizes.map(paramsText).join(', ')})`;
  throw new Refusal([planNeeds({ missing, flag: `--params ${paramsText(sizes[sizes.length - 1])}` })]);
}

/**
 * How far an answer reaches beyond the pilots. Throws a `Refusal` (exit 1) where that is too far and `--extrapolate` is
 * not given.
 */
export function refuseTooFar(
  fit: FitDocument,
  params: number,
  [fewest, most]: readonly [number, number],
  extrapolate: boolean,
): { at: (tokens: number) => Distance; problems: Problem[] } {
  const { range } = fit.pilots;
  const [smallest, largest] = range.params;
  if (smallest === largest && !sameSize(params, largest) && !extrapolate)
    throw new Refusal([sizeNotPiloted({ params: paramsText(params), piloted: paramsText(largest) })], 1);
  const at = (tokens: number): Distance => distanceFrom(range, params, tokens);
  const { verdict, ...distance } = at(most);
  if (verdict === 'tooFar' && !extrapolate) throw new Refusal([tooFarExtrapolation(distance)], 1);
  const answered = fewestTokens(range);
  if (fewest < answered && !extrapolate)
    throw new Refusal([tooFewTokens({ tokens: fewest, least: range.tokens[0], answered })], 1);
  const problems = [
    ...(verdict === 'near' ? [] : [farExtrapolation(distance)]),
    ...(fewest < range.tokens[0] ? [fewTokens({ tokens: fewest, least: range.tokens[0] })] : []),
  ];
  return { at, problems };
}

/** The rise that the turning point accepts at the end, unless told otherwise. */
export const TURNED_EVERYWHERE = { kind: 'everySet', tolerance: TURNED } as const;

/** Tolerances on the general sets of the fit, in their units; without any the question is incomplete. */
export function constraintsOf(
  fit: FitDocument,
  tolerances: Tolerances | undefined,
  bytesPerToken?: Readonly<Record<string, number>>,
): Constraint[] {
  if (tolerances !== undefined) return constraintsFrom(fit, tolerances, bytesPerToken);
  throw new Refusal([planNeeds({ missing: 'The accepted rise of general loss', flag: '--tolerance 3%' })]);
}

/** Base losses named by the user, every name checked against the fit; of sets given as perplexity their logarithm. */
export function givenBaseLosses(
  fit: FitDocument,
  given: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> {
  const known = fit.evals.map(({ name }) => name);
  const entries = Object.entries(given ?? {});
  const unknown = entries.filter(([set]) => !known.includes(set));
  if (unknown.length > 0) {
    throw new Refusal(
      unknown.map(([set]) => unknownSet({ set, known, role: undefined, flag: '--base-loss' })),
    );
  }
  const asPerplexity = (set: string): boolean =>
    fit.evals.some(({ name, measuredIn }) => name === set && measuredIn === 'ppl');
  const impossible = entries.filter(([set, loss]) => asPerplexity(set) && loss <= 1);
  if (impossible.length > 0)
    throw new Refusal(impossible.map(([, value]) => perplexityBelowOne({ value }, { field: '--base-loss' })));
  return Object.fromEntries(entries.map(([set, loss]) => [set, asPerplexity(set) ? Math.log(loss) : loss]));
}

/**
 * Whether the full run is trained as its pilots were: warnings where a difference is assumed not to matter. Throws a
 * `Refusal` for other differences.
 */
export function refuseOtherTraining(
  fit: FitDocument,
  params: number,
  values: OptionValues<'trainAs' | 'assumeTransfer' | 'assumeLrTransfer'>,
  sequenceLength?: number,
): Problem[] {
  const told = values.trainAs ?? {};
  const known = Object.keys(TARGET_COLUMNS);
  const unknown = Object.keys(told).filter((column) => !known.includes(column));
  if (unknown.length > 0)
    throw new Refusal(unknown.map((column) => trainingColumnUnknown({ column, known })));
  const target = sequenceLength === undefined ? told : { sequence_length: String(sequenceLength), ...told };
  const { assumeTransfer = [], assumeLrTransfer } = values;
  const problems = targetProblems(target, pilotTraining(fit, params), assumeTransfer, assumeLrTransfer);
  const refused = problems.filter(({ severity }) => severity === 'error');
  if (refused.length > 0) throw new Refusal(refused);
  return problems;
}

/** Refuses questions about mixtures where a set is modelled only by laws that do not know the ratio (exit 1). */
export function refuseUnmodelledRatio(fit: FitDocument, evalIndices: readonly number[]): void {
  const { runs, observations } = fit.pilots;
  const ratios = [...new Set(observations.run.map((run) => runs[run].domainRatio))].sort((a, b) => a - b);
  const problems = evalIndices.flatMap((e) => {
    const laws = lawsInUse(fit.evals[e]);
    const ids = laws.map(({ id }) => id);
    return laws.some(knowsMixture) ? [] : [ratioNotModelled({ set: fit.evals[e].name, laws: ids, ratios })];
  });
  if (problems.length > 0) throw new Refusal(problems, 1);
}

/** Whether predictions for a set start from the base loss of the target. */
export function changesFromBase(set: FitEval): boolean {
  return lawsInUse(set).some(({ predicts }) => predicts === 'change');
}

function lawsInUse({ members }: FitEval): Law[] {
  return members.flatMap(({ law, weight }) => (weight > 0 ? (lawById(law) ?? []) : []));
}

/** Refuses a confidence that the draws of a fit cannot show; without draws none is claimed, which is said elsewhere. */
export function refuseUnshownConfidence({ draws: { count } }: FitDocument, confidence: number): void {
  const least = Math.ceil((1 / (1 - confidence)) * (1 - 1e-9));
  // One less would do by a hair; the round number is the better advice.
  if (count > 0 && count < least - 1) {
    throw new Refusal([confidenceBeyondDraws({ confidence, draws: count, least })]);
  }
}
