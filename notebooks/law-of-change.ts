/**
 * `npx tsx notebooks/law-of-change.ts`: the laws of change beside the forms they were chosen from, by what each predicts
 * of pilots it was not shown. Prints the tables of law-of-change.md.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EvalData, evalData } from '../src/fit/evalData.ts';
import { type FittedLaw, fitLaw, freeParameters, makeRefitter, sensitivities } from '../src/fit/fitLaw.ts';
import { errorLeavingOut } from '../src/fit/holdout.ts';
import { estimateNoise } from '../src/fit/noise.ts';
import { layeredParametric } from '../src/fit/resample.ts';
import { changeDomain, changeDomainFlat, changeGeneral } from '../src/laws/change.ts';
import { dcptL3 } from '../src/laws/dcptL3.ts';
import { linear, logGrowth, power, saturation } from '../src/laws/factors.ts';
import type { DataScale, Factor, Law, ParameterSpec, Term, Variable } from '../src/laws/law.ts';
import { setAside } from '../src/runs/honesty.ts';
import { readRuns } from '../src/runs/read.ts';

const PILOTS = fileURLToPath(new URL('../datasets/pilots-kernel-c/runs.csv', import.meta.url));
const REPLAY = fileURLToPath(new URL('../datasets/published/ibrahim-2024/replay.csv', import.meta.url));
const HUBER = { kind: 'huber', delta: undefined } as const;
const REFITS = 100;
/** A middle size, so that powers of size inside a logarithm have numbers near 1. */
const MIDDLE_PARAMS = 148_224;

/** A factor given by its value alone; forms that were only tried have their derivatives by central differences. */
function tried(
  on: readonly Variable[],
  theta: readonly string[],
  f: (at: readonly number[], theta: Float64Array) => number,
): Factor {
  return {
    on,
    theta,
    bind:
      ({ count, value: columns }) =>
      (given, value, gradient) => {
        const t = Float64Array.from(given);
        const at = new Array<number>(on.length);
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < at.length; j++) at[j] = columns[j][i];
          value[i] = f(at, t);
          if (gradient === null) continue;
          for (let k = 0; k < t.length; k++) {
            const middle = t[k];
            const step = 1e-5 * Math.max(Math.abs(middle), 1e-3);
            t[k] = middle + step;
            const above = f(at, t);
            t[k] = middle - step;
            gradient[k][i] = (above - f(at, t)) / (2 * step);
            t[k] = middle;
          }
        }
      },
  };
}

const parameter = (name: string, rest: Partial<ParameterSpec>): ParameterSpec => ({
  name,
  meaning: name,
  unit: '1',
  linear: false,
  lower: 0,
  upper: Infinity,
  ...rest,
});
const coefficient = (name: string) => parameter(name, { linear: true });
const among = (name: string, lower: number, upper: number, ...grid: number[]) =>
  parameter(name, { lower, upper, grid: () => grid });
const amongLogs = (name: string, ...grid: number[]) =>
  parameter(name, { lower: 1e-6, upper: 1e6, log: true, grid: () => grid });
const scale = (name: string, ...times: number[]) =>
  parameter(name, {
    lower: 1,
    upper: 1e14,
    log: true,
    grid: ({ tokens }) => times.map((each) => each * tokens),
  });
const pinned = (name: string, value: (at: DataScale) => number) => parameter(name, { pinned: value });
const minus = (by: string, ...factors: Factor[]): Term => ({ coefficient: by, sign: -1, factors });
const plus = (by: string, ...factors: Factor[]): Term => ({ coefficient: by, sign: 1, factors });

const form = (
  formula: string,
  role: 'general' | 'domain',
  parameters: ParameterSpec[],
  terms: Term[],
): Law => ({
  id: formula,
  title: formula,
  formula,
  source: 'tried',
  mark: 'ours',
  predicts: 'change',
  roles: [role],
  parameters,
  terms,
  needs: [],
  promises: [],
  notes: [],
});

// General loss: a bump, a forgetting term that varies, a gain from replay.
const nu = among('nu', -0.5, 1, -0.1, 0, 0.1, 0.2, 0.4);
const k = scale('k', 0.0005, 0.003, 0.02, 0.1, 0.5, 2);
const c = amongLogs('c', 0.03, 0.1, 0.3, 1, 3, 10);
const a = among('a', -1, 3, -0.2, 0, 0.2, 0.5, 1);
const p = among('p', 0.05, 6, 0.3, 0.6, 1, 1.6, 2.4);
const g = among('g', 0, 4, 0.1, 0.3, 0.6, 1);
const epsilon = pinned('epsilon', () => 0.01);
const sizePower = power('params', 'nu', -1);
const odds = tried(['ratio'], ['p', 'g', 'epsilon'], ([R], [p, g, e]) => R ** p * (1 - R + e) ** -g);

interface Around {
  /** Bump and gain, as multiples of the middle tokens; null leaves the term out. */
  readonly w?: number | null;
  readonly h?: number | null;
  readonly bumpByReplay?: boolean;
  readonly gainByReplay?: boolean;
}

/** A forgetting term with what is around it. */
function general(
  name: string,
  free: ParameterSpec[],
  forgetting: Factor[],
  { w = 0.2, h = 0.4, bumpByReplay = false, gainByReplay = true }: Around = {},
): Law {
  const bump = [...(bumpByReplay ? [linear('replay')] : []), saturation('tokens', 'w')];
  const gain = [...(gainByReplay ? [linear('replay')] : []), logGrowth('tokens', 'h')];
  return form(
    name,
    'general',
    [
      ...(w === null ? [] : [coefficient('W'), pinned('w', ({ tokens }) => w * tokens)]),
      coefficient('F'),
      ...(h === null ? [] : [coefficient('G'), pinned('h', ({ tokens }) => h * tokens)]),
      ...free,
    ],
    [
      ...(w === null ? [] : [plus('W', ...bump)]),
      plus('F', ...forgetting),
      ...(h === null ? [] : [minus('G', ...gain)]),
    ],
  );
}

const inBalance = (shape: (x: number) => number, size = true): Factor =>
  tried(
    size ? ['params', 'tokens', 'ratio'] : ['tokens', 'ratio'],
    ['k', 'c', ...(size ? ['a'] : [])],
    (at, t) => {
      const [N, D, R] = size ? at : [MIDDLE_PARAMS, ...at];
      return shape(((N / MIDDLE_PARAMS) ** -(t[2] ?? 0) * R * D) / (t[0] + t[1] * (1 - R) * D));
    },
  );
const balance = inBalance(Math.log1p);
const before = { w: 0.02 };

const GENERAL: readonly Law[] = [
  changeGeneral,
  general(
    'the law before: F R^p N^-nu log(1+D/k) (1-R+0.01)^-g, w = 0.02',
    [nu, k, p, g, epsilon],
    [odds, sizePower, logGrowth('tokens', 'k')],
    before,
  ),
  general('... with w = 0.2', [nu, k, p, g, epsilon], [odds, sizePower, logGrowth('tokens', 'k')]),
  general('... without size', [k, p, g, epsilon], [odds, logGrowth('tokens', 'k')], before),
  general('... without the bump', [nu, k, p, g, epsilon], [odds, sizePower, logGrowth('tokens', 'k')], {
    w: null,
  }),
  general(
    '... without (1-R+0.01)^-g',
    [nu, k, p],
    [power('ratio', 'p', 1), sizePower, logGrowth('tokens', 'k')],
    before,
  ),
  general(
    '... saturating, D/(D+k)',
    [nu, k, p, g, epsilon],
    [odds, sizePower, saturation('tokens', 'k')],
    before,
  ),
  general(
    '... a power, D^b',
    [nu, among('b', 0.01, 1, 0.05, 0.2, 0.5), p, g, epsilon],
    [odds, sizePower, tried(['tokens'], ['b'], ([D], [b]) => (D / 1e6) ** b)],
    before,
  ),
  general(
    'F (e^(sR)-1) N^-nu log(1+D/k), w = 0.02',
    [nu, k, among('s', 0.05, 10, 1, 2, 4)],
    [
      sizePower,
      logGrowth('tokens', 'k'),
      tried(['ratio'], ['s'], ([R], [s]) => Math.expm1(s * R) / Math.expm1(s)),
    ],
    before,
  ),
  general('balance, w = 0.02', [a, k, c], [balance], { w: 0.02 }),
  general('balance, w = 0.05', [a, k, c], [balance], { w: 0.05 }),
  general('balance, w = 0.1', [a, k, c], [balance], { w: 0.1 }),
  general('balance, w = 0.4', [a, k, c], [balance], { w: 0.4 }),
  general('balance, h = 0.1', [a, k, c], [balance], { h: 0.1 }),
  general('balance, h = 2', [a, k, c], [balance], { h: 2 }),
  general('balance without size', [k, c], [inBalance(Math.log1p, false)]),
  general('balance, size outside: F N^-nu', [nu, k, c], [inBalance(Math.log1p, false), sizePower]),
  general(
    'balance, size in c alone',
    [a, k, c],
    [
      tried(['params', 'tokens', 'ratio'], ['k', 'c', 'a'], ([N, D, R], [k, c, a]) =>
        Math.log1p((R * D) / (k + c * (N / MIDDLE_PARAMS) ** a * (1 - R) * D)),
      ),
    ],
  ),
  general('balance, c = 1', [a, k, pinned('c', () => 1)], [balance]),
  general(
    'balance, R^p',
    [a, k, c, p],
    [
      tried(['params', 'tokens', 'ratio'], ['k', 'c', 'a', 'p'], ([N, D, R], [k, c, a, p]) =>
        Math.log1p(((N / MIDDLE_PARAMS) ** -a * R ** p * D) / (k + c * (1 - R) * D)),
      ),
    ],
  ),
  general('balance, x/(1+x) for log(1+x)', [a, k, c], [inBalance((x) => x / (1 + x))]),
  general('balance, log(1+sqrt x)', [a, k, c], [inBalance((x) => Math.log1p(Math.sqrt(x)))]),
  general('balance, bump W (1-R)', [a, k, c], [balance], { bumpByReplay: true }),
  general('balance, gain G at every ratio', [a, k, c], [balance], { gainByReplay: false }),
  general('balance without the bump', [a, k, c], [balance], { w: null }),
  general('balance without the gain', [a, k, c], [balance], { h: null }),
  dcptL3,
];

// Domain loss: one term, S times what varies.
const nuDomain = among('nu', -0.5, 1, -0.1, 0, 0.05, 0.1, 0.2, 0.4);
const q = among('q', 0.05, 5, 0.3, 0.5, 0.75, 1, 1.3, 1.8);
const b = among('b', 0.1, 3, 0.3, 0.45, 0.6, 0.8, 1.1, 1.6);
const kDomain = scale('k', 1e-4, 1e-3, 0.005, 0.02, 0.1, 0.4, 1.6);
const S = coefficient('S');
const domain = (name: string, free: ParameterSpec[], ...factors: Factor[]): Law =>
  form(name, 'domain', [S, ...free], [minus('S', ...factors)]);
const effective = tried(['tokens', 'ratio'], ['q', 'k'], ([D, R], [q, k]) => Math.log1p((D * R ** q) / k));
const ofPower = tried(['tokens', 'ratio'], ['k', 'b'], ([D, R], [k, b]) => Math.log1p(R * (D / k) ** b));
const replayGain = [coefficient('T'), pinned('h', ({ tokens }: DataScale) => 0.4 * tokens)];
const replayBump = [coefficient('T'), pinned('w', ({ tokens }: DataScale) => 0.2 * tokens)];

/** Tokens count in full only after the first d, given as a share of the middle of the pilots' tokens; null = free. */
const delayed = (share: number | null, ...size: [ParameterSpec, Factor] | []): Law => {
  const d = share === null ? amongLogs('d', 1e4, 1e5, 5e5) : pinned('d', ({ tokens }) => share * tokens);
  const grown = tried(['tokens', 'ratio'], ['k', 'b', 'd'], ([D, R], [k, b, d]) =>
    Math.log1p(R * ((D / k) * (D / (D + d))) ** b),
  );
  const [nu, bySize] = size;
  return domain(
    `change-domain${nu === undefined ? '-flat' : ''}, ${share === null ? 'd free' : `d = ${share}`}`,
    [...(nu === undefined ? [] : [nu]), kDomain, b, d],
    ...(bySize === undefined ? [] : [bySize]),
    grown,
  );
};

const DOMAIN: readonly Law[] = [
  changeDomainFlat,
  changeDomain,
  delayed(0.05),
  delayed(0.4),
  delayed(null),
  delayed(null, nuDomain, sizePower),
  domain('S log(1+R (D/k)^b): no delay', [kDomain, b], ofPower),
  domain('S N^-nu log(1+R (D/k)^b): no delay', [nuDomain, kDomain, b], sizePower, ofPower),
  domain('the law before: S N^-nu log(1+D R^q/k)', [nuDomain, q, kDomain], effective, sizePower),
  domain('... without size', [q, kDomain], effective),
  domain('... with q = 1', [nuDomain, pinned('q', () => 1), kDomain], effective, sizePower),
  domain(
    '... size in k: log(1+D R^q N^a/k)',
    [a, q, kDomain],
    tried(['params', 'tokens', 'ratio'], ['a', 'q', 'k'], ([N, D, R], [a, q, k]) =>
      Math.log1p((D * R ** q * (N / MIDDLE_PARAMS) ** a) / k),
    ),
  ),
  domain(
    '... R^s beside it',
    [nuDomain, q, among('s', -1, 3, 0, 0.1, 0.3), kDomain],
    effective,
    sizePower,
    power('ratio', 's', 1),
  ),
  domain(
    '... general data too: R + e for R',
    [nuDomain, q, amongLogs('e', 1e-4, 1e-3, 1e-2), kDomain],
    sizePower,
    tried(['tokens', 'ratio'], ['q', 'e', 'k'], ([D, R], [q, e, k]) => Math.log1p((D * (R + e) ** q) / k)),
  ),
  form(
    '... general data too: - T (1-R) log(1+D/h)',
    'domain',
    [S, ...replayGain, nuDomain, q, kDomain],
    [minus('S', effective, sizePower), minus('T', linear('replay'), logGrowth('tokens', 'h'))],
  ),
  form(
    '... a bump: + T (1-R) D/(D+w)',
    'domain',
    [S, ...replayBump, nuDomain, q, kDomain],
    [minus('S', effective, sizePower), plus('T', linear('replay'), saturation('tokens', 'w'))],
  ),
  domain(
    'S N^-nu R^q log(1+D/k)',
    [nuDomain, q, kDomain],
    sizePower,
    power('ratio', 'q', 1),
    logGrowth('tokens', 'k'),
  ),
  domain(
    'S N^-nu (D R^q)^b',
    [nuDomain, q, b],
    sizePower,
    tried(['tokens', 'ratio'], ['q', 'b'], ([D, R], [q, b]) => ((D / 1e6) * R ** q) ** b),
  ),
  domain(
    'S N^-nu log(1+D (e^(sR)-1)/k)',
    [nuDomain, among('s', 0.01, 8, 0.5, 1.5, 4), kDomain],
    sizePower,
    tried(['tokens', 'ratio'], ['s', 'k'], ([D, R], [s, k]) =>
      Math.log1p((D * Math.expm1(s * R)) / Math.expm1(s) / k),
    ),
  ),
  domain(
    'balance: S log(1+R^q D/(k+c (1-R) D))',
    [q, kDomain, amongLogs('c', 1e-4, 1e-3, 1e-2, 0.1)],
    tried(['tokens', 'ratio'], ['q', 'k', 'c'], ([D, R], [q, k, c]) =>
      Math.log1p((R ** q * D) / (k + c * (1 - R) * D)),
    ),
  ),
  domain(
    'S N^-nu log(1+R^q (D/k)^b)',
    [nuDomain, q, kDomain, b],
    sizePower,
    tried(['tokens', 'ratio'], ['q', 'k', 'b'], ([D, R], [q, k, b]) => Math.log1p(R ** q * (D / k) ** b)),
  ),
  domain(
    'S log(1+R^((N/m)^-a) (D/k)^b)',
    [a, kDomain, b],
    tried(['params', 'tokens', 'ratio'], ['a', 'k', 'b'], ([N, D, R], [a, k, b]) =>
      Math.log1p(R ** ((N / MIDDLE_PARAMS) ** -a) * (D / k) ** b),
    ),
  ),
  domain('S N^-nu log(1+R sqrt(D/k))', [nuDomain, kDomain, pinned('b', () => 0.5)], sizePower, ofPower),
  dcptL3,
];

const runs = setAside(await readRuns([PILOTS]));
for (const [index, laws] of [GENERAL, DOMAIN].entries()) {
  const data = evalData(runs, index);
  const sizes = [...new Set(data.inputs.params)].sort((x, y) => x - y);
  const most = Math.max(...data.inputs.tokens);
  const { params, tokens, domainRatio } = data.inputs;
  const outs: [string, (row: number) => boolean][] = [
    ['largest size', (row) => params[row] === sizes[2]],
    ['last half', (row) => tokens[row] > most / 2],
    ...[0.1, 0.25, 0.5, 0.75, 0.9, 1, 0].map((ratio): [string, (row: number) => boolean] => [
      `R = ${ratio}`,
      (row) => domainRatio[row] === ratio,
    ]),
    ['middle size', (row) => params[row] === sizes[1]],
    ['smallest size', (row) => params[row] === sizes[0]],
    ['last 3/4', (row) => tokens[row] > most / 4],
  ];
  const head = ['form', 'free', 'fit', ...outs.map(([name]) => name), 'refits converged'];
  console.log(`\n## ${data.name}\n\n| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|`);
  for (const law of laws) {
    const fitted = fitLaw(law, data, new Float64Array(data.n).fill(1), HUBER);
    console.log(
      `| ${[law.id, freeParameters(law), ...measured(fitted.kind === 'fitted' ? fitted : null, data, outs)].join(' | ')} |`,
    );
  }
}

printPublishedReplay();

/** Error on what was fitted and on what was held out, in per cent, and how many simulated refits converge. */
function measured(
  fitted: FittedLaw | null,
  data: EvalData,
  outs: readonly [string, (row: number) => boolean][],
): (string | number)[] {
  if (fitted === null) return ['did not converge'];
  const even = new Float64Array(data.n).fill(1);
  const percent = (share: number | null): string => (share === null ? '-' : (100 * share).toFixed(2));
  const inside = fitted.residual.reduce((sum, r, row) => sum + Math.abs(r) / data.loss[row], 0) / data.n;
  const noise = estimateNoise(data, fitted.residual, sensitivities(fitted, data), []);
  const scheme = layeredParametric(
    data,
    fitted.residual.map((r, row) => r + data.loss[row]),
    noise,
    1,
  );
  const refit = makeRefitter(fitted, even);
  const loss = new Float64Array(data.n);
  const natural = new Float64Array(fitted.kernel.m);
  let converged = 0;
  for (let replicate = 0; replicate < REFITS; replicate++) {
    scheme.fill(replicate, loss);
    if (refit(loss, natural)) converged++;
  }
  return [
    percent(inside),
    ...outs.map(([, out]) => percent(errorLeavingOut(fitted, data, even, out))),
    `${converged} of ${REFITS}`,
  ];
}

/**
 * Long after k, forgetting stands at F·log(1 + R/(c·(1 − R))): two numbers, held against published replay curves whose
 * every point is a run of its own. The bump and the gain are left out; runs without replay have no such level.
 */
function printPublishedReplay(): void {
  const rows = readFileSync(REPLAY, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  console.log(
    '\n## published replay\n\n| runs | points | F | c | largest miss, nats |\n|---|---|---|---|---|',
  );
  for (const setting of ['405M Pile->German', '405M Pile->SlimPajama']) {
    const points = rows
      .filter(([name, , , , , replay]) => name === setting && Number(replay) > 0)
      .map(([, , , base, , replay, loss]) => ({
        replay: Number(replay) / 100,
        rise: Number(loss) - Number(base),
      }));
    let best = { squares: Infinity, F: 0, c: 0, miss: 0 };
    for (let c = 0.01; c < 100; c *= 1.01) {
      const x = points.map(({ replay }) => Math.log1p((1 - replay) / (c * replay)));
      const F =
        points.reduce((sum, { rise }, i) => sum + x[i] * rise, 0) /
        x.reduce((sum, each) => sum + each * each, 0);
      const misses = points.map(({ rise }, i) => Math.abs(F * x[i] - rise));
      const squares = misses.reduce((sum, miss) => sum + miss * miss, 0);
      if (squares < best.squares) best = { squares, F, c, miss: Math.max(...misses) };
    }
    const { F, c, miss } = best;
    console.log(`| ${[setting, points.length, F.toFixed(3), c.toFixed(2), miss.toFixed(3)].join(' | ')} |`);
  }
}
