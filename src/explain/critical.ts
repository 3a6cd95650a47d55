/** Critical ratios in words and a table, from the document alone. */
import type { CriticalDocument } from '../documents/critical.ts';
import { outcomeText, paramsText, ratioText, shareText, tokensText } from './numbers.ts';
import type { Section } from './section.ts';

export function explainCritical(document: CriticalDocument): Section[] {
  const { params, level, confidence, points, searched } = document;
  const last = points[points.length - 1];
  const end = boundsText(last.interval);
  const found =
    last.point.kind === 'at'
      ? `is ${ratioText(last.point.ratio)}${end === '' ? '' : `, a new run's in ${end} with ${shareText(level)}`}`
      : last.point.kind === 'none'
        ? 'does not exist: even the lowest pilot ratio passes the tolerance'
        : 'lies beyond the highest pilot ratio: all of them keep the tolerance';
  return [
    {
      sentences: [
        `The critical domain ratio of a ${paramsText(params)} model at ${tokensText(last.tokens)} tokens ${found}.`,
      ],
    },
    {
      title: `By tolerance, searched between ${ratioText(searched[0])} and ${ratioText(searched[1])}`,
      table: {
        columns: [
          { title: 'tokens', align: 'right' },
          { title: 'critical ratio', align: 'right' },
          { title: `${shareText(level)} of new runs`, align: 'left' },
          { title: `${shareText(level)} of curves`, align: 'left' },
          { title: `safe with ${shareText(confidence)}`, align: 'right' },
          { title: 'binding', align: 'left' },
          { title: '', align: 'left' },
        ],
        rows: points.map((each) => [
          tokensText(each.tokens),
          outcomeText(each.point),
          boundsText(each.interval),
          boundsText(each.meanInterval),
          each.planned === 0 ? 'none' : ratioText(each.planned),
          each.binding ?? '',
          each.provenance === 'extrapolated' ? 'extrapolated' : '',
        ]),
      },
    },
  ];
}

/** 0 and 1 are what "none" and "all" count as. */
function boundsText(interval: readonly [number, number] | null): string {
  if (interval === null) return '';
  const text = (bound: number): string => (bound === 0 ? 'none' : bound === 1 ? 'all' : ratioText(bound));
  return `[${text(interval[0])}, ${text(interval[1])}]`;
}
