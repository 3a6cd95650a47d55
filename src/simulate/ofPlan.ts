/** A plan taken for the truth: its run as it is predicted, from the first tokens that the prediction tells to the end. */
import type { PlanDocument } from '../documents/plan.ts';
import { type Design, NO_SPIKES } from './simulate.ts';
import type { Truth } from './truth.ts';

/**
 * Losses follow the predicted path of the plan, linear in log tokens between its points, whatever size or ratio is asked.
 * A size that was piloted has shown its own base effect; any other brings a new one.
 */
export function truthOfPlan({ predicted, base, constraints }: PlanDocument): Truth {
  return {
    id: 'plan',
    evals: Object.entries(predicted).map(([name, { path, noise }]) => ({
      name,
      role: constraints.tolerance[name] === undefined ? 'domain' : 'general',
      unit: 'nats',
      losses: ({ tokens }) => tokens.map((each) => alongPath(path, each)),
      baseLoss: () => base[name].loss,
      noise: { ...noise, base: base[name].source === 'measured' ? 0 : noise.base },
      spread: 0,
    })),
  };
}

/** The run of the plan, once per seed, evaluated as often as the plan says. */
export function designOfPlan(
  { runs: [run], model, predicted }: PlanDocument,
  seeds: readonly number[],
): Design {
  const { tokens, evalEveryTokens, phases, schedule } = run;
  const first = Math.max(...Object.values(predicted).map(({ path }) => path[0].tokens));
  const count = Math.floor(tokens / evalEveryTokens);
  const cadence = Array.from({ length: count }, (_, i) => (i + 1) * evalEveryTokens);
  const checkpoints = [...new Set([...cadence, tokens])].filter((each) => each >= first);
  return {
    runs: seeds.map((seed) => ({
      id: `plan-s${seed}`,
      params: model.params,
      domainRatio: phases[0].domainRatio,
      seed: String(seed),
      checkpoints,
      warmupTokens: schedule.warmupTokens ?? Number.NaN,
      lr: schedule.peakLr ?? Number.NaN,
    })),
    spikes: NO_SPIKES,
    diverged: [],
  };
}

/** The loss of a path after some tokens, linear in their logarithm between its points and level beyond its ends. */
export function alongPath(
  path: readonly { readonly tokens: number; readonly loss: number }[],
  tokens: number,
): number {
  const after = path.findIndex((point) => point.tokens >= tokens);
  if (after <= 0) return path[after === 0 ? 0 : path.length - 1].loss;
  const [from, to] = [path[after - 1], path[after]];
  const part = Math.log(tokens / from.tokens) / Math.log(to.tokens / from.tokens);
  return from.loss + part * (to.loss - from.loss);
}
