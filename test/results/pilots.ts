/** The shipped pilots: how well each law predicts what it was not shown. */
import { join } from 'node:path';
import { type FitMember, fitSchema } from '../../src/documents/fit.ts';
import { parseJson, readText } from '../../src/documents/read.ts';
import { lawById } from '../../src/laws/registry.ts';
import { percent, type Row, row, type Section, shown } from './report.ts';
import { root } from './tables.ts';

const FIT = 'fits/pilots-kernel-c.fit.json';
/** The literature's law for mixtures, which ours must beat in each direction. */
const RIVAL = 'd-cpt-l3';

export async function pilots(): Promise<Section> {
  const fit = fitSchema.parse(parseJson(await readText(join(root, FIT), process.stdin), FIT));
  const rows = fit.evals.flatMap(({ name, members }) => {
    const rival = errorsOf(members.find(({ law }) => law === RIVAL)?.holdout ?? []);
    return members.map(({ law, holdout, weight }): Row => {
      const errors = errorsOf(holdout);
      const cells = [name, law, ...errors.map((error) => percent(error)), weight.toFixed(2)];
      const ours = lawById(law)?.mark === 'ours';
      return ours
        ? row(
            errors.every((error, k) => error < rival[k]),
            ...cells,
          )
        : shown(...cells);
    });
  });
  return {
    title: 'Shipped pilots, predicted without having been seen',
    method: `Mean relative error on what was left out of the fit (${FIT}): the largest of three sizes, the last half of every run's tokens, single ratios. Target: laws of change beat ${RIVAL} in every column.`,
    head: ['set', 'law', 'largest size', 'last half', 'ratio 0.5', 'ratio 0.9', 'all ratios', 'weight'],
    rows,
  };
}

type Holdout = FitMember['holdout'];

/** Largest size, last half of tokens, ratios 0.5 and 0.9, mean over ratios. NaN = not identified. */
function errorsOf(holdout: Holdout): number[] {
  const mean = (keep: (each: Holdout[number]) => boolean): number => {
    const kept = holdout.filter(keep);
    return kept.reduce((sum, { error }) => sum + (error ?? Number.NaN), 0) / kept.length;
  };
  return [
    mean(({ direction }) => direction === 'size'),
    mean(({ direction }) => direction === 'tokens'),
    mean(({ left }) => left.ratio === 0.5),
    mean(({ left }) => left.ratio === 0.9),
    mean(({ direction }) => direction === 'ratio'),
  ];
}
