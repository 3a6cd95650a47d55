/** Critical ratios in words and a table, from the document alone. */
import type { CriticalDocument } from '../documents/critical.ts';
import { meaningSentences } from './meaning.ts';
import { noiseAsRatioText } from './noise.ts';
import {
  boundsText,
  listed,
  lossText,
  outcomeText,
  paramsText,
  ratioText,
  shareText,
  tokensText,
  toleranceText,
} from './numbers.ts';
import type { Column, Section } from './section.ts';

export function explainCritical(document: CriticalDocument): Section[] {
  return [{ sentences: [answer(document), ...detail(document)] }, against(document)];
}

/** What may be done at the last token count. */
function answer({ params, confidence, tolerance, points, searched, promise }: CriticalDocument): string {
  const { tokens, planned, point } = points[points.length - 1];
  const kept = listed(Object.entries(tolerance).map(([set, { accepted }]) => toleranceText(set, accepted)));
  const where = `a ${paramsText(params)} model after ${tokensText(tokens)} tokens`;
  if (planned === null) {
    if (point.kind === 'none') return `No pilot ratio keeps ${kept} for ${where}.`;
    const ratio = point.kind === 'all' ? searched[1] : point.ratio;
    return `Up to domain ratio ${ratioText(ratio)}, ${where} keeps ${kept}; how sure that is cannot be told without draws.`;
  }
  const sure = `with ${shareText(confidence)} confidence`;
  if (planned === 0) return `No pilot ratio keeps ${kept} for ${where}, ${sure}.`;
  const all = planned === searched[1] ? ', the highest of the pilots' : '';
  const broken = typeof promise === 'string' ? `, but ${promise}, so it is no promise` : '';
  return `Up to domain ratio ${ratioText(planned)} (replay ${ratioText(1 - planned)})${all}, ${where} keeps ${kept}, ${sure}${broken}.`;
}

function detail({ params, level, tolerance, meaning, points }: CriticalDocument): string[] {
  const { point, interval, noise, binding } = points[points.length - 1];
  const limits = Object.entries(tolerance).map(
    ([set, { base, limit, unit }]) =>
      `${set} may rise from ${lossText(base)} to ${lossText(limit)}${unit === 'bpb' ? ' bits per byte' : ''}`,
  );
  const found =
    point.kind === 'at'
      ? `The predicted loss reaches its limit at ${ratioText(point.ratio)}`
      : point.kind === 'none'
        ? 'The predicted loss is above its limit already at the lowest pilot ratio'
        : 'The predicted loss stays below its limit at every pilot ratio';
  const spread = interval === null ? '' : spreadText(shareText(level), point.kind, interval);
  const several = limits.length > 1 && binding !== null ? [`It is ${binding} that decides.`] : [];
  const accepted = Object.fromEntries(Object.entries(tolerance).map(([set, each]) => [set, each.accepted]));
  return [
    `${limits.join('; ')}. ${found}${spread}.`,
    ...several,
    ...(noise === null ? [] : [noiseAsRatioText(noise)]),
    ...meaningSentences(meaning ?? {}, accepted, params),
  ];
}

function spreadText(
  level: string,
  kind: 'at' | 'none' | 'all',
  [low, high]: readonly [number, number],
): string {
  if ((kind === 'none' && high === 0) || (kind === 'all' && low === 1))
    return `, and that of ${level} of new runs too`;
  return `; ${level} of new runs reach it in ${boundsText([low, high])}`;
}

export function against({ level, confidence, points, searched }: CriticalDocument): Section {
  const columns: readonly Column[] = [
    { title: 'tokens', align: 'right' },
    { title: 'predicted', align: 'right' },
    { title: `${shareText(level)} of new runs`, align: 'left' },
    { title: `${shareText(level)} of curves`, align: 'left' },
    { title: `safe with ${shareText(confidence)}`, align: 'right' },
    { title: 'decided by', align: 'left' },
    { title: '', align: 'left' },
  ];
  return {
    title: `Critical domain ratio, searched between ${ratioText(searched[0])} and ${ratioText(searched[1])}`,
    table: withoutBlankColumns(
      columns,
      points.map(({ tokens, point, interval, meanInterval, planned, binding, provenance }) => [
        tokensText(tokens),
        outcomeText(point),
        boundsText(interval),
        boundsText(meanInterval),
        planned === null ? '' : planned === 0 ? 'none' : ratioText(planned),
        binding ?? '',
        provenance === 'extrapolated' ? 'extrapolated' : '',
      ]),
    ),
  };
}

function withoutBlankColumns(columns: readonly Column[], rows: readonly (readonly string[])[]) {
  const used = [...columns.keys()].filter((k) => rows.some((row) => row[k] !== ''));
  return { columns: used.map((k) => columns[k]), rows: rows.map((row) => used.map((k) => row[k])) };
}
