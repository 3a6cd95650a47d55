import { basename, dirname, join, relative, resolve } from 'node:path';
import { writeAllAtomically } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import { sha256 } from '../../documents/sha256.ts';
import { explainPlan } from '../../explain/plan.ts';
import { countParameters, modelShape } from '../../hardware/shapes.ts';
import { purchase } from '../../plan/budget.ts';
import { makePlan } from '../../plan/makePlan.ts';
import { planNeeds } from '../../problems/plan.ts';
import { Refusal } from '../../problems/problem.ts';
import { constraintsOf, fitFromEither, givenBaseLosses } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import { sectionsText } from '../sections.ts';

type PlanOptions =
  | FittingOptions
  | 'params'
  | 'tolerance'
  | 'confidence'
  | 'baseLoss'
  | 'assumeBaseFromSizeLaw'
  | 'budget'
  | 'model'
  | 'sequenceLength'
  | 'gpu'
  | 'gpus'
  | 'mfu'
  | 'throughput'
  | 'goodput'
  | 'price'
  | 'extrapolate'
  | 'output'
  | 'fitOutput'
  | 'force';

/**
 * `mixplan plan FIT|RUNS...`: domain ratio, tokens and how sure that is, printed and written as `plan.json`; from runs
 * the fit is written beside it.
 */
export const run: Run<PlanOptions> = async ({ args, values, printer, stdin, reproduce }) => {
  const { budget, tolerance, model, price, sequenceLength } = values;
  const shape = model === undefined ? undefined : modelShape(model);
  const params = values.params ?? (shape === undefined ? undefined : countParameters(shape).nonEmbedding);
  if (budget === undefined || tolerance === undefined || params === undefined) {
    throw new Refusal([
      ...(params === undefined
        ? [planNeeds({ missing: 'the model', flag: '--params 1.8B or --model llama-3.1-8b' })]
        : []),
      ...(budget === undefined ? [planNeeds({ missing: 'the budget', flag: '--budget 512gpu-h' })] : []),
      ...(tolerance === undefined
        ? [planNeeds({ missing: 'the accepted rise of general loss', flag: '--tolerance 3%' })]
        : []),
    ]);
  }
  const bought = purchase({ ...values, budget, params, shape, sequenceLength, price });
  const { fit, text: fitText, path } = await fitFromEither(args, values, stdin, printer);

  const output = values.output ?? 'plan.json';
  const toStdout = output === '-';
  const folder = toStdout ? '.' : dirname(output);
  const fitPath = path ?? values.fitOutput ?? join(folder, `${fitNameOf(args)}.fit.json`);
  const outcome = makePlan(fit, {
    params,
    modelName: shape?.name ?? null,
    constraints: constraintsOf(fit, tolerance),
    confidence: values.confidence,
    baseLoss: givenBaseLosses(fit, values.baseLoss),
    assumeBaseFromSizeLaw: values.assumeBaseFromSizeLaw,
    purchase: bought,
    price,
    sequenceLength,
    extrapolate: values.extrapolate,
    command: reproduce,
    fitFile: {
      path: relative(resolve(folder), resolve(fitPath)).replaceAll('\\', '/'),
      sha256: sha256(fitText),
    },
  });
  if (outcome.kind === 'refused') {
    printer.problems(outcome.problems);
    return exitStatus.negative;
  }

  const planText = canonicalJson(outcome.plan);
  const files = [
    ...(toStdout ? [] : [{ path: output, text: planText }]),
    ...(path === undefined && (!toStdout || values.fitOutput !== undefined)
      ? [{ path: fitPath, text: fitText }]
      : []),
  ];
  await writeAllAtomically(files, { force: values.force });
  if (toStdout || printer.json) printer.data(planText);
  else printer.data(sectionsText(explainPlan(outcome.plan), printer));
  if (files.length > 0) printer.say(`wrote ${files.map((file) => file.path).join(' and ')}`);
  printer.problems(outcome.plan.problems);
  return exitStatus.done;
};

/** `pilots` for `data/pilots.csv.gz`; the folder's name where the file is called `runs`. */
function fitNameOf(paths: readonly string[]): string {
  const [first] = paths;
  if (first === '-') return 'pilots';
  const name = basename(first).replace(/(\.(csv|tsv|jsonl|ndjson|json|txt))?(\.gz)?$/i, '');
  const folder = basename(dirname(resolve(first)));
  return name === 'runs' && folder !== '' ? folder : name;
}
