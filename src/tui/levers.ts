/**
 * The levers: options of a plan that can be moved. Which value they hold, how it is read and written comes from the option
 * itself; what is said here is how far a step goes. A lever re-predicts or re-weights what the fit holds and never refits.
 */
import type { FitDocument } from '../documents/fit.ts';
import { paramsText, tokensText } from '../explain/numbers.ts';
import { lawsInUse } from '../fit/chosenLaws.ts';
import { accelerator, accelerators } from '../hardware/accelerators.ts';
import { findModelShape } from '../hardware/shapes.ts';
import { sameSize } from '../mixture/predictor.ts';
import { TOO_FAR } from '../mixture/scenario.ts';
import { type OptionName, options } from '../options/all.ts';
import { Refusal } from '../problems/problem.ts';
import type { Budget } from '../units/budget.ts';
import { level, utilisation } from '../units/ratio.ts';
import { trainingTokens } from '../units/tokens.ts';
import type { Tolerance } from '../units/tolerance.ts';
import { choice } from '../units/words.ts';
import { along, evenly, preferred } from './steps.ts';
import type { Values } from './values.ts';

export interface Lever {
  /** A word or two. */
  readonly title: string;
  /** Options that it sets, its own first: what it is reset by. */
  readonly sets: readonly [OptionName, ...OptionName[]];
  /** What may be typed, as an example. */
  readonly example: string;
  readonly text: (values: Values, fit: FitDocument) => string;
  /** The values after some steps, up where `by` is above 0. */
  readonly step: (values: Values, by: number, fit: FitDocument) => Values;
  /** The values after a value was typed. Throws a `Refusal` for what cannot be read. */
  readonly type: (text: string, values: Values) => Values;
}

const budgetLever: Lever = {
  title: 'budget',
  sets: ['budget'],
  example: options.budget.unit.examples[0],
  text: ({ budget }) => (budget === undefined ? 'none' : options.budget.unit.display(budget)),
  step: ({ budget, ...values }, by) => ({
    ...values,
    ...(budget === undefined ? {} : { budget: scaledBudget(budget, by) }),
  }),
  type: (text, values) => ({ ...values, budget: options.budget.unit.parse(text) }),
};

function scaledBudget(budget: Budget, by: number): Budget {
  switch (budget.kind) {
    case 'tokens':
      return { ...budget, tokens: preferred(budget.tokens, by) };
    case 'flop':
      return { ...budget, flop: preferred(budget.flop, by) };
    case 'money':
      return { ...budget, dollars: preferred(budget.dollars, by) };
    case 'gpuHours':
      return { ...budget, gpuHours: preferred(budget.gpuHours, by) };
    case 'gpuTime':
      return { ...budget, hours: preferred(budget.hours, by) };
  }
}

const toleranceLever: Lever = {
  title: 'tolerance',
  sets: ['tolerance'],
  example: options.tolerance.unit.examples[0],
  text: ({ tolerance }) => (tolerance === undefined ? 'none' : options.tolerance.unit.display(tolerance)),
  step: ({ tolerance, ...values }, by) => {
    if (tolerance === undefined) return values;
    const moved =
      tolerance.kind === 'everySet'
        ? { ...tolerance, tolerance: widened(tolerance.tolerance, by) }
        : {
            ...tolerance,
            tolerances: Object.fromEntries(
              Object.entries(tolerance.tolerances).map(([set, each]) => [set, widened(each, by)]),
            ),
          };
    return { ...values, tolerance: moved };
  },
  type: (text, values) => ({ ...values, tolerance: options.tolerance.unit.parse(text) }),
};

/** A tenth of a per cent, or about as much in the other units. */
function widened(tolerance: Tolerance, by: number): Tolerance {
  switch (tolerance.kind) {
    case 'relative':
      return { ...tolerance, share: evenly(tolerance.share, by, 0.001, 0.001, 1) };
    case 'absolute':
      return { ...tolerance, nats: evenly(tolerance.nats, by, 0.002, 0.002, 10) };
    case 'bits':
      return { ...tolerance, bitsPerByte: evenly(tolerance.bitsPerByte, by, 0.001, 0.001, 10) };
  }
}

const CONFIDENCES = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99, 0.995];

const confidenceLever: Lever = {
  title: 'confidence',
  sets: ['confidence'],
  example: level.examples[0],
  text: ({ confidence }) => level.display(confidence ?? options.confidence.initial),
  step: (values, by) => {
    const now = values.confidence ?? options.confidence.initial;
    const steps = CONFIDENCES.includes(now) ? CONFIDENCES : [...CONFIDENCES, now].toSorted((a, b) => a - b);
    return { ...values, confidence: along(steps, (each) => each === now, by) };
  },
  type: (text, values) => ({ ...values, confidence: level.parse(text) }),
};

const sizeLever: Lever = {
  title: 'size',
  sets: ['params', 'model', 'family'],
  example: '7B, or 1B,7B, or llama-3.1-8b',
  text: ({ params, model, family }) =>
    model ?? family ?? (params === undefined ? 'none' : params.map(paramsText).join(', ')),
  step: (values, by, fit) => {
    const now = values.params?.[0] ?? fit.pilots.range.params[1];
    const sizes = sizesToTry(fit, now, values.assumeBaseFromSizeLaw === true);
    const next = along(sizes, (each) => each === now, by);
    return { ...values, params: [next], model: undefined, family: undefined };
  },
  type: (text, values) =>
    findModelShape(text.trim()) !== undefined
      ? { ...values, model: text.trim(), params: undefined, family: undefined }
      : { ...values, params: options.params.unit.parse(text.trim()), model: undefined, family: undefined },
};

/**
 * Sizes a step apart: those that were piloted, whose base losses are known; where those of others may be assumed, round
 * numbers between and beyond them too, as far as a fit is asked.
 */
function sizesToTry({ pilots }: FitDocument, now: number, others: boolean): number[] {
  const [least, greatest] = pilots.range.params;
  const piloted = [...new Set(pilots.bases.map(({ params }) => params))];
  const sizes = [...piloted, now];
  if (others) {
    const to = greatest * TOO_FAR.params;
    for (let size = preferred(least / TOO_FAR.params, 1); size <= to; size = preferred(size, 1)) {
      if (!piloted.some((each) => sameSize(each, size))) sizes.push(size);
    }
  }
  return [...new Set(sizes)].toSorted((a, b) => a - b);
}

/** On or off. */
function switchLever(
  title: string,
  name: 'assumeBaseFromSizeLaw' | 'extrapolate',
  [off, on]: readonly [off: string, on: string],
): Lever {
  const unit = choice(title, [off, on]);
  return {
    title,
    sets: [name],
    example: `${on}, or ${off}`,
    text: (values) => (values[name] === true ? on : off),
    step: (values, by) => ({ ...values, [name]: by > 0 }),
    type: (text, values) => ({ ...values, [name]: unit.parse(text) === on }),
  };
}

const gpuLever: Lever = {
  title: 'hardware',
  sets: ['gpu', 'throughput'],
  example: options.gpu.unit.examples[0],
  text: ({ gpu, throughput }) =>
    gpu ?? (throughput === undefined ? 'not told' : options.throughput.unit.display(throughput)),
  step: (values, by) => {
    const ids = [undefined, ...accelerators.map(({ id }) => id)];
    return withGpu(
      values,
      along(ids, (id) => id === values.gpu, by),
    );
  },
  type: (text, values) => withGpu(values, accelerator(text.trim()).id),
};

/** A measured throughput belongs to the hardware it was measured on. */
function withGpu(values: Values, gpu: string | undefined): Values {
  return gpu === undefined ? { ...values, gpu, mfu: undefined } : { ...values, gpu, throughput: undefined };
}

const mfuLever: Lever = {
  title: 'MFU',
  sets: ['mfu', 'throughput'],
  example: utilisation.examples[1],
  text: ({ mfu, gpu }) =>
    mfu !== undefined
      ? utilisation.display(mfu)
      : gpu === undefined
        ? 'no hardware'
        : `${utilisation.display(accelerator(gpu).defaultMfu.value)} assumed`,
  step: (values, by) =>
    values.gpu === undefined
      ? values
      : {
          ...values,
          mfu: evenly(values.mfu ?? accelerator(values.gpu).defaultMfu.value, by, 0.01, 0.01, 1),
          throughput: undefined,
        },
  type: (text, values) => ({ ...values, mfu: utilisation.parse(text), throughput: undefined }),
};

const corpusLever: Lever = {
  title: 'domain corpus',
  sets: ['corpus', 'maxEpochs', 'repetition', 'repetitionConstant'],
  example: `${trainingTokens.examples[0]}, or unlimited`,
  text: ({ corpus }) => (corpus?.domain === undefined ? 'unlimited' : `${tokensText(corpus.domain)} tokens`),
  // An unlimited corpus is larger than any: the first step down is the longest pilot.
  step: (values, by, { pilots }) => {
    const now = values.corpus?.domain;
    if (now !== undefined) return withCorpus(values, preferred(now, by));
    return by > 0 ? values : withCorpus(values, pilots.range.tokens[1]);
  },
  type: (text, values) =>
    withCorpus(values, text.trim() === 'unlimited' ? undefined : trainingTokens.parse(text)),
};

function withCorpus(values: Values, domain: number | undefined): Values {
  if (domain !== undefined) return { ...values, corpus: { ...values.corpus, domain } };
  const { domain: _, ...others } = values.corpus ?? {};
  if (Object.keys(others).length > 0) return { ...values, corpus: others };
  // Options of repetition mean nothing without a corpus.
  return {
    ...values,
    corpus: undefined,
    maxEpochs: undefined,
    repetition: undefined,
    repetitionConstant: undefined,
  };
}

const EPOCHS = [undefined, 1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 30, 40];

const epochsLever: Lever = {
  title: 'most epochs',
  sets: ['maxEpochs'],
  example: `${options.maxEpochs.unit.examples[0]}, or as pays`,
  text: ({ maxEpochs, corpus }) =>
    corpus === undefined ? 'no corpus' : maxEpochs === undefined ? 'as pays' : String(maxEpochs),
  step: (values, by) =>
    values.corpus === undefined
      ? values
      : {
          ...values,
          maxEpochs: along(epochsWith(values.maxEpochs), (each) => each === values.maxEpochs, by),
        },
  type: (text, values) => ({
    ...values,
    maxEpochs: text.trim() === 'as pays' ? undefined : options.maxEpochs.unit.parse(text),
  }),
};

function epochsWith(now: number | undefined): readonly (number | undefined)[] {
  return EPOCHS.includes(now) ? EPOCHS : [...EPOCHS, now].toSorted((a, b) => (a ?? 0) - (b ?? 0));
}

const lawLever: Lever = {
  title: 'law',
  sets: ['law'],
  example: `${options.law.unit.examples[0]}, or mixture`,
  text: ({ law }) => (law === undefined ? 'mixture by weight' : law.join(', ')),
  step: (values, by, fit) => {
    const laws = [undefined, ...lawsToChoose(fit)];
    const next = along(laws, (law) => law === values.law?.[0], by);
    return { ...values, law: next === undefined ? undefined : [next] };
  },
  type: (text, values) => ({
    ...values,
    law: text.trim() === 'mixture' ? undefined : options.law.unit.parse(text),
  }),
};

/** Laws that would change the answer alone: those of sets that have several. */
export function lawsToChoose(fit: FitDocument): string[] {
  return [...new Set(lawsInUse(fit).flatMap(({ laws }) => (laws.length > 1 ? laws : [])))];
}

export const levers: readonly Lever[] = [
  budgetLever,
  toleranceLever,
  confidenceLever,
  sizeLever,
  switchLever('unpiloted sizes', 'assumeBaseFromSizeLaw', ['refused', 'base assumed']),
  gpuLever,
  mfuLever,
  corpusLever,
  epochsLever,
  lawLever,
  switchLever('far answers', 'extrapolate', ['refused', 'given']),
];

/** The values with those of one lever as they were at the start. */
export function resetLever({ sets }: Lever, values: Values, initial: Values): Values {
  const before = Object.fromEntries(sets.map((name) => [name, initial[name]]));
  return { ...values, ...before };
}

/** Reads what was typed into a lever: the values, or why not. */
export function typedInto(
  lever: Lever,
  text: string,
  values: Values,
): { readonly values: Values } | { readonly problem: string } {
  try {
    return { values: lever.type(text, values) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problem: error.problems[0].message };
  }
}
