/**
 * `plan.json`: what to train, why, how sure that is, and everything that emitters and a watcher of the run need
 * without the fit.
 */
import * as z from 'zod';
import { meaningSchema } from './meaning.ts';
import { problemSchema } from './problem.ts';
import { trainingRunSchema } from './trainingRun.ts';

const share = z.number().min(0).max(1);
const nullableNumber = z.number().nullable();
const interval = z
  .tuple([z.number(), z.number()])
  .nullable()
  .describe('at the level of the plan; null without draws');
const byEval = <T extends z.ZodType>(value: T) => z.record(z.string(), value).describe('by evaluation set');
const outcome = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('at'), ratio: share }),
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('all') }),
  ])
  .describe('none: no pilot ratio is acceptable; all: every one is');
export const toleranceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('relative'), share: z.number() }),
  z.strictObject({ kind: z.literal('absolute'), nats: z.number() }),
  z.strictObject({ kind: z.literal('bits'), bitsPerByte: z.number() }),
]);
const banded = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

const predictionSchema = z.strictObject({
  loss: z.number(),
  interval: interval.describe('where one new run would land'),
  meanInterval: interval.describe('the curve alone'),
});

const alternativeSchema = z.strictObject({
  name: z.string(),
  domainRatio: share,
  regret: z
    .number()
    .describe(
      'predicted domain loss above that of the plan, at the same size and tokens; below 0 it breaks a limit of the plan',
    ),
  predicted: byEval(predictionSchema),
  within: nullableNumber.describe('chance that a new run keeps every tolerance; null without draws'),
  provenance: z.enum(['fitted', 'extrapolated']),
  ratioInside: z.boolean().describe('whether the domain ratio lies between those of the pilots'),
});

const modelSchema = z.strictObject({ name: z.string().nullable(), params: z.number().positive() });

const costSchema = z
  .strictObject({
    flop: banded,
    gpuHours: banded.nullable(),
    wallClockHours: banded.nullable(),
    dollars: banded.nullable(),
  })
  .describe('null where no throughput, number of GPUs or price is known');

const choiceSchema = z.strictObject({
  model: modelSchema,
  tokens: z.number().positive(),
  domainRatio: share,
  domainLoss: z.number().describe('weighted mean over the domain sets'),
  cost: costSchema,
});

const sizeSchema = z
  .discriminatedUnion('kind', [
    choiceSchema.extend({
      kind: z.literal('feasible'),
      chosen: z.boolean(),
      regret: z.number().describe('domain loss above that of the plan'),
      extraCost: z
        .number()
        .describe('cost above that of the plan as a share, where a target was to be reached; else 0'),
    }),
    z.strictObject({
      kind: z.literal('infeasible'),
      model: modelSchema,
      set: z.string().describe('missed by most'),
      rise: z.number().describe('rise over the base that is kept with the confidence at best, as a share'),
    }),
    z.strictObject({
      kind: z.literal('setAside'),
      model: modelSchema,
      problem: problemSchema.omit({ schema: true }),
    }),
  ])
  .describe('what each size that was asked for could do');

const repetitionSchema = z.strictObject({
  law: z.string(),
  constant: z.number().describe('repeats until their worth has fallen to 1/e; median of the prior'),
  interval: z.tuple([z.number(), z.number()]).describe('of the constant, at the level of the plan'),
  source: z.string(),
  unique: z.number().positive().describe('unique domain tokens'),
  epochs: z.number().nonnegative().describe('of the plan'),
  effectiveTokens: z.number().nonnegative().describe('new tokens that those of the plan are worth'),
  byEpoch: z
    .array(
      z.strictObject({
        epoch: z.int().positive(),
        value: z.number().describe('what this epoch adds, as a share of what the first one did'),
        interval: z.tuple([z.number(), z.number()]),
        total: z.number().describe('unique corpora that all epochs so far are worth'),
      }),
    )
    .describe('the value of each repeat'),
});

export const planSchema = z.strictObject({
  schema: z.literal('mixplan.plan/1'),
  basis: z.literal('fit').describe('what it rests on: plans without pilots say publishedCurve or assumed'),
  command: z.string().describe('writes this plan again'),
  fit: z.strictObject({ path: z.string().describe('relative to the plan'), sha256: z.string() }),
  level: z.number(),
  model: modelSchema,
  units: byEval(z.enum(['nats', 'bpb', 'ppl'])).describe('unit of every loss of a set'),
  base: byEval(
    z
      .strictObject({
        loss: z.number(),
        source: z.enum(['given', 'measured', 'assumed']),
        sd: z.number().nonnegative(),
      })
      .refine(({ loss, sd }) => sd <= loss, { path: ['sd'], message: 'Expected at most the loss itself' }),
  ),
  budget: z.strictObject({
    asked: z.string().nullable().describe('as it was given; null where a target was'),
    flop: banded,
    gpuHours: banded.nullable(),
    tokens: banded.describe('what it buys; for a target, what it takes'),
    throughput: z
      .strictObject({
        tokensPerGpuSecond: z.number().describe('goodput included'),
        goodput: z.number(),
        mfu: nullableNumber,
        flopPerToken: nullableNumber,
        accelerator: z.string().nullable(),
        provenance: z.enum(['measured', 'published', 'assumed']),
      })
      .nullable(),
    gpus: nullableNumber,
    wallClockHours: banded.nullable(),
    dollars: banded.nullable(),
  }),
  target: z
    .strictObject({ asked: z.string(), domainLoss: z.number() })
    .nullable()
    .describe('domain loss to reach at least cost; null where a budget was to be used'),
  constraints: z.strictObject({
    tolerance: byEval(toleranceSchema),
    confidence: share,
    maxEpochs: nullableNumber.describe(
      'how often a token may be seen; null: not told, so 20, or fewer where repeats are worth nothing',
    ),
  }),
  objective: byEval(share).describe('weights of the domain sets'),
  sizes: z.array(sizeSchema).min(1),
  repetition: repetitionSchema.nullable().describe('null where the size of the domain corpus is not told'),
  frontier: z
    .array(
      z.strictObject({
        budget: z.strictObject({ unit: z.enum(['gpu-hours', 'FLOP']), amount: z.number() }),
        choice: choiceSchema.nullable().describe('null where nothing is feasible'),
      }),
    )
    .nullable()
    .describe('what other budgets buy'),
  meaning: byEval(meaningSchema).describe('what each accepted rise means, by set'),
  runs: z.array(trainingRunSchema).min(1),
  critical: z.strictObject({
    definition: z
      .enum(['tolerance', 'turning-point'])
      .describe('turning-point: general loss has also stopped rising before the end'),
    point: outcome,
    interval,
    meanInterval: interval,
    none: share.describe('share of new runs in which no pilot ratio is acceptable'),
    all: share.describe('share of new runs in which every pilot ratio is'),
    binding: z.string().nullable(),
  }),
  predicted: byEval(
    z.strictObject({
      end: predictionSchema,
      path: z.array(
        z.strictObject({ tokens: z.number(), loss: z.number(), interval, meanInterval: interval }),
      ),
      noise: z.strictObject({
        evaluation: z.number(),
        rho: z.number(),
        run: z.number(),
        base: z.number(),
        priorShare: share,
      }),
    }),
  ),
  within: nullableNumber.describe('chance that a new run of the plan keeps every tolerance'),
  tradeOff: z
    .strictObject({
      perPoint: byEval(z.number()).describe(
        'by evaluation set: change of its loss, in its unit, for one more percentage point of domain share at the plan',
      ),
      smallest: z.strictObject({ domainRatio: share, gainKept: share, predicted: byEval(predictionSchema) }),
    })
    .describe('what the last of the domain share buys and costs'),
  lawFree: z.strictObject({
    params: z.number(),
    tokens: z.number(),
    critical: outcome,
    between: z
      .tuple([share, share])
      .nullable()
      .describe('neighbouring pilot ratios on either side of the limit'),
  }),
  outOfSample: byEval(
    z.strictObject({
      law: nullableNumber.describe('mean relative error of the laws, by weight, on pilot ratios left out'),
      lawFree: nullableNumber.describe('the same of interpolation between the other ratios'),
    }),
  ).describe('null where it cannot be taken'),
  alternatives: z
    .array(alternativeSchema)
    .describe('fixed replay, and the answer without a law, at the same size and tokens'),
  laws: byEval(z.array(z.strictObject({ law: z.string(), weight: share }))),
  extrapolation: z.strictObject({
    params: z.number().describe('multiple of the largest (or smallest) pilot; 1 = inside'),
    tokens: z.number(),
    provenance: z.enum(['fitted', 'extrapolated']),
    verdict: z.enum(['near', 'far', 'tooFar']),
  }),
  problems: z.array(problemSchema.omit({ schema: true })),
});

export type PlanDocument = z.infer<typeof planSchema>;
