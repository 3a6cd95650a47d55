/** Where curves of strain cross a tolerance: shared by the report and by the script of its page. */

/**
 * The upper end of the ratios, connected to the lowest, at which a curve stays at or below `scale`, between points by straight
 * lines; 0 where it starts above, the last ratio where it never passes.
 */
export function strainCrossing(ratios: readonly number[], curve: readonly number[], scale: number): number {
  if (!(curve[0] <= scale)) return 0;
  const above = curve.findIndex((strain) => !(strain <= scale));
  if (above < 0) return ratios[ratios.length - 1];
  const part = (scale - curve[above - 1]) / (curve[above] - curve[above - 1]);
  return ratios[above - 1] + part * (ratios[above] - ratios[above - 1]);
}

/** Share of new runs whose strain stays at or below `scale` at a ratio, from quantile curves. */
export function shareKept(
  ratios: readonly number[],
  levels: readonly number[],
  curves: readonly (readonly number[])[],
  ratio: number,
  scale: number,
): number {
  const quantiles = curves.map((curve) => valueAt(ratios, curve, ratio));
  const above = quantiles.findIndex((strain) => strain > scale);
  if (above === 0) return 0;
  if (above < 0) return 1;
  const part = (scale - quantiles[above - 1]) / (quantiles[above] - quantiles[above - 1]);
  return levels[above - 1] + part * (levels[above] - levels[above - 1]);
}

/** A curve through points, by straight lines; constant beyond them. */
export function valueAt(x: readonly number[], y: readonly number[], at: number): number {
  const above = x.findIndex((each) => each >= at);
  if (above < 0) return y[y.length - 1];
  if (above === 0) return y[0];
  const part = (at - x[above - 1]) / (x[above] - x[above - 1]);
  return y[above - 1] + part * (y[above] - y[above - 1]);
}
