/** Where the laws lie above or below what was measured. */
import type { FitDocument } from '../documents/fit.ts';
import { percentText } from '../explain/numbers.ts';
import { savedSet } from '../fit/savedFit.ts';
import type { Chart } from './chart.ts';
import { around, count, signedPercent } from './scales.ts';
import { sizeLegend, sizeLetter } from './sizeLetters.ts';

interface Residual {
  readonly tokens: number;
  readonly params: number;
  readonly by: number;
}

const known = new WeakMap<FitDocument, readonly (readonly Residual[])[]>();

/** Predicted over observed, by set. */
function residuals(fit: FitDocument): readonly (readonly Residual[])[] {
  const before = known.get(fit);
  if (before !== undefined) return before;
  const made = fit.evals.map((_, e) => {
    const { data, predicted } = savedSet(fit, e);
    return [...predicted].map((loss, row) => ({
      tokens: data.inputs.tokens[row],
      params: data.inputs.params[row],
      by: loss / data.loss[row] - 1,
    }));
  });
  known.set(fit, made);
  return made;
}

/** One chart for each set, every observation a mark by the size of its model. */
export function residualCharts(fit: FitDocument, log: boolean): Chart[] {
  const [from, to] = fit.pilots.range.tokens;
  return fit.evals.map(({ name, role }, e) => {
    const rows = residuals(fit)[e];
    const squares = rows.reduce((sum, { by }) => sum + by ** 2, 0);
    return {
      title: 'where the laws miss the runs',
      x: { title: 'tokens', from, to: to * 1.02, log, text: count },
      y: around(
        rows.map(({ by }) => by),
        { title: `${name}: the law lies above (+) or below (−) the run`, text: signedPercent },
      ),
      bands: [],
      curves: [],
      marks: rows.map(({ tokens, params, by }) => ({
        x: tokens,
        y: by,
        letter: sizeLetter(fit, params),
        style: role,
      })),
      across: [{ y: 0, style: 'dim', label: '' }],
      upright: [],
      hatched: [],
      extrapolatedFrom: undefined,
      legend: sizeLegend(fit),
      sentence: `The laws typically miss ${name} by ${percentText(Math.sqrt(squares / rows.length))} of the loss.`,
    };
  });
}
