import { basename, dirname, join, relative, resolve } from 'node:path';
import { refuseUnwritable, writeAllAtomically } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import { sha256 } from '../../documents/sha256.ts';
import { paramsText } from '../../explain/numbers.ts';
import { explainPlan } from '../../explain/plan.ts';
import { nearestIds } from '../../hardware/lookup.ts';
import { countParameters, findModelShape, type ModelShape, modelShapes } from '../../hardware/shapes.ts';
import { sameSize } from '../../mixture/predictor.ts';
import type { OptionValues } from '../../options/all.ts';
import { purchase } from '../../plan/budget.ts';
import { makePlan } from '../../plan/makePlan.ts';
import { modelShapeUnknown } from '../../problems/hardware.ts';
import { optionsExclude } from '../../problems/options.ts';
import { modelsDisagree, planNeeds } from '../../problems/plan.ts';
import { Refusal } from '../../problems/problem.ts';
import { modelSize } from '../../units/params.ts';
import { fitFromEither } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import {
  constraintsOf,
  givenBaseLosses,
  refuseUnmodelledRatio,
  refuseUnshownConfidence,
} from '../question.ts';
import { sectionsText } from '../sections.ts';
import { single } from '../single.ts';
import { refuseTwoSpeeds } from '../speed.ts';
import { sayWritten } from '../written.ts';

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
  const { budget, tolerance, price, sequenceLength, confidence, fitOutput } = values;
  const { shape, params } = modelOf(values);
  if (budget === undefined || tolerance === undefined || params === undefined) {
    throw new Refusal([
      ...(params === undefined
        ? [planNeeds({ missing: 'The model', flag: '--params 1.8B or --model llama-3.1-8b' })]
        : []),
      ...(budget === undefined ? [planNeeds({ missing: 'The budget', flag: '--budget 512gpu-h' })] : []),
      ...(tolerance === undefined
        ? [planNeeds({ missing: 'The accepted rise of general loss', flag: '--tolerance 3%' })]
        : []),
    ]);
  }
  refuseTwoSpeeds(values);
  const bought = purchase({ ...values, budget, params, shape, sequenceLength, price });

  const output = values.output ?? 'plan.json';
  const toStdout = output === '-';
  const folder = toStdout ? '.' : dirname(output);
  const outputs = [...(toStdout ? [] : [output]), ...(fitOutput === undefined ? [] : [fitOutput])];
  await refuseUnwritable(outputs, args);
  const { fit, text: fitText, path } = await fitFromEither(args, values, stdin, printer);
  if (path !== undefined && fitOutput !== undefined) {
    const why = 'the fit is a file already';
    throw new Refusal([optionsExclude({ flag: '--fit-output', other: path, why })]);
  }
  const fitPath = path ?? fitOutput ?? join(folder, `${fitNameOf(args)}.fit.json`);
  const fitIsWritten = path === undefined && (!toStdout || fitOutput !== undefined);
  const constraints = constraintsOf(fit, tolerance);
  const domain = [...fit.evals.keys()].filter((e) => fit.evals[e].role === 'domain');
  refuseUnmodelledRatio(fit, [...constraints.map(({ evalIndex }) => evalIndex), ...domain]);
  refuseUnshownConfidence(fit, confidence);
  const outcome = makePlan(fit, {
    params,
    modelName: shape?.name ?? null,
    constraints,
    confidence,
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
    ...(fitIsWritten ? [{ path: fitPath, text: fitText }] : []),
  ];
  const written = await writeAllAtomically(files, values);
  if (toStdout || printer.json) printer.data(planText);
  else printer.data(sectionsText(explainPlan(outcome.plan), printer));
  sayWritten(
    written,
    files.map((file) => file.path),
    printer,
  );
  if (path === undefined && !fitIsWritten)
    printer.say('the fit behind this plan was not written; --fit-output PATH keeps it');
  printer.problems(outcome.plan.problems);
  return exitStatus.done;
};

/**
 * The model to train: its size, and its shape where the catalogue has it. `--model` may be a plain size, and `--params`
 * beside it may repeat the size in either way of counting; another size is refused.
 */
function modelOf({ model, params: sizes }: OptionValues<'model' | 'params'>): {
  shape: ModelShape | undefined;
  params: number | undefined;
} {
  const params = single(sizes, '--params');
  if (model === undefined) return { shape: undefined, params };
  const shape = findModelShape(model);
  if (shape === undefined) return { shape, params: params ?? sizeOf(model) };
  const { nonEmbedding, total } = countParameters(shape);
  if (params !== undefined && !sameSize(params, nonEmbedding) && !sameSize(params, total)) {
    const [given, size, whole] = [params, nonEmbedding, total].map(paramsText);
    throw new Refusal([modelsDisagree({ params: given, model: shape.id, size, total: whole })]);
  }
  return { shape, params: params ?? nonEmbedding };
}

/** `7B` as the name of a model that is not in the catalogue. */
function sizeOf(model: string): number {
  try {
    return modelSize.parse(model);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal([modelShapeUnknown({ given: model, nearest: nearestIds(modelShapes, model) })]);
  }
}

/** `pilots` for `data/pilots.csv.gz`; the folder's name where the file is called `runs`. */
function fitNameOf(paths: readonly string[]): string {
  const [first] = paths;
  if (first === '-') return 'pilots';
  const name = basename(first).replace(/(\.(csv|tsv|jsonl|ndjson|json|txt))?(\.gz)?$/i, '');
  const folder = basename(dirname(resolve(first)));
  return name === 'runs' && folder !== '' ? folder : name;
}
