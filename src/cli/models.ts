/** The models that are asked about: one or several sizes, a model of the catalogue, or a family of them. */
import type { FitDocument } from '../documents/fit.ts';
import { paramsText } from '../explain/numbers.ts';
import { nearestIds } from '../hardware/lookup.ts';
import { countParameters, findModelShape, type ModelShape, modelShapes } from '../hardware/shapes.ts';
import { sameSize } from '../mixture/predictor.ts';
import type { OptionValues } from '../options/all.ts';
import { baseLossOfNoSize, baseLossWithoutSize, familyUnknown } from '../problems/goals.ts';
import { modelShapeUnknown } from '../problems/hardware.ts';
import { optionsExclude } from '../problems/options.ts';
import { modelsDisagree } from '../problems/plan.ts';
import { Refusal } from '../problems/problem.ts';
import { modelSize } from '../units/params.ts';
import { givenBaseLosses } from './question.ts';
import { single } from './single.ts';

export interface AskedModel {
  /** Where the catalogue has it. */
  readonly shape: ModelShape | undefined;
  readonly params: number;
}

/**
 * The models by `--params`, `--model` and `--family`, smallest first; none where nothing was asked. `--model` may be a plain
 * size, and `--params` beside it may repeat the size in either way of counting; another size is refused.
 */
export function modelsOf({
  model,
  params,
  family,
}: OptionValues<'model' | 'params'> & Partial<OptionValues<'family'>>): AskedModel[] {
  if (family !== undefined) {
    const other = model !== undefined ? '--model' : params !== undefined ? '--params' : undefined;
    const why = 'the family says which sizes there are';
    if (other !== undefined) throw new Refusal([optionsExclude({ flag: '--family', other, why })]);
    return familyOf(family).map((shape) => ({ shape, params: countParameters(shape).nonEmbedding }));
  }
  if (model !== undefined) return [modelNamed(model, single(params, '--params'))];
  const sizes = [...new Set(params ?? [])].toSorted((a, b) => a - b);
  return sizes.map((each) => ({ shape: undefined, params: each }));
}

function modelNamed(model: string, params: number | undefined): AskedModel {
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
  const size = tryParse(model);
  if (size === undefined)
    throw new Refusal([modelShapeUnknown({ given: model, nearest: nearestIds(modelShapes, model) })]);
  return size;
}

/** `qwen2.5` of `qwen2.5-7b`: what stands before the size. */
const familyName = (id: string): string => id.replace(/-\d[\d.]*[bm](-.*)?$/, '');

/** The dense models of a family, smallest first: mixtures of experts differ in more than size. */
function familyOf(given: string): ModelShape[] {
  const dense = modelShapes.filter(({ experts }) => experts === undefined);
  const wanted = given.trim().toLowerCase();
  const members = dense.filter(({ id }) => familyName(id) === wanted);
  if (members.length === 0) {
    const names = dense.map(({ id }) => familyName(id));
    const known = [...new Set(names)].filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
    throw new Refusal([familyUnknown({ given, known })]);
  }
  return members.toSorted((a, b) => countParameters(a).nonEmbedding - countParameters(b).nonEmbedding);
}

/**
 * Base losses of each model, in their order. With several models each loss names its own, by size or by name, before a colon:
 * `4B:general=2.1`.
 */
export function baseLossesOf(
  fit: FitDocument,
  given: Readonly<Record<string, number>> | undefined,
  models: readonly AskedModel[],
): Readonly<Record<string, number>>[] {
  const names = models.map(({ shape, params }) => shape?.id ?? paramsText(params));
  const each = models.map((): Record<string, number> => ({}));
  for (const [key, loss] of Object.entries(given ?? {})) {
    const [, size, set = key] = /^([^:]+):(.+)$/.exec(key) ?? [];
    const isSet = fit.evals.some(({ name }) => name === key);
    if (size === undefined || isSet) {
      if (models.length > 1) throw new Refusal([baseLossWithoutSize({ set: key, sizes: names })]);
      each[0][key] = loss;
      continue;
    }
    const k = models.findIndex((model) => isNamed(model, size));
    if (k < 0) throw new Refusal([baseLossOfNoSize({ given: key, sizes: names })]);
    each[k][set] = loss;
  }
  return each.map((losses) => givenBaseLosses(fit, losses));
}

function isNamed({ shape, params }: AskedModel, text: string): boolean {
  if (shape !== undefined && findModelShape(text) === shape) return true;
  const size = tryParse(text);
  return size !== undefined && sameSize(size, params);
}

function tryParse(text: string): number | undefined {
  try {
    return modelSize.parse(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return undefined;
  }
}
