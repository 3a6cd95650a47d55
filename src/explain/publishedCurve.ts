/** Answers from a published curve in words, from the documents alone. */
import type { CurvePlanDocument, PublishedCriticalDocument } from '../documents/unpiloted.ts';
import { paramsText, ratioText, timesText, tokensText } from './numbers.ts';
import type { Section } from './section.ts';
import { runSentence, spentText } from './unpiloted.ts';

type CurveRow = PublishedCriticalDocument['points'][number] | CurvePlanDocument['curve'][number];

export function explainPublishedCritical(document: PublishedCriticalDocument): Section[] {
  const { law, params, points, firstTurn } = document;
  const last = points[points.length - 1];
  const answer =
    last.point.kind === 'at'
      ? `By ${law.name}, general loss has turned after ${tokensText(last.tokens)} tokens up to domain ratio ${ratioText(last.point.ratio)} (replay ${ratioText(1 - last.point.ratio)})${farText(last)}.`
      : `By ${law.name}, there is no answer at ${tokensText(last.tokens)} tokens.`;
  return [
    {
      sentences: [
        answer,
        `Published curve for ${paramsText(params)} params: no losses, no draws, no interval. No ratio turns before ${tokensText(firstTurn)} tokens.`,
      ],
    },
    { title: 'Critical domain ratio by turning point', table: curveTable(points) },
    { title: 'Source', sentences: [sourceText(law)] },
  ];
}

export function explainCurvePlan(plan: CurvePlanDocument): Section[] {
  const { law, critical, curve, extrapolation } = plan;
  const reach = [
    ...(extrapolation.tokens > 1 ? [`${timesText(extrapolation.tokens)} in tokens`] : []),
    ...(extrapolation.params > 1 ? [`${timesText(extrapolation.params)} in size`] : []),
  ];
  return [
    { sentences: [runSentence(plan)] },
    {
      title: 'How sure',
      sentences: [
        `Published curve: ${law.name} says ${ratioText(critical.point.ratio)} by turning point. It has no interval, so nobody can say how sure that is.`,
        reach.length === 0
          ? 'Inside the token counts and at the size that it was measured at.'
          : `Extrapolated: ${reach.join(' and ')} beyond what it was measured at.`,
        'Losses are not predicted: a published curve has none.',
      ],
    },
    { title: 'The curve at other token counts', table: curveTable(curve) },
    {
      title: 'It assumes',
      sentences: [
        `Your corpora, base model and learning rate behave as those behind the curve. ${sourceText(law)}`,
        'General loss is to have stopped rising at the end and to lie within 0.05 nats of its base.',
        ...spentText(plan),
        'Domain tokens are taken as unique: repeats are not counted.',
      ],
    },
    { title: 'The command that makes this plan again', verbatim: [plan.command] },
  ];
}

function curveTable(points: readonly CurveRow[]): NonNullable<Section['table']> {
  return {
    columns: [
      { title: 'tokens', align: 'right' },
      { title: 'domain ratio', align: 'right' },
      { title: 'replay', align: 'right' },
      { title: '', align: 'left' },
    ],
    rows: points.map((row) => [
      tokensText(row.tokens),
      row.point.kind === 'at' ? ratioText(row.point.ratio) : 'none',
      row.point.kind === 'at' ? ratioText(1 - row.point.ratio) : '',
      row.point.kind === 'none'
        ? `no turning point before ${tokensText(row.tokens)} tokens: use tolerance`
        : row.point.kind === 'beyondOne'
          ? 'the curve has passed 1'
          : row.provenance === 'extrapolated'
            ? `extrapolated ${timesText(row.times)}`
            : 'published',
    ]),
  };
}

function farText({ provenance, times }: CurveRow): string {
  return provenance === 'extrapolated' ? `, extrapolated ${timesText(times)}` : '';
}

function sourceText({ source, transcribed }: { source: string; transcribed: boolean }): string {
  return `${source}${transcribed ? '; transcribed at second hand, not fitted here' : ''}.`;
}
