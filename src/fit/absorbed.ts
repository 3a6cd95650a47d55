/**
 * How much of a scatter of runs and of bases a fit leaves to be seen. Its parameters bend towards them: of five runs
 * around a law that can follow three of them, little is left. Counting parameters is not enough, since most of them are
 * spent on what happens within runs; so each run and each base is shifted in turn, and the fit answers to first order.
 */
export interface LeftByFit {
  /** Per run: the sum of squares, of run means about the mean of their base, that shifting the run by 1 leaves. */
  readonly runsByRun: Float64Array;
  /** Per run: the sum of squares of the means of bases that shifting the run leaves. */
  readonly basesByRun: Float64Array;
  /** Per base, shifted as a whole: the sums of squares of runs about their base, and of bases. */
  readonly runsByBase: Float64Array;
  readonly basesByBase: Float64Array;
}

/** A column of which the ones before it explain all but this share adds no direction. */
const RANK_TOLERANCE = 1e-7;

/**
 * @param run row -> number of its run, 0..runs−1
 * @param base number of a run -> number of its base, 0..bases−1
 * @param columns derivatives of the fitted losses by each fitted parameter, relative to the loss, over the rows
 */
export function leftByFit(run: Int32Array, base: Int32Array, columns: readonly Float64Array[]): LeftByFit {
  const runs = base.length;
  const bases = base.reduce((most, each) => Math.max(most, each + 1), 0);
  const lengths = new Float64Array(runs);
  for (const j of run) lengths[j]++;
  const runsInBase = new Float64Array(bases);
  for (const b of base) runsInBase[b]++;
  const meansOfDirections = orthonormal(columns).map((direction) => {
    const means = new Float64Array(runs);
    for (let i = 0; i < run.length; i++) means[run[i]] += direction[i] / lengths[run[i]];
    return means;
  });

  /** Means of all runs after run j was shifted by 1 and the fit has answered. */
  const afterShift = (j: number, into: Float64Array): void => {
    into[j] += 1;
    for (const means of meansOfDirections) {
      const along = lengths[j] * means[j];
      for (let r = 0; r < runs; r++) into[r] -= along * means[r];
    }
  };
  const squaresOf = (means: Float64Array): { runs: number; bases: number } => {
    const ofBase = new Float64Array(bases);
    for (let r = 0; r < runs; r++) ofBase[base[r]] += means[r] / runsInBase[base[r]];
    let squares = 0;
    for (let r = 0; r < runs; r++) squares += (means[r] - ofBase[base[r]]) ** 2;
    return { runs: squares, bases: ofBase.reduce((sum, each) => sum + each * each, 0) };
  };

  const byBase = Array.from({ length: bases }, () => new Float64Array(runs));
  const byRun = Array.from(base, (b, j) => {
    const means = new Float64Array(runs);
    afterShift(j, means);
    for (let r = 0; r < runs; r++) byBase[b][r] += means[r];
    return squaresOf(means);
  });
  const ofBases = byBase.map(squaresOf);
  return {
    runsByRun: Float64Array.from(byRun, (each) => each.runs),
    basesByRun: Float64Array.from(byRun, (each) => each.bases),
    runsByBase: Float64Array.from(ofBases, (each) => each.runs),
    basesByBase: Float64Array.from(ofBases, (each) => each.bases),
  };
}

/** An orthonormal basis of the space of the columns: Gram-Schmidt, each column twice for its rounding. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const direction = column.slice();
    const before = norm(direction);
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) {
        let along = 0;
        for (let i = 0; i < direction.length; i++) along += known[i] * direction[i];
        for (let i = 0; i < direction.length; i++) direction[i] -= along * known[i];
      }
    }
    const left = norm(direction);
    if (left > RANK_TOLERANCE * before) basis.push(direction.map((each) => each / left));
  }
  return basis;
}

function norm(column: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i] * column[i];
  return Math.sqrt(sum);
}
