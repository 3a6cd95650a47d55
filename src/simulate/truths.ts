/**
 * Truths to try a planner on, drawn at random around what the shipped pilots and published tables show: forgetting of a
 * few per cent, domain gains of 10 to 40%, sizes that protect a little. A truth is kept only if its critical ratio at the
 * target lies between 0.05 and 0.95, since "none" and "all" are easy.
 */
import { changeDomain, changeGeneral } from '../laws/change.ts';
import { dcptL3 } from '../laws/dcptL3.ts';
import { limitOf } from '../mixture/critical.ts';
import { type Stream, stream } from '../stats/streams.ts';
import type { Tolerance } from '../units/tolerance.ts';
import { lossesOfLaw, lossesOverRatios, type Places, type TrueEval, type Truth } from './truth.ts';

export type TruthKind = 'change' | 'd-cpt-l3' | 'outside';

export interface TruthRequest {
  readonly kind: TruthKind;
  readonly target: { readonly params: number; readonly tokens: number };
  readonly tolerance: Tolerance;
  readonly noise: TrueEval['noise'];
  readonly spread: number;
  /** Middle of the pilots' tokens, around which scales are drawn. */
  readonly middleTokens: number;
}

const ATTEMPTS = 400;
const RATIOS = Float64Array.from({ length: 501 }, (_, i) => i / 500);

/** Truth number `index` of a seed. */
export function drawTruth(request: TruthRequest, seed: number, index: number): Truth {
  const numbers = stream(seed, `truth ${request.kind}`, index);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const truth = MAKERS[request.kind](numbers, request);
    const critical = trueCritical(truth, request.target, request.tolerance, [1], [0, 1]);
    if (critical > 0.05 && critical < 0.95) return truth;
  }
  throw new Error(
    `no ${request.kind} truth with a critical ratio inside 0.05 to 0.95 in ${ATTEMPTS} attempts`,
  );
}

/**
 * Critical ratio of a truth, searched between two ratios as a planner would; 0 = none, 1 = all.
 * @param factors what a run's loss is multiplied by, one per general set: 1 for the curve itself
 */
export function trueCritical(
  truth: Truth,
  target: TruthRequest['target'],
  tolerance: Tolerance,
  factors: readonly number[],
  [least, greatest]: readonly [number, number],
): number {
  const general = truth.evals.filter(({ role }) => role === 'general');
  const ends = general.map((each, g) => {
    const losses = lossesOverRatios(each, target.params, target.tokens, RATIOS);
    const limit = limitOf(each.baseLoss(target.params), tolerance) / factors[g];
    let i = RATIOS.findIndex((ratio) => ratio >= least - 1e-12);
    if (losses[i] > limit) return 0;
    while (i < RATIOS.length && RATIOS[i] <= greatest + 1e-12 && losses[i] <= limit) i++;
    if (i === RATIOS.length || RATIOS[i] > greatest + 1e-12) return 1;
    return (
      RATIOS[i - 1] + ((limit - losses[i - 1]) / (losses[i] - losses[i - 1])) * (RATIOS[i] - RATIOS[i - 1])
    );
  });
  return Math.min(...ends);
}

type Maker = (numbers: Stream, request: TruthRequest) => Truth;

const MAKERS: Readonly<Record<TruthKind, Maker>> = {
  change: (numbers, request) => {
    const { between, logBetween } = ranges(numbers);
    const { middleTokens: middle, target } = request;
    const [general, domain] = [bases(numbers), bases(numbers)];
    const b = between(0.5, 1.5);
    const nuDomain = between(0, 0.15);
    const size = Math.sqrt(target.params * 1e9);
    return assemble('change', request, general, domain, {
      general: lossesOfLaw(
        changeGeneral,
        byName(changeGeneral.parameters, {
          W: between(0.01, 0.06),
          F: between(0.03, 0.2),
          G: between(0.003, 0.02),
          k: middle * logBetween(3e-3, 1e-1),
          c: logBetween(0.3, 4),
          a: between(0.02, 0.4),
          w: 0.2 * middle,
          h: 0.4 * middle,
          m: size,
        }),
        'general',
        general,
      ),
      domain: lossesOfLaw(
        changeDomain,
        byName(changeDomain.parameters, {
          S: (between(0.03, 0.12) / b) * size ** nuDomain,
          nu: nuDomain,
          k: middle * logBetween(2e-4, 2e-2),
          b,
          d: 0.2 * middle,
        }),
        'domain',
        domain,
      ),
    });
  },

  /** L3 does not start at a base model, so the bases are put where the general curve passes its limit inside. */
  'd-cpt-l3': (numbers, request) => {
    const { between, logBetween } = ranges(numbers);
    const { target, middleTokens } = request;
    const draw = () => {
      const alpha = between(0.2, 0.4);
      const beta = between(0.15, 0.4);
      return byName(dcptL3.parameters, {
        E: between(1, 1.8),
        A: between(0.2, 0.6) * target.params ** alpha,
        B: between(0.1, 0.5) * middleTokens ** beta,
        C: between(0.05, 0.4),
        alpha,
        beta,
        eta: between(0.1, 0.6),
        epsilon: logBetween(0.01, 0.2),
        gamma: between(0.2, 0.8),
      });
    };
    const nowhere = () => Number.NaN;
    const general = lossesOfLaw(dcptL3, draw(), 'general', nowhere);
    const domain = lossesOfLaw(dcptL3, draw(), 'domain', nowhere);
    const at = (losses: TrueEval['losses'], params: number, ratio: number): number =>
      losses(place(params, target.tokens, ratio))[0];
    const ratio = between(0.08, 0.92);
    const share = request.tolerance.kind === 'relative' ? request.tolerance.share : 0;
    const nats = request.tolerance.kind === 'absolute' ? request.tolerance.nats : 0;
    const generalBase = (params: number): number => (at(general, params, ratio) - nats) / (1 + share);
    const gain = between(1.1, 1.4);
    const domainBase = (params: number): number => gain * at(domain, params, ratio);
    return assemble('d-cpt-l3', request, generalBase, domainBase, { general, domain });
  },

  /**
   * Outside the law set: forgetting that saturates as a power of tokens and turns on as replay runs out, learning from
   * replay and of the domain as powers, not logarithms.
   */
  outside: (numbers, request) => {
    const { between, logBetween } = ranges(numbers);
    const { middleTokens: middle, target } = request;
    const [general, domain] = [bases(numbers), bases(numbers)];
    const forget = between(0.05, 0.4);
    const [p, b, nu] = [between(0.8, 2), between(0.2, 0.8), between(0.02, 0.2)];
    const halfway = middle * logBetween(0.05, 2);
    const bump = between(0.01, 0.05);
    const learn = between(0.02, 0.1);
    const gain = between(0.3, 1);
    const [q, c, nuDomain] = [between(0.6, 1.5), between(0.1, 0.4), between(0, 0.15)];
    const scale = middle * logBetween(1e-3, 1e-1);
    const each = (places: Places, value: (N: number, D: number, R: number) => number): Float64Array =>
      Float64Array.from({ length: places.n }, (_, i) =>
        value(places.params[i], places.tokens[i], places.domainRatio[i]),
      );
    return assemble('outside', request, general, domain, {
      general: (places) =>
        each(places, (N, D, R) => {
          const reached = D ** b / (D ** b + halfway ** b);
          const lost = forget * (target.params / N) ** nu * (R ** p / (1.05 - R) ** 0.4) * reached;
          return (
            general(N) +
            bump * (D / (D + 0.02 * middle)) +
            lost -
            learn * (1 - R) * (1 - (1 + D / middle) ** -c)
          );
        }),
      domain: (places) =>
        each(
          places,
          (N, D, R) =>
            domain(N) - gain * (target.params / N) ** nuDomain * (1 - (1 + (D * R ** q) / scale) ** -c),
        ),
    });
  },
};

function assemble(
  id: string,
  { noise, spread }: TruthRequest,
  generalBase: (params: number) => number,
  domainBase: (params: number) => number,
  losses: { general: TrueEval['losses']; domain: TrueEval['losses'] },
): Truth {
  const of = (role: 'general' | 'domain', baseLoss: (params: number) => number): TrueEval => ({
    name: role,
    role,
    unit: 'nats',
    losses: losses[role],
    baseLoss,
    noise,
    spread,
  });
  return { id, evals: [of('general', generalBase), of('domain', domainBase)] };
}

/** Base losses that fall with size as Chinchilla has it. */
function bases(numbers: Stream): (params: number) => number {
  const { between } = ranges(numbers);
  const [floor, cost, exponent] = [between(1.5, 2.1), between(30, 130), between(0.22, 0.27)];
  return (params) => floor + cost / params ** exponent;
}

function ranges(numbers: Stream) {
  const between = (from: number, to: number): number => from + (to - from) * numbers.uniform();
  return {
    between,
    logBetween: (from: number, to: number) => Math.exp(between(Math.log(from), Math.log(to))),
  };
}

function byName(
  parameters: readonly { readonly name: string }[],
  values: Readonly<Record<string, number>>,
): Float64Array {
  return Float64Array.from(parameters, ({ name }) => {
    if (values[name] === undefined) throw new Error(`no value for the parameter ${name}`);
    return values[name];
  });
}

function place(params: number, tokens: number, ratio: number): Places {
  return {
    n: 1,
    params: Float64Array.of(params),
    tokens: Float64Array.of(tokens),
    domainRatio: Float64Array.of(ratio),
  };
}
