/** Factors that only slices have. */
import { boxCox } from '../factors.ts';
import type { Factor, Variable } from '../law.ts';

/** ((x/m)^s − 1) / s, which is ln(x/m) at s = 0: 0 at x = m, and with slope 1 there in ln x, whatever s is. */
export function boxCoxFrom(variable: Variable, exponent: string, reference: string): Factor {
  const plain = boxCox(variable, exponent);
  return {
    on: [variable],
    theta: [exponent, reference],
    bind: ({ count, value: x, log }) => {
      const lnRelative = new Float64Array(count);
      const fill = plain.bind({ count, value: x, log: [lnRelative] });
      return (t, value, gradient) => {
        const [s, m] = t;
        const lnM = Math.log(m);
        for (let i = 0; i < count; i++) lnRelative[i] = log[0][i] - lnM;
        fill(t, value, gradient);
        if (gradient === null) return;
        const byReference = gradient[1];
        for (let i = 0; i < count; i++) byReference[i] = -Math.exp(s * lnRelative[i]) / m;
      };
    },
  };
}
