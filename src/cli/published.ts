/** Commands on a published curve of critical ratios instead of a fit. */

import { dirname, relative, resolve } from 'node:path';
import { refuseUnwritable, writeAtomically } from '../documents/atomic.ts';
import { canonicalJson } from '../documents/canonical.ts';
import { sha256 } from '../documents/sha256.ts';
import type { PublishedCriticalDocument, UnpilotedPlanDocument } from '../documents/unpiloted.ts';
import { explainNoPilots } from '../explain/noPilots.ts';
import { explainCurvePlan, explainPublishedCritical } from '../explain/publishedCurve.ts';
import type { Section } from '../explain/section.ts';
import type { OptionValues } from '../options/all.ts';
import { type Purchase, purchase } from '../plan/budget.ts';
import { planFromCurve, pointTold, reachProblems, refusal, sizeFactor, sourceOf } from '../plan/curvePlan.ts';
import { planFromEvidence } from '../plan/noPilots.ts';
import { curveAt, tokensFor } from '../plan/publishedCurve.ts';
import { optionNeeds, optionsExclude, severalValues } from '../problems/options.ts';
import { planNeeds } from '../problems/plan.ts';
import type { Problem } from '../problems/problem.ts';
import { Refusal } from '../problems/problem.ts';
import {
  curveOfOtherSize,
  publishedCurve,
  shiftMissing,
  toleranceNotRelative,
} from '../problems/published.ts';
import { type Tolerances, tolerances as tolerancesUnit } from '../units/tolerance.ts';
import type { AskedLaw } from './asking.ts';
import { type ExitStatus, exitStatus } from './exit.ts';
import { type AskedModel, modelsOf } from './models.ts';
import type { Printer } from './printer.ts';
import { refuseOthers } from './refuseOthers.ts';
import { sectionsText } from './sections.ts';
import { single } from './single.ts';
import { refuseTwoSpeeds } from './speed.ts';
import { sayWritten } from './written.ts';

/** Without --tokens: parts of the longest run behind the curve. */
const PARTS = [0.25, 0.5, 0.75, 1];

export const CURVE_CRITICAL_OPTIONS = ['params', 'tokens', 'definition', 'extrapolate'] as const;
/** Options of a plan that ask for no loss. */
export const UNPILOTED_OPTIONS = [
  'params',
  'model',
  'family',
  'budget',
  'sequenceLength',
  'gpu',
  'gpus',
  'mfu',
  'throughput',
  'goodput',
  'price',
  'output',
  'force',
] as const;

export const CURVE_PLAN_OPTIONS = [...UNPILOTED_OPTIONS, 'definition', 'extrapolate'] as const;
export const NO_PILOTS_OPTIONS = [...UNPILOTED_OPTIONS, 'tolerance', 'noPilots', 'shift'] as const;

/** `mixplan critical LAW`. */
export function criticalOfCurve(
  { law }: AskedLaw,
  values: OptionValues<(typeof CURVE_CRITICAL_OPTIONS)[number]>,
  printer: Printer,
): ExitStatus {
  refuseOthers(values, CURVE_CRITICAL_OPTIONS, 'a published curve', 'it has no losses');
  refuseTolerance(values);
  const params = single(values.params, '--params') ?? law.model.params;
  if (sizeFactor(law, params) > 1 && !values.extrapolate)
    throw new Refusal([curveOfOtherSize({ asked: params, params: law.model.params, name: law.name })], 1);
  const counts = values.tokens ?? PARTS.map((part) => part * law.range.tokens[1]);
  const points = counts.map((tokens) => curveAt(law, tokens));
  const refused = points.flatMap((point) => refusal(law, point, values.extrapolate) ?? []);
  if (refused.length === points.length) throw new Refusal(refused, 1);
  const document: PublishedCriticalDocument = {
    schema: 'mixplan.critical/1',
    basis: 'publishedCurve',
    definition: law.definition,
    law: sourceOf(law),
    params,
    firstTurn: tokensFor(law, 0),
    points: counts.map((tokens) => ({ ...pointTold(law, tokens), interval: null })),
  };
  if (printer.json) printer.dataJson(document);
  else printer.data(sectionsText(explainPublishedCritical(document), printer));
  printer.problems([
    // What could not be answered beside what could is a warning.
    ...refused.map((problem): Problem => ({ ...problem, severity: 'warning' })),
    ...points.flatMap((point) =>
      refusal(law, point, values.extrapolate) === undefined ? reachProblems(law, point) : [],
    ),
    publishedCurve({ name: law.name, domain: law.domain, transcribed: law.source.transcribed }),
  ]);
  return exitStatus.done;
}

function refuseTolerance({ definition }: OptionValues<'definition'>): void {
  if (definition !== 'tolerance') return;
  const why = 'the curve is one of turning points and has no losses';
  throw new Refusal([optionsExclude({ flag: '--definition tolerance', other: 'a published curve', why })]);
}

/** `mixplan plan LAW`. */
export async function planOfCurve(
  { law, text, path }: AskedLaw,
  values: OptionValues<(typeof CURVE_PLAN_OPTIONS)[number]>,
  printer: Printer,
  command: string,
): Promise<ExitStatus> {
  refuseOthers(values, CURVE_PLAN_OPTIONS, 'a published curve', 'it has no losses');
  refuseTolerance(values);
  const own: AskedModel = { shape: undefined, params: law.model.params };
  const { model, bought } = boughtFor(values, own);
  const output = values.output ?? 'plan.json';
  const outcome = planFromCurve({
    law,
    file: {
      path:
        path === undefined
          ? null
          : relative(resolve(output === '-' ? '.' : dirname(output)), resolve(path)).replaceAll('\\', '/'),
      sha256: sha256(text),
    },
    params: model.params,
    modelName: model.shape?.name ?? (model === own ? law.model.name : null),
    purchase: bought,
    sequenceLength: values.sequenceLength,
    extrapolate: values.extrapolate,
    command,
  });
  if (outcome.kind === 'refused') throw new Refusal(outcome.problems, 1);
  await refuseUnwritable(output === '-' ? [] : [output], path === undefined ? [] : [path]);
  return handOver(outcome.plan, explainCurvePlan(outcome.plan), output, values, printer);
}

/** `mixplan plan --no-pilots`. */
export async function planWithoutPilots(
  args: readonly string[],
  values: OptionValues<(typeof NO_PILOTS_OPTIONS)[number]>,
  printer: Printer,
  command: string,
): Promise<ExitStatus> {
  const { shift, output = 'plan.json' } = values;
  if (!values.noPilots) throw new Refusal([optionNeeds({ flag: '--shift', needs: '--no-pilots' })]);
  if (args.length > 0) {
    const why = 'there are pilots, a fit or a curve to plan from';
    throw new Refusal([optionsExclude({ flag: '--no-pilots', other: args[0], why })]);
  }
  refuseOthers(values, NO_PILOTS_OPTIONS, '--no-pilots', 'published evidence has nothing to apply it to');
  if (shift === undefined) throw new Refusal([shiftMissing({})]);
  const tolerance = relativeTolerance(values.tolerance);
  const { model, bought } = boughtFor(values, undefined);
  const outcome = planFromEvidence({
    shift,
    tolerance,
    model: { name: model.shape?.name ?? null, params: model.params },
    purchase: bought,
    sequenceLength: values.sequenceLength,
    command,
  });
  if (outcome.kind === 'refused') throw new Refusal(outcome.problems, 1);
  await refuseUnwritable(output === '-' ? [] : [output], []);
  return handOver(outcome.plan, explainNoPilots(outcome.plan), output, values, printer);
}

/** One share of the base loss; anything else cannot be read off published tables. */
function relativeTolerance(given: Tolerances | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (given.kind !== 'everySet' || given.tolerance.kind !== 'relative')
    throw new Refusal([toleranceNotRelative({ given: tolerancesUnit.display(given) })]);
  return given.tolerance.share;
}

/** The one model of a plan without pilots and what the budget buys of it; refuses an incomplete question. */
export function boughtFor(
  values: OptionValues<(typeof UNPILOTED_OPTIONS)[number]>,
  otherwise: AskedModel | undefined,
): { model: AskedModel; bought: Purchase } {
  refuseTwoSpeeds(values);
  const models = modelsOf(values);
  if (models.length > 1) throw new Refusal([severalValues({ flag: '--params', count: models.length })]);
  const model = models[0] ?? otherwise;
  const { budget } = values;
  if (model === undefined || budget === undefined)
    throw new Refusal([
      ...(model === undefined
        ? [planNeeds({ missing: 'The model', flag: '--params 1.8B or --model llama-3.1-8b' })]
        : []),
      ...(budget === undefined ? [planNeeds({ missing: 'The budget', flag: '--budget 512gpu-h' })] : []),
    ]);
  return { model, bought: purchase({ ...values, budget, params: model.params, shape: model.shape }) };
}

/** Writes and prints a plan that rests on no fit. */
export async function handOver(
  plan: UnpilotedPlanDocument,
  sections: readonly Section[],
  output: string,
  values: OptionValues<'force'>,
  printer: Printer,
): Promise<ExitStatus> {
  const text = canonicalJson(plan);
  const toStdout = output === '-';
  const written = toStdout ? [] : await writeAtomically(output, text, values);
  if (toStdout || printer.json) printer.data(text);
  else printer.data(sectionsText(sections, printer));
  if (!toStdout) sayWritten(written, [output], printer);
  printer.problems(plan.problems);
  return exitStatus.done;
}
