/**
 * Losses of one target under all draws of a fit, in stages: what depends on the fit is done once, what depends on
 * size and tokens once per scenario, and only the ratio varies inside. Nothing is ever refitted.
 */
import type { FitDocument } from '../documents/fit.ts';
import { bindLaw } from '../laws/kernel.ts';
import type { Law } from '../laws/law.ts';
import { lawById } from '../laws/registry.ts';
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

export interface TokensPredictor {
  readonly tokens: number;
  /**
   * Losses on one set at some ratios: `point` (one per ratio) of the fit itself, and `draws` (draw-major, count ×
   * ratios) of the mean curve of every draw, without the noise of a new run.
   */
  losses(evalIndex: number, ratios: Float64Array): { point: Float64Array; draws: Float64Array };
}

interface Member {
  readonly law: Law;
  readonly weight: number;
  readonly point: Float64Array;
}

export function makePredictor(fit: FitDocument, target: Target): Predictor {
  const { count } = fit.draws;
  const members: Member[][] = fit.evals.map((each) =>
    each.members.map((member) => ({
      law: knownLaw(member.law),
      weight: member.weight,
      point: Float64Array.from(member.parameters, ({ value }) => value),
    })),
  );
  const parameters = fit.draws.evals.map((each) => each.parameters.map((draw) => Float64Array.from(draw)));
  const { newRun, base } = drawNoise(fit, target);

  const atTokens = (tokens: number): TokensPredictor => ({
    tokens,
    losses(evalIndex, ratios) {
      const n = ratios.length;
      const inputs = {
        n,
        params: new Float64Array(n).fill(target.params),
        tokens: new Float64Array(n).fill(tokens),
        domainRatio: ratios,
        baseLoss: new Float64Array(n),
      };
      const { role } = fit.evals[evalIndex];
      const point = new Float64Array(n);
      const draws = new Float64Array(count * n);
      const curve = new Float64Array(n);
      members[evalIndex].forEach(({ law, weight, point: natural }, at) => {
        if (weight === 0) return;
        const kernel = bindLaw(law, inputs, role);
        const x = new Float64Array(kernel.m);
        const fromBase = law.predicts === 'change';
        kernel.fromNatural(natural, x);
        kernel.evaluate(x, curve, null);
        const middle = fromBase ? target.base[evalIndex].loss : 0;
        for (let i = 0; i < n; i++) point[i] += weight * (curve[i] + middle);
        const chosen = fit.draws.evals[evalIndex].member;
        const ofDraw = base[evalIndex];
        for (let k = 0; k < count; k++) {
          if (chosen[k] !== at) continue;
          kernel.fromNatural(parameters[evalIndex][k], x);
          kernel.evaluate(x, curve, null);
          const start = fromBase ? ofDraw[k] : 0;
          for (let i = 0, to = k * n; i < n; i++, to++) draws[to] = curve[i] + start;
        }
      });
      return { point, draws };
    },
  });
  return { fit, target, count, newRun, base, atTokens };
}

/**
 * The noise of the new run itself and of an assumed base, one draw of each per draw of the fit, from streams of their
 * own. A size that was piloted has shown its own base effect; a new size brings a new one.
 */
function drawNoise(fit: FitDocument, target: Target): { newRun: Float64Array[]; base: Float64Array[] } {
  const { count } = fit.draws;
  const newSize = !fit.pilots.bases.some(({ params }) => sameSize(params, target.params));
  const newRun = fit.evals.map(() => new Float64Array(count));
  const base = fit.evals.map(() => new Float64Array(count));
  for (let k = 0; k < count; k++) {
    const numbers = stream(fit.seed, 'new run', k);
    fit.evals.forEach(({ noise }, e) => {
      const ofBase = numbers.normal() * (newSize ? noise.base : 0);
      const ofRun = numbers.normal() * noise.run;
      const ofEvaluation = numbers.normal() * noise.evaluation;
      newRun[e][k] = 1 + ofBase + ofRun + ofEvaluation;
      base[e][k] = target.base[e].loss + numbers.normal() * target.base[e].sd;
    });
  }
  return { newRun, base };
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
