/** Where the laws lie above or below what was measured. */
import type { FitDocument } from '../documents/fit.ts';
import { percentText } from '../explain/numbers.ts';
import { savedSet } from '../fit/savedFit.ts';
import type { Chart } from './chart.ts';
import { around, count, signedPercent } from './scales.ts';

interface Residual {
  readonly tokens: number;
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
      by: loss / data.loss[row] - 1,
    }));
  });
  known.set(fit, made);
  return made;
}

export function residualChart(fit: FitDocument, log: boolean): Chart {
  const sets = residuals(fit);
  const all = sets.flat();
  const [from, to] = fit.pilots.range.tokens;
  const typical = fit.evals.map(({ name }, e) => {
    const squares = sets[e].reduce((sum, { by }) => sum + by ** 2, 0);
    return `${name} by ${percentText(Math.sqrt(squares / sets[e].length))}`;
  });
  return {
    title: 'predicted over observed, less 1, for every observation',
    x: { title: 'tokens', from, to: to * 1.02, log, text: count },
    y: around(
      all.map(({ by }) => by),
      { title: 'the law lies above (+) or below (−) the run', text: signedPercent },
    ),
    bands: [],
    curves: [],
    marks: sets.flatMap((rows, e) =>
      rows.map(({ tokens, by }) => ({ x: tokens, y: by, letter: '·', style: fit.evals[e].role })),
    ),
    across: [{ y: 0, style: 'dim', label: '' }],
    upright: [],
    hatched: [],
    extrapolatedFrom: undefined,
    legend: fit.evals.map(({ name, role }) => ({ letter: '·', style: role, text: name })),
    sentence: `The laws typically miss ${typical.join(' and ')} of the loss.`,
  };
}
