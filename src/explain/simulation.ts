/** What was simulated, for people: a table of runs must never be taken for one of trained runs. */

import type { Runs } from '../runs/runs.ts';
import type { Truth } from '../simulate/truth.ts';
import { listed, paramsText, shareText, tokensText } from './numbers.ts';
import type { Section } from './section.ts';

/** @param source what the runs were drawn from, with its article: `the best laws of the fit` */
export function explainSimulation(runs: Runs, truth: Truth, source: string, seed: number): Section[] {
  const { runs: infos, bases, n } = runs;
  const longest = infos.reduce((most, { lastTokens }) => Math.max(most, lastTokens), 0);
  const sizes = listed(bases.map(({ params }) => paramsText(params)));
  const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  return [
    {
      sentences: [
        `Simulated ${counted(infos.length, 'run')} of ${sizes} up to ${tokensText(longest)} tokens, ${counted(n, 'evaluation')}, drawn from ${source} with seed ${seed}. No run was trained.`,
      ],
    },
    {
      title: 'Noise, as shares of the loss',
      table: {
        columns: [
          { title: 'set', align: 'left' },
          { title: 'run', align: 'right' },
          { title: 'base', align: 'right' },
          { title: 'evaluation', align: 'right' },
          { title: 'autocorrelation', align: 'right' },
        ],
        rows: truth.evals.map(({ name, noise }) => [
          name,
          shareText(noise.run),
          shareText(noise.base),
          shareText(noise.evaluation),
          noise.rho.toFixed(2),
        ]),
      },
    },
  ];
}
