/** Critical ratios by turning point in words, from the document alone. */
import type { CriticalDocument } from '../documents/critical.ts';
import { displayNumber } from '../units/number.ts';
import { against } from './critical.ts';
import {
  boundsText,
  outcomeText,
  paramsText,
  ratioText,
  shareText,
  tokensText,
  toleranceText,
} from './numbers.ts';
import type { Section } from './section.ts';

type Turning = NonNullable<CriticalDocument['turning']>;

export function explainTurningPoint(document: CriticalDocument): Section[] {
  const { turning } = document;
  return [
    { sentences: [answer(document), ...detail(document)] },
    against(document),
    ...(turning === undefined ? [] : [curveSection(turning), ...runSections(turning)]),
  ];
}

function answer({ params, confidence, points, searched, promise }: CriticalDocument): string {
  const { tokens, planned, point } = points[points.length - 1];
  const where = `a ${paramsText(params)} model after ${tokensText(tokens)} tokens`;
  const sure = planned === null ? '' : `, with ${shareText(confidence)} confidence`;
  const ratio = planned ?? (point.kind === 'at' ? point.ratio : point.kind === 'all' ? searched[1] : 0);
  if (ratio === 0) return `At no pilot ratio has general loss turned for ${where}${sure}: use tolerance.`;
  const all = ratio === searched[1] ? ', the highest of the pilots' : '';
  const broken = typeof promise === 'string' ? `, but ${promise}, so it is no promise` : '';
  return `Up to domain ratio ${ratioText(ratio)} (replay ${ratioText(1 - ratio)})${all}, general loss of ${where} has stopped rising${sure}${broken}.`;
}

function detail({ tolerance, points, level }: CriticalDocument): string[] {
  const { point, interval, meanInterval } = points[points.length - 1];
  const ends = Object.entries(tolerance).map(([set, { accepted }]) => toleranceText(set, accepted));
  const spread =
    interval === null || meanInterval === null
      ? ''
      : `; ${shareText(level)} of new runs in ${boundsText(interval)}, of curves in ${boundsText(meanInterval)}`;
  return [
    `By turning point: the rise has peaked before the end, or there is none, and it ends with ${ends.join(' and ')}.`,
    `The fitted law says ${outcomeText(point)}${spread}. Noise shifts a run as a whole: it moves the end of its path, not the peak.`,
  ];
}

function curveSection({ curve }: Turning): Section {
  const title = 'Critical ratio against tokens';
  if (curve === null)
    return {
      title,
      sentences: [
        'No curve: it takes four token counts at which the ratio lies between none and all, and a ratio that rises with them.',
      ],
    };
  const number = (value: number): string => displayNumber(value, 4);
  return {
    title,
    sentences: [
      `R(D) = ${number(curve.alpha)} · (D / ${tokensText(curve.unitTokens)})^${number(curve.s)} ${curve.beta < 0 ? '−' : '+'} ${number(Math.abs(curve.beta))}, ` +
        `within ${ratioText(curve.error)} of the ratios above, from ${tokensText(curve.tokens[0])} to ${tokensText(curve.tokens[1])} tokens and no further.`,
    ],
  };
}

function runSections({ runs }: Turning): Section[] {
  return Object.entries(runs).flatMap(([set, each]) =>
    each.length === 0
      ? []
      : [
          {
            title: `Pilots of this size one by one, ${set}, without a law across ratios`,
            table: {
              columns: [
                { title: 'domain ratio', align: 'right' as const },
                { title: 'turns after', align: 'right' as const },
                { title: 'longest run', align: 'right' as const },
                { title: '', align: 'left' as const },
              ],
              rows: each.map(({ domainRatio, turns, longest }) => [
                ratioText(domainRatio),
                turns.kind === 'at'
                  ? tokensText(turns.tokens)
                  : turns.kind === 'neverRises'
                    ? 'never rises'
                    : 'never peaks',
                tokensText(longest),
                turns.kind === 'at' && turns.tokens > longest ? 'after its end: extrapolated' : '',
              ]),
            },
            sentences: ['Five parameters a path: where it hardly moves, noise decides which way it bends.'],
          },
        ],
  );
}
