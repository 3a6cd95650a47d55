/** What is asked of a plan by its options: models and what they cost, corpora, and the goal. */
import type { FitDocument } from '../documents/fit.ts';
import { REPETITION_LAWS, repetitionLawById } from '../laws/modifiers/repetitionLaws.ts';
import type { OptionValues } from '../options/all.ts';
import { meansOf, purchase } from '../plan/budget.ts';
import type { Corpora } from '../plan/corpora.ts';
import type { Goal } from '../plan/makePlan.ts';
import type { SizeRequest } from '../plan/sizes.ts';
import {
  corpusUnknown,
  repetitionNeedsConstant,
  repetitionWithoutCorpus,
  sizesNeedThroughput,
} from '../problems/goals.ts';
import { optionsExclude } from '../problems/options.ts';
import { planNeeds } from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { budget as budgetUnit } from '../units/budget.ts';
import { type AskedModel, baseLossesOf, modelsOf } from './models.ts';
import type { PlanningOptions } from './planningOptions.ts';
import { refuseTwoSpeeds } from './speed.ts';

type Values = OptionValues<PlanningOptions>;

/** Everything that can be asked without a fit: refuses an incomplete or contradictory question before the long work. */
export interface AskedPlan {
  readonly models: readonly AskedModel[];
  /** What the budget buys of each model, and what training it takes. */
  readonly sizes: readonly Omit<SizeRequest, 'baseLoss'>[];
  readonly goal: Goal;
  readonly corpora: Corpora;
}

export function askedPlan(values: Values): AskedPlan {
  const models = modelsOf(values);
  const { tolerance } = values;
  const goal = goalOf(values);
  const missing: Problem[] = [
    ...(models.length === 0
      ? [planNeeds({ missing: 'The model', flag: '--params 1.8B or --model llama-3.1-8b' })]
      : []),
    ...(goal === undefined ? [planNeeds({ missing: 'The budget', flag: '--budget 512gpu-h' })] : []),
    ...(tolerance === undefined && values.definition !== 'turning-point'
      ? [planNeeds({ missing: 'The accepted rise of general loss', flag: '--tolerance 3%' })]
      : []),
  ];
  if (goal === undefined || missing.length > 0) throw new Refusal(missing);
  refuseTwoSpeeds(values);
  if (models.length > 1 && values.throughput !== undefined)
    throw new Refusal([sizesNeedThroughput({ flag: '--throughput' })]);
  const { budget } = values;
  const sizes = models.map(({ shape, params }) => {
    const asked = { ...values, params, shape };
    const bought = budget === undefined ? undefined : purchase({ ...asked, budget });
    const means = bought ?? meansOf(asked);
    return { name: shape?.name ?? null, params, means, tokens: bought?.tokens };
  });
  return { models, sizes, goal, corpora: corporaOf(values) };
}

/** The sizes with their base losses, which only the fit can check. */
export function sizesOf(fit: FitDocument, asked: AskedPlan, values: Values): SizeRequest[] {
  const losses = baseLossesOf(fit, values.baseLoss, asked.models);
  return asked.sizes.map((size, k) => ({ ...size, baseLoss: losses[k] }));
}

function goalOf({ budget, targetDomainLoss, targetGain }: Values): Goal | undefined {
  if (targetDomainLoss !== undefined && targetGain !== undefined) {
    const why = 'both name the same target';
    throw new Refusal([optionsExclude({ flag: '--target-gain', other: '--target-domain-loss', why })]);
  }
  if (targetDomainLoss !== undefined) return { kind: 'domainLoss', loss: targetDomainLoss };
  if (targetGain !== undefined) return { kind: 'gain', share: targetGain };
  return budget === undefined ? undefined : { kind: 'budget', asked: budgetUnit.format(budget) };
}

function corporaOf({ corpus, maxEpochs, repetition, repetitionConstant }: Values): Corpora {
  const stray =
    corpus === undefined
      ? [
          ...(maxEpochs === undefined ? [] : ['--max-epochs']),
          ...(repetition === undefined ? [] : ['--repetition']),
          ...(repetitionConstant === undefined ? [] : ['--repetition-constant']),
        ]
      : Object.keys(corpus).filter((name) => name !== 'domain' && name !== 'general');
  if (stray.length > 0) {
    throw new Refusal(
      stray.map((flag) =>
        corpus === undefined ? repetitionWithoutCorpus({ flag }) : corpusUnknown({ corpus: flag }),
      ),
    );
  }
  const law = (repetition === undefined ? undefined : repetitionLawById(repetition)) ?? REPETITION_LAWS[0];
  const constant =
    repetitionConstant === undefined
      ? law.constant
      : { value: repetitionConstant, logSpread: 0, source: 'given by --repetition-constant' };
  if (constant === undefined) throw new Refusal([repetitionNeedsConstant({ law: law.id })]);
  return { domain: corpus?.domain, general: corpus?.general, maxEpochs, law, constant };
}
