/**
 * One step: the linear least-squares problem in a box and a trust region,
 *
 *   minimise ½‖R p + q‖² subject to lower ≤ p ≤ upper and ‖p‖ ≤ radius,
 *
 * in coordinates scaled by the columns of the Jacobian (Moré 1978), so that R has columns of length about 1.
 * The trust region enters as damping, ½λ‖p‖², and λ is found by Newton's method on 1/‖p(λ)‖ (Moré 1978; Hebden
 * 1973). For each λ the box is met exactly by an active-set method (Lawson and Hanson 1974, ch. 23; Stark and
 * Parker 1995). All this happens in the m × m space of the triangular factor, so its cost does not grow with the
 * number of residuals; and as the box belongs to the problem that each step solves, the undamped step is zero
 * exactly where the Karush-Kuhn-Tucker conditions hold.
 */
import { triangularise } from './qr.ts';

/**
 * Damping that is always there, relative to unit columns: makes the step finite when columns are dependent, and is
 * far below any singular value that double precision can resolve.
 */
const LEAST_DAMPING = 1e-26;

/** How near to the radius a damped step must end. */
const RADIUS_TOLERANCE = 0.1;

const MAX_DAMPING_ITERATIONS = 10;

/** The step problem and its solution, for m parameters. Owned by a workspace; allocated once. */
export class StepSpace {
  readonly m: number;
  /** Upper triangle, m × m, column by column. */
  readonly r: Float64Array;
  readonly q: Float64Array;
  /** Room below and above, as numbers ≤ 0 and ≥ 0 (or infinite). */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The step. */
  readonly p: Float64Array;
  /** −1 held at `lower`, 1 at `upper`, 0 free. */
  readonly side: Int8Array;
  /** R p. */
  readonly rp: Float64Array;

  private readonly target: Float64Array;
  private readonly work: Float64Array;
  private readonly free: Int32Array;
  private readonly banned: Uint8Array;
  private readonly backward: Float64Array;
  private freeCount = 0;
  /** Damping of the solution in hand, NaN if there is none. */
  private solvedFor = Number.NaN;

  constructor(m: number) {
    this.m = m;
    this.r = new Float64Array(m * m);
    this.q = new Float64Array(m);
    this.lower = new Float64Array(m);
    this.upper = new Float64Array(m);
    this.p = new Float64Array(m);
    this.side = new Int8Array(m);
    this.rp = new Float64Array(m);
    this.target = new Float64Array(m);
    this.work = new Float64Array(2 * m * (m + 1));
    this.free = new Int32Array(m);
    this.banned = new Uint8Array(m);
    this.backward = new Float64Array(m);
  }

  /** To be called when `r`, `q`, `lower` or `upper` have changed. */
  reset(): void {
    this.solvedFor = Number.NaN;
  }

  /** The step without a trust region: Gauss-Newton's, in the box. */
  solveUndamped(): void {
    this.solveDamped(LEAST_DAMPING);
  }

  /**
   * The step of at most `radius` (within 10%).
   * @returns whether the trust region held it back
   */
  solveWithin(radius: number): boolean {
    this.solveUndamped();
    if (this.length() <= (1 + RADIUS_TOLERANCE) * radius) return false;
    let low = LEAST_DAMPING;
    let high = this.gradientLength() / radius;
    let lambda = this.newtonDamping(low, radius);
    for (let iteration = 0; iteration < MAX_DAMPING_ITERATIONS; iteration++) {
      if (!(lambda > low && lambda < high)) lambda = Math.max(1e-3 * high, Math.sqrt(low * high));
      this.solveDamped(lambda);
      const excess = this.length() - radius;
      if (Math.abs(excess) <= RADIUS_TOLERANCE * radius) break;
      if (excess > 0) low = lambda;
      else high = lambda;
      lambda = this.newtonDamping(lambda, radius);
    }
    return true;
  }

  /** ‖p‖ */
  length(): number {
    let sum = 0;
    for (let k = 0; k < this.m; k++) sum += this.p[k] * this.p[k];
    return Math.sqrt(sum);
  }

  /** ‖R p‖: how far the step moves the linear model's residuals. */
  imageLength(): number {
    let sum = 0;
    for (let i = 0; i < this.m; i++) sum += this.rp[i] * this.rp[i];
    return Math.sqrt(sum);
  }

  /** Fall of ½‖R p + q‖² along the step. */
  predictedDrop(): number {
    let drop = 0;
    for (let i = 0; i < this.m; i++) drop -= this.rp[i] * (this.q[i] + 0.5 * this.rp[i]);
    return drop;
  }

  /** The exact minimiser for one damping, by active sets from p = 0. */
  private solveDamped(lambda: number): void {
    if (lambda === this.solvedFor) return;
    this.solvedFor = lambda;
    const { m, p, target, side, lower, upper, free, banned } = this;
    p.fill(0);
    banned.fill(0);
    for (let k = 0; k < m; k++) {
      const slope = this.slope(k, this.q);
      side[k] = lower[k] === 0 && (slope > 0 || upper[k] === 0) ? -1 : upper[k] === 0 && slope < 0 ? 1 : 0;
    }
    let freed = -1;
    // Each pass fixes a parameter or ends at the minimiser of a face that is never met again; the cap is for rounding.
    for (let pass = 0; pass < 8 * (m + 1); pass++) {
      this.solveFree(lambda);
      let fraction = 1;
      let blocking = -1;
      for (let f = 0; f < this.freeCount; f++) {
        const k = free[f];
        const wall = Math.max(lower[k], Math.min(upper[k], target[k]));
        if (wall === target[k]) continue;
        const reach = (wall - p[k]) / (target[k] - p[k]);
        if (reach < fraction) {
          fraction = reach;
          blocking = k;
        }
      }
      for (let f = 0; f < this.freeCount; f++) {
        const k = free[f];
        p[k] = blocking < 0 ? target[k] : p[k] + fraction * (target[k] - p[k]);
      }
      if (blocking >= 0) {
        side[blocking] = target[blocking] < lower[blocking] ? -1 : 1;
        p[blocking] = side[blocking] < 0 ? lower[blocking] : upper[blocking];
        // Freed for its multiplier and pushed straight back: that multiplier was rounding.
        if (blocking === freed && fraction === 0) banned[blocking] = 1;
        continue;
      }
      freed = this.worstHeld(lambda);
      if (freed < 0) break;
      side[freed] = 0;
    }
    this.multiply();
  }

  /** The held parameter whose multiplier asks most to be let go, −1 if none does. */
  private worstHeld(lambda: number): number {
    const { m, p, q, rp, side, lower, upper, banned } = this;
    this.multiply();
    let worst = -1;
    let most = 0;
    for (let k = 0; k < m; k++) {
      if (side[k] === 0 || banned[k] === 1 || lower[k] === upper[k]) continue;
      // Positive: the model falls when the parameter leaves its bound.
      const pull = side[k] * (this.slope(k, q) + this.slope(k, rp) + lambda * p[k]);
      if (pull > most) {
        most = pull;
        worst = k;
      }
    }
    return worst;
  }

  /** Writes the minimiser over the free parameters, the others held where they are, into `target`. */
  private solveFree(lambda: number): void {
    const { m, r, q, p, side, free, work, target } = this;
    let count = 0;
    for (let k = 0; k < m; k++) if (side[k] === 0) free[count++] = k;
    this.freeCount = count;
    const stride = m + count;
    const root = Math.sqrt(lambda);
    for (let f = 0; f < count; f++) {
      const k = free[f];
      const column = f * stride;
      for (let i = 0; i < m; i++) work[column + i] = i <= k ? r[k * m + i] : 0;
      for (let i = 0; i < count; i++) work[column + m + i] = i === f ? root : 0;
    }
    const right = count * stride;
    for (let i = 0; i < m; i++) work[right + i] = -q[i];
    for (let k = 0; k < m; k++) {
      if (side[k] === 0 || p[k] === 0) continue;
      for (let i = 0; i <= k; i++) work[right + i] -= r[k * m + i] * p[k];
    }
    work.fill(0, right + m, right + stride);
    triangularise(work, stride, stride, count, count + 1);
    for (let f = count - 1; f >= 0; f--) {
      let value = work[right + f];
      for (let j = f + 1; j < count; j++) value -= work[j * stride + f] * target[free[j]];
      target[free[f]] = value / work[f * stride + f];
    }
  }

  /** The next damping by Newton's method on 1/‖p(λ)‖ − 1/radius; uses the factor of the last solve. */
  private newtonDamping(lambda: number, radius: number): number {
    const { m, p, free, work, backward } = this;
    const stride = m + this.freeCount;
    let square = 0;
    for (let f = 0; f < this.freeCount; f++) {
      let value = p[free[f]];
      for (let j = 0; j < f; j++) value -= work[f * stride + j] * backward[j];
      value /= work[f * stride + f];
      backward[f] = value;
      square += value * value;
    }
    const length = this.length();
    return lambda + (length / radius - 1) * ((length * length) / square);
  }

  private gradientLength(): number {
    let sum = 0;
    for (let k = 0; k < this.m; k++) {
      const slope = this.slope(k, this.q);
      sum += slope * slope;
    }
    return Math.sqrt(sum);
  }

  /** Column k of R times a vector. */
  private slope(k: number, vector: Float64Array): number {
    let sum = 0;
    for (let i = 0; i <= k; i++) sum += this.r[k * this.m + i] * vector[i];
    return sum;
  }

  private multiply(): void {
    const { m, r, p, rp } = this;
    rp.fill(0);
    for (let k = 0; k < m; k++) {
      if (p[k] === 0) continue;
      for (let i = 0; i <= k; i++) rp[i] += r[k * m + i] * p[k];
    }
  }
}
