/**
 * A law bound to inputs: predictions and exact gradients over whole columns, without allocation.
 *
 * Internal coordinates x differ from the natural parameters in two ways, both to take degeneracy out of the
 * numbers and neither changing the family of curves: scales marked `log` are kept as logarithms, and powers are
 * measured from a middle, c·(v/v₀)^(±θ), so that coefficient and exponent decouple.
 */
import type { Role } from '../runs/runs.ts';
import type { DataScale, Factor, FillFactor, Inputs, Law, ParameterSpec, Points, Variable } from './law.ts';

export interface Kernel {
  readonly law: Law;
  readonly n: number;
  /** Number of parameters, in the order of `law.parameters`. */
  readonly m: number;
  /** Bounds in internal coordinates. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Part of the loss without parameters: the base loss for laws of change, else zeros. */
  readonly offset: Float64Array;
  /** For the screen: the terms as columns over the rows, at internal coordinates. */
  readonly columns: readonly KernelColumn[];
  /** Losses at all n rows; with `jacobian` (column-major, n × m) their derivatives by x, 0 by pinned parameters. */
  evaluate(x: Float64Array, loss: Float64Array, jacobian: Float64Array | null): void;
  toNatural(x: Float64Array, natural: Float64Array): void;
  fromNatural(natural: ArrayLike<number>, x: Float64Array): void;
}

export interface KernelColumn {
  /** Index of the coefficient among the parameters. */
  readonly coefficient: number;
  readonly sign: 1 | -1;
  /** Indices of the nonlinear parameters it depends on. */
  readonly theta: readonly number[];
  fill(x: Float64Array, column: Float64Array): void;
}

interface BoundFactor {
  readonly factor: Factor;
  readonly fill: FillFactor;
  readonly theta: readonly number[];
  readonly local: Float64Array;
  /** Row -> point. */
  readonly key: Int32Array;
  /** At the points, and so are the gradients. */
  readonly value: Float64Array;
  readonly gradient: readonly Float64Array[];
  /** The values over the rows: `value` itself where row i is point i, null where one point serves all rows. */
  readonly rows: Float64Array | null;
  /** ln of the pivot for pure powers, else 0. */
  readonly lnPivot: number;
}

interface BoundTerm {
  readonly coefficient: number;
  readonly sign: 1 | -1;
  readonly factors: readonly BoundFactor[];
  /** Their values: of those that are the same in all rows, and of the others over the rows. */
  readonly constant: readonly Float64Array[];
  readonly varying: readonly Float64Array[];
}

const NO_PARAMETERS = new Float64Array(0);

/**
 * Binds a law to inputs for the loss of a set of the given role.
 * @param pivot middle of the data; take the pilots' own when x is to be compared between kernels
 */
export function bindLaw(law: Law, inputs: Inputs, role: Role, pivot: DataScale = dataScale(inputs)): Kernel {
  const { n } = inputs;
  const m = law.parameters.length;
  const indexOf = new Map(law.parameters.map((parameter, index) => [parameter.name, index]));
  const isLog = law.parameters.map((parameter) => parameter.log === true);
  const isPinned = law.parameters.map((parameter) => parameter.pinned !== undefined);
  const variables = columnsByVariable(inputs, role);
  const distinct = new Map<string, { points: Points; key: Int32Array }>();

  /** Evaluates a factor at its points and spreads the values over the rows; once is enough without parameters. */
  const fillFactor = (bound: BoundFactor, x: Float64Array, withGradient: boolean): void => {
    const { theta, local, value, rows, key } = bound;
    for (let k = 0; k < theta.length; k++) local[k] = isLog[theta[k]] ? Math.exp(x[theta[k]]) : x[theta[k]];
    bound.fill(local, value, withGradient ? bound.gradient : null);
    if (rows !== null && rows !== value) for (let i = 0; i < n; i++) rows[i] = value[key[i]];
  };

  const fillFactors = (factors: readonly BoundFactor[], x: Float64Array, withGradient: boolean): void => {
    for (const factor of factors) if (factor.theta.length > 0) fillFactor(factor, x, withGradient);
  };

  const bindFactor = (factor: Factor): BoundFactor => {
    const name = `${factor.on.join()}${factor.power ? ' pivoted' : ''}`;
    const lnPivot = factor.power ? Math.log(pivotOf(factor.power.variable, pivot)) : 0;
    let shared = distinct.get(name);
    if (shared === undefined) {
      shared = distinctPoints(
        factor.on.map((variable) => variables[variable]),
        n,
        lnPivot,
      );
      distinct.set(name, shared);
    }
    const { points, key } = shared;
    const value = new Float64Array(points.count);
    const bound: BoundFactor = {
      factor,
      fill: factor.bind(points),
      theta: factor.theta.map((parameter) => indexOf.get(parameter)!),
      local: new Float64Array(factor.theta.length),
      key,
      value,
      gradient: factor.theta.map(() => new Float64Array(points.count)),
      rows: points.count === 1 ? null : points.count === n ? value : new Float64Array(n),
      lnPivot,
    };
    if (bound.theta.length === 0) fillFactor(bound, NO_PARAMETERS, false);
    return bound;
  };
  const terms = law.terms.map((term): BoundTerm => {
    const factors = term.factors.map(bindFactor);
    return {
      coefficient: indexOf.get(term.coefficient)!,
      sign: term.sign,
      factors,
      constant: factors.flatMap(({ rows, value }) => (rows === null ? [value] : [])),
      varying: factors.flatMap(({ rows }) => (rows === null ? [] : [rows])),
    };
  });

  const offset = new Float64Array(n);
  if (law.predicts === 'change') offset.set(inputs.baseLoss);
  const product = new Float64Array(n);

  /** A number times the product of the factors, without one of them, over the rows. */
  const multiply = (by: number, factors: readonly BoundFactor[], except: number, out: Float64Array): void => {
    let scale = by;
    for (let f = 0; f < factors.length; f++) {
      if (f !== except && factors[f].rows === null) scale *= factors[f].value[0];
    }
    let empty = true;
    for (let f = 0; f < factors.length; f++) {
      const { rows } = factors[f];
      if (f === except || rows === null) continue;
      if (empty) for (let i = 0; i < n; i++) out[i] = scale * rows[i];
      else for (let i = 0; i < n; i++) out[i] *= rows[i];
      empty = false;
    }
    if (empty) out.fill(scale);
  };

  /** A term's coefficient times those of its factors that are the same in all rows. */
  const scaleOf = ({ coefficient, sign, constant }: BoundTerm, x: Float64Array): number => {
    let scale = sign * x[coefficient];
    for (let f = 0; f < constant.length; f++) scale *= constant[f][0];
    return scale;
  };

  /** Adds a term to the losses in as few passes over the rows as can be: its last factor joins the addition. */
  const addTerm = (term: BoundTerm, x: Float64Array, loss: Float64Array): void => {
    const { varying } = term;
    const scale = scaleOf(term, x);
    const last = varying.length - 1;
    const rows = varying[last];
    if (last === 0) {
      for (let i = 0; i < n; i++) loss[i] += scale * rows[i];
    } else {
      const first = varying[0];
      for (let i = 0; i < n; i++) product[i] = scale * first[i];
      for (let f = 1; f < last; f++) for (let i = 0; i < n; i++) product[i] *= varying[f][i];
      for (let i = 0; i < n; i++) loss[i] += product[i] * rows[i];
    }
  };

  const addSlopes = ({ coefficient, sign, factors }: BoundTerm, x: Float64Array, jacobian: Float64Array) => {
    multiply(sign, factors, -1, product);
    const byCoefficient = coefficient * n;
    for (let i = 0; i < n; i++) jacobian[byCoefficient + i] += product[i];
    for (let f = 0; f < factors.length; f++) {
      const { theta, gradient, key, local } = factors[f];
      if (theta.every((k) => isPinned[k])) continue;
      multiply(sign * x[coefficient], factors, f, product);
      for (let k = 0; k < theta.length; k++) {
        if (isPinned[theta[k]]) continue;
        const column = theta[k] * n;
        const byTheta = gradient[k];
        const scale = isLog[theta[k]] ? local[k] : 1;
        for (let i = 0; i < n; i++) jacobian[column + i] += scale * product[i] * byTheta[key[i]];
      }
    }
  };

  const evaluate = (x: Float64Array, loss: Float64Array, jacobian: Float64Array | null): void => {
    if (jacobian !== null) jacobian.fill(0);
    let level = 0;
    for (const term of terms) {
      fillFactors(term.factors, x, jacobian !== null);
      if (term.varying.length === 0) level += scaleOf(term, x);
      if (jacobian !== null) addSlopes(term, x, jacobian);
    }
    for (let i = 0; i < n; i++) loss[i] = offset[i] + level;
    for (const term of terms) if (term.varying.length > 0) addTerm(term, x, loss);
  };

  const columns: KernelColumn[] = terms.map(({ coefficient, sign, factors }) => ({
    coefficient,
    sign,
    theta: [...new Set(factors.flatMap((factor) => factor.theta))],
    fill(x, column) {
      fillFactors(factors, x, false);
      multiply(1, factors, -1, column);
    },
  }));

  /** ln of what the pivots multiply a term's coefficient by: natural = internal · exp(this). */
  const lnPivotOfTerm = ({ factors }: BoundTerm, thetaAt: (index: number) => number): number => {
    let sum = 0;
    for (const { factor, theta, lnPivot } of factors) {
      if (factor.power) sum -= factor.power.sign * thetaAt(theta[0]) * lnPivot;
      if (factor.lnDivisor) sum -= factor.lnDivisor(theta.map(thetaAt));
    }
    return sum;
  };

  return {
    law,
    n,
    m,
    lower: Float64Array.from(law.parameters, (p) => internalBound(p, p.lower, pivot)),
    upper: Float64Array.from(law.parameters, (p) => internalBound(p, p.upper, pivot)),
    offset,
    columns,
    evaluate,
    toNatural(x, natural) {
      for (let k = 0; k < m; k++) natural[k] = isLog[k] ? Math.exp(x[k]) : x[k];
      for (const term of terms) natural[term.coefficient] *= Math.exp(lnPivotOfTerm(term, (k) => natural[k]));
    },
    fromNatural(natural, x) {
      for (let k = 0; k < m; k++) x[k] = isLog[k] ? Math.log(natural[k]) : natural[k];
      for (const term of terms) x[term.coefficient] *= Math.exp(-lnPivotOfTerm(term, (k) => natural[k]));
    },
  };
}

/** Geometric middle of sizes and tokens. */
export function dataScale(inputs: Inputs): DataScale {
  const middle = (column: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < column.length; i++) sum += Math.log(column[i]);
    return column.length === 0 ? 1 : Math.exp(sum / column.length);
  };
  return { params: middle(inputs.params), tokens: middle(inputs.tokens) };
}

/** A bound in internal coordinates; both bounds of a pinned parameter are its value. */
function internalBound(parameter: ParameterSpec, bound: number, scale: DataScale): number {
  const value = parameter.pinned?.(scale) ?? bound;
  return parameter.log === true ? Math.log(value) : value;
}

function pivotOf(variable: Variable, pivot: DataScale): number {
  return variable === 'params' ? pivot.params : variable === 'tokens' ? pivot.tokens : 1;
}

function columnsByVariable(inputs: Inputs, role: Role): Record<Variable, Float64Array> {
  const replay = inputs.domainRatio.map((ratio) => 1 - ratio);
  return {
    params: inputs.params,
    tokens: inputs.tokens,
    ratio: inputs.domainRatio,
    replay,
    share: role === 'domain' ? inputs.domainRatio : replay,
  };
}

function distinctPoints(
  columns: readonly Float64Array[],
  n: number,
  lnPivot: number,
): { points: Points; key: Int32Array } {
  const key = new Int32Array(n);
  const first: number[] = [];
  const seen = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    let name = '';
    for (const column of columns) name += `${column[i]} `;
    let index = seen.get(name);
    if (index === undefined) {
      index = first.length;
      seen.set(name, index);
      first.push(i);
    }
    key[i] = index;
  }
  const value = columns.map((column) => Float64Array.from(first, (i) => column[i]));
  return {
    points: { count: first.length, value, log: value.map((v) => v.map((each) => Math.log(each) - lnPivot)) },
    key,
  };
}
