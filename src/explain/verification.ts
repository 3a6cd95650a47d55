/** The second opinion on a fit, in words. */
import type { FitVerification } from '../fit/verify.ts';
import { type Verdict, verdicts } from '../lsq/verify.ts';
import { displayNumber } from '../units/number.ts';
import type { Section } from './section.ts';

export function explainVerification(verifications: readonly FitVerification[]): Section {
  const said = [...new Set(verifications.map(({ verdict }) => verdict))];
  return {
    title: 'Verified by ml-levenberg-marquardt',
    sentences: said.map((verdict: Verdict) => verdicts[verdict]),
    table: {
      columns: [
        { title: 'set', align: 'left' },
        { title: 'law', align: 'left' },
        { title: 'our objective', align: 'right' },
        { title: 'its objective', align: 'right' },
        { title: 'standard errors apart', align: 'right' },
      ],
      rows: verifications.map(({ set, law, objective, otherObjective, standardErrorsApart }) => [
        set,
        law,
        objective.toExponential(6),
        otherObjective.toExponential(6),
        displayNumber(standardErrorsApart, 2),
      ]),
    },
  };
}
