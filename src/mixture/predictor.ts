/**
 * Losses of one target under all draws of a fit, in stages: what depends on the fit is done once, what depends on
 * size and tokens once per scenario, and only the ratio varies inside. Nothing is ever refitted.
 */
import type { FitDocument } from '../documents/fit.ts';
import { baseEffects, shiftsBases } from '../fit/resample.ts';
import { bindLaw, type Kernel } from '../laws/kernel.ts';
import type { DataScale, Inputs, Law } from '../laws/law.ts';
import { type ConstantPrior, drawConstant } from '../laws/modifiers/repetition.ts';
import type { RepetitionLaw } from '../laws/modifiers/repetitionLaws.ts';
import { lawById } from '../laws/registry.ts';
import type { Role } from '../runs/runs.ts';
import { normalQuantile } from '../stats/normal.ts';
import { stream } from '../stats/streams.ts';
import type { Target } from './scenario.ts';

export interface Predictor {
  readonly fit: FitDocument;
  readonly target: Target;
  /** Number of draws. */
  readonly count: number;
  /** What a new run's loss is multiplied by, per set and draw: 1 + base + run + evaluation noise. */
  readonly newRun: readonly Float64Array[];
  /** Base loss per set and draw: the same number where it is known. */
  readonly base: readonly Float64Array[];
  atTokens(tokens: number): TokensPredictor;
}

/**
 * A domain corpus of limited size. Where T = R·D tokens of it are seen and are worth T_e new ones, domain laws are asked at
 * D·T_e/T tokens and the same R, so that the domain tokens R·D that they count are T_e. General laws count raw tokens:
 * a repeat teaches the domain less, and makes forget no less. By laws in which the mixture matters beside the domain tokens
 * it follows that a higher share pays a little even where every repeat is worthless, since less general text lies between.
 */
export interface LimitedCorpus {
  /** Unique domain tokens, in the tokenizer of the target. */
  readonly unique: number;
  readonly law: RepetitionLaw;
  /** What is believed of the constant of the law. */
  readonly constant: ConstantPrior;
}

export interface TokensPredictor {
  readonly tokens: number;
  /** Losses of the fit itself on one set, one per ratio: the `point` of `losses` without the cost of the draws. */
  point(evalIndex: number, ratios: Float64Array): Float64Array;
  /**
   * Losses on one set at some ratios: `point` (one per ratio) of the fit itself, and `draws` (draw-major, count ×
   * ratios) of the mean curve of every draw, without the noise of a new run. `memory` of that length is written to
   * and returned as `draws` where it is given, for callers who ask again many times a second.
   */
  losses(
    evalIndex: number,
    ratios: Float64Array,
    memory?: Float64Array,
  ): { point: Float64Array; draws: Float64Array };
}

interface Member {
  readonly law: Law;
  readonly weight: number;
  /** Parameters of the fit and of every draw that stems from this law, in the kernel's coordinates. */
  readonly point: Float64Array;
  readonly draws: readonly { readonly draw: number; readonly x: Float64Array }[];
}

/** Powers are measured from 1 and not from the middle of a scenario: so the coordinates are the same in all of them. */
const PIVOT: DataScale = { params: 1, tokens: 1 };

/**
 * @param corpus the domain corpus where its size is known; domain tokens are all new otherwise
 */
export function makePredictor(fit: FitDocument, target: Target, corpus?: LimitedCorpus): Predictor {
  const { count } = fit.draws;
  const members = membersOfFit(fit);
  const { newRun, base, discrepancy } = drawNoise(fit, target);
  const worth = corpus === undefined ? undefined : worthOfDraws(fit, corpus);

  const atTokens = (tokens: number): TokensPredictor => {
    /** What `tokens` count as for a set at each ratio, and whether repeats make that less than they are. */
    const counted = (evalIndex: number, ratios: Float64Array, constant: number | undefined): Float64Array =>
      corpus === undefined || constant === undefined || fit.evals[evalIndex].role === 'general'
        ? new Float64Array(ratios.length).fill(tokens)
        : ratios.map((ratio) => tokens * worthOfSeen(corpus, ratio * tokens, constant));
    const repeats = (evalIndex: number, ratios: Float64Array): boolean =>
      corpus !== undefined &&
      fit.evals[evalIndex].role === 'domain' &&
      ratios.some((ratio) => ratio * tokens > corpus.unique);
    const bind = ({ law }: Member, evalIndex: number, ratios: Float64Array, constant?: number): Kernel => {
      const n = ratios.length;
      const inputs: Inputs = {
        n,
        params: new Float64Array(n).fill(target.params),
        tokens: counted(evalIndex, ratios, constant),
        domainRatio: ratios,
        baseLoss: new Float64Array(n),
      };
      return bindLaw(law, inputs, fit.evals[evalIndex].role, PIVOT);
    };
    /** Adds what one member says, by its weight. */
    const addPoint = (kernel: Kernel, member: Member, evalIndex: number, point: Float64Array): void => {
      const curve = new Float64Array(point.length);
      kernel.evaluate(member.point, curve, null);
      const middle = member.law.predicts === 'change' ? target.base[evalIndex].loss : 0;
      for (let i = 0; i < point.length; i++) point[i] += member.weight * (curve[i] + middle);
    };
    /** Writes the curves of the draws that stem from one member. */
    const fillDraws = (
      kernelOf: (draw: number) => Kernel,
      member: Member,
      evalIndex: number,
      drift: Float64Array | null,
      n: number,
      draws: Float64Array,
    ): void => {
      const curve = new Float64Array(n);
      const fromBase = member.law.predicts === 'change';
      for (const { draw, x } of member.draws) {
        kernelOf(draw).evaluate(x, curve, null);
        const start = fromBase ? base[evalIndex][draw] : 0;
        const off = discrepancy[evalIndex][draw];
        if (drift === null) for (let i = 0, to = draw * n; i < n; i++, to++) draws[to] = curve[i] + start;
        else {
          for (let i = 0, to = draw * n; i < n; i++, to++) {
            draws[to] = (curve[i] + start) * (1 + off * drift[i]);
          }
        }
      }
    };
    return {
      tokens,
      point(evalIndex, ratios) {
        const point = new Float64Array(ratios.length);
        for (const member of members[evalIndex]) {
          if (member.weight === 0) continue;
          addPoint(bind(member, evalIndex, ratios, worth?.median), member, evalIndex, point);
        }
        return point;
      },
      losses(evalIndex, ratios, memory) {
        const n = ratios.length;
        const point = new Float64Array(n);
        const draws = memory ?? new Float64Array(count * n);
        if (draws.length !== count * n)
          throw new RangeError(`memory for ${draws.length} losses, not ${count * n}`);
        const { members: documents } = fit.evals[evalIndex];
        for (const [at, member] of members[evalIndex].entries()) {
          if (member.weight === 0) continue;
          const drift = driftBeyond(documents[at], fit.pilots.range, target.params, tokens, ratios);
          const kernel = bind(member, evalIndex, ratios, worth?.median);
          addPoint(kernel, member, evalIndex, point);
          if (worth !== undefined && repeats(evalIndex, ratios)) {
            const kernels = worth.levels.map((constant) => bind(member, evalIndex, ratios, constant));
            fillDraws((draw) => kernels[worth.level[draw]], member, evalIndex, drift, n, draws);
          } else fillDraws(() => kernel, member, evalIndex, drift, n, draws);
        }
        return { point, draws };
      },
    };
  };
  return { fit, target, count, newRun, base, atTokens };
}

/** What a domain token of those seen is worth on average, in new tokens. */
function worthOfSeen({ unique, law }: LimitedCorpus, seen: number, constant: number): number {
  return seen > unique ? law.effectiveTokens(seen, unique, constant) / seen : 1;
}

/** Values of the repetition constant that draws may have: so few kernels serve all draws. */
const WORTH_LEVELS = 32;

/** The prior of the repetition constant as equally likely values, its median, and which of the values each draw has. */
function worthOfDraws(
  fit: FitDocument,
  { constant }: LimitedCorpus,
): { median: number; levels: readonly number[]; level: Int32Array } {
  const levels = Array.from({ length: WORTH_LEVELS }, (_, i) =>
    drawConstant(constant, normalQuantile((i + 0.5) / WORTH_LEVELS)),
  );
  return { median: constant.value, levels, level: worthLevels(fit) };
}

/** Place among those values, one per draw, as many draws at each: the same whatever the constant and the corpus. */
const worthLevels = oncePerFit(({ draws, seed }): Int32Array => {
  const level = new Int32Array(draws.count).map((_, k) => k % WORTH_LEVELS);
  return stream(seed, 'worth of repeats').shuffle(level);
});

function membersOf(fit: FitDocument, evalIndex: number): Member[] {
  const { role, members } = fit.evals[evalIndex];
  const { member, parameters } = fit.draws.evals[evalIndex];
  return members.map(({ law: id, weight, parameters: fitted }, at) => {
    const law = knownLaw(id);
    const toKernel = kernelCoordinates(law, role);
    return {
      law,
      weight,
      point: toKernel(fitted.map(({ value }) => value)),
      draws: parameters.flatMap((natural, draw) =>
        member[draw] === at ? [{ draw, x: toKernel(natural) }] : [],
      ),
    };
  });
}

/** What does not depend on the target is worked out once for each fit, however many sizes are asked about. */
function oncePerFit<T>(make: (fit: FitDocument) => T): (fit: FitDocument) => T {
  const made = new WeakMap<FitDocument, T>();
  return (fit) => {
    const known = made.get(fit);
    if (known !== undefined) return known;
    const value = make(fit);
    made.set(fit, value);
    return value;
  };
}

const membersOfFit = oncePerFit((fit) => fit.evals.map((_, evalIndex) => membersOf(fit, evalIndex)));

/** Natural parameters of a law to its kernel's coordinates, which depend on the pivot alone. */
function kernelCoordinates(law: Law, role: Role): (natural: readonly number[]) => Float64Array {
  const none = new Float64Array(0);
  const inputs: Inputs = { n: 0, params: none, tokens: none, domainRatio: none, baseLoss: none };
  const kernel = bindLaw(law, inputs, role, PIVOT);
  return (natural) => {
    const x = new Float64Array(kernel.m);
    kernel.fromNatural(natural, x);
    return x;
  };
}

/**
 * Standard deviation by which a law may have drifted at a point beyond the pilots, as a share of the loss, one per ratio;
 * null where it has not.
 */
function driftBeyond(
  { discrepancy }: FitDocument['evals'][number]['members'][number],
  range: FitDocument['pilots']['range'],
  params: number,
  tokens: number,
  ratios: Float64Array,
): Float64Array | null {
  const length = Math.max(Math.log(tokens / range.tokens[1]), 0);
  const size = Math.max(Math.log(params / range.params[1]), Math.log(range.params[0] / params), 0);
  if (length === 0 && size === 0) return null;
  const byTokens = atRatios(discrepancy.tokens.byRatio, ratios);
  const bySize = atRatios(discrepancy.params.byRatio, ratios);
  return byTokens.map((perEfold, i) => Math.hypot(perEfold * length, bySize[i] * size));
}

/** Linear between the pilots' ratios, constant beyond them; 0 without any. */
function atRatios(
  byRatio: readonly { readonly ratio: number; readonly perEfold: number }[],
  ratios: Float64Array,
): Float64Array {
  if (byRatio.length === 0) return new Float64Array(ratios.length);
  const last = byRatio.length - 1;
  return ratios.map((ratio) => {
    const above = byRatio.findIndex((each) => each.ratio >= ratio);
    if (above <= 0) return byRatio[above === 0 ? 0 : last].perEfold;
    const [low, high] = [byRatio[above - 1], byRatio[above]];
    const part = (ratio - low.ratio) / (high.ratio - low.ratio);
    return low.perEfold + part * (high.perEfold - low.perEfold);
  });
}

/**
 * One draw per draw of the fit of what a fit cannot know, from streams of its own: the noise of the new run, an assumed
 * base, and the standard normal by which a law's drift is multiplied. A new size brings a base effect of its own.
 */
function drawNoise(
  fit: FitDocument,
  target: Target,
): { newRun: Float64Array[]; base: Float64Array[]; discrepancy: Float64Array[] } {
  const { count } = fit.draws;
  const shared = sharedWithPilots(fit, target.params);
  const normals = newRunNormals(fit);
  const newRun = fit.evals.map(() => new Float64Array(count));
  const base = fit.evals.map(() => new Float64Array(count));
  const discrepancy = fit.evals.map(() => new Float64Array(count));
  for (let k = 0, at = 0; k < count; k++) {
    for (let e = 0; e < fit.evals.length; e++, at += NORMALS) {
      const { noise } = fit.evals[e];
      const ofBase = shared === undefined ? normals[at] * noise.base : shared[e][k];
      const ofRun = normals[at + 1] * noise.run;
      const ofEvaluation = normals[at + 2] * noise.evaluation;
      newRun[e][k] = 1 + ofBase + ofRun + ofEvaluation;
      base[e][k] = target.base[e].loss + normals[at + 3] * target.base[e].sd;
      discrepancy[e][k] = normals[at + 4];
    }
  }
  return { newRun, base, discrepancy };
}

/**
 * What the base of a piloted size does to all its runs, per set and draw, as a share of the loss; undefined for another size. Its
 * runs share the effect of the pilots, which the fit has followed as far as it could: taking the effect that a replicate was
 * made with off again leaves what was not followed.
 */
export function sharedWithPilots(fit: FitDocument, params: number): readonly Float64Array[] | undefined {
  const { bases } = fit.pilots;
  const piloted = bases.flatMap((base, at) => (sameSize(base.params, params) ? [at] : []));
  if (piloted.length === 0) return undefined;
  const effects = fit.evals.map(() => new Float64Array(fit.draws.count));
  if (!shiftsBases(fit.draws.resampling)) return effects;
  const shifts = shiftsOfBases(fit);
  return effects.map((ofSet, e) =>
    ofSet.map((_, k) => -meanAt(shifts[e], k * bases.length, piloted, fit.evals[e].noise.base)),
  );
}

/** Standard normals that a set has in a draw: of the base, the run, the evaluation, an assumed base loss and the drift. */
const NORMALS = 5;

/** Draw-major, then set, then which: the same for every target. */
function newRunNormals(fit: FitDocument): Float64Array {
  const each = new Float64Array(fit.evals.length * NORMALS);
  return keptNormals(fit, 'new run', each.length, (k) => stream(fit.seed, 'new run', k).fillNormal(each));
}

/** By how many standard deviations each draw shifts each piloted base, draw-major, one array per set. */
function shiftsOfBases(fit: FitDocument): Float64Array[] {
  const { length } = fit.pilots.bases;
  return fit.evals.map(({ name }) =>
    keptNormals(fit, `bases of ${name}`, length, baseEffects(name, 1, length, fit.seed)),
  );
}

const normalsOfPilots = new WeakMap<FitDocument['pilots'], Map<string, Float64Array>>();

/**
 * Numbers that depend on the seed and the draw alone, `each` per draw: made once for all fits to the same pilots, which may
 * differ in their laws, their noise and how many draws are left of them. The first draws of more are those of fewer.
 */
function keptNormals(
  { pilots, seed, draws: { count } }: FitDocument,
  what: string,
  each: number,
  ofDraw: (k: number) => Float64Array,
): Float64Array {
  const ofPilots = normalsOfPilots.get(pilots) ?? new Map<string, Float64Array>();
  normalsOfPilots.set(pilots, ofPilots);
  const key = `${seed} ${each} ${what}`;
  const known = ofPilots.get(key);
  if (known !== undefined && known.length >= count * each) return known;
  const normals = new Float64Array(count * each);
  for (let k = 0; k < count; k++) normals.set(ofDraw(k), k * each);
  ofPilots.set(key, normals);
  return normals;
}

/** Mean of `scale` times the values at some places, counted from `from`. */
function meanAt(values: Float64Array, from: number, places: readonly number[], scale: number): number {
  return places.reduce((sum, at) => sum + scale * values[from + at], 0) / places.length;
}

/** Parameter counts that name the same model: within 1%, since people round. */
export function sameSize(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.01 * Math.max(a, b);
}

function knownLaw(id: string): Law {
  const law = lawById(id);
  if (law === undefined) throw new Error(`the fit names a law that this version does not have: ${id}`);
  return law;
}
