/** Predicted losses as a table for people and as CSV for programs, from the document alone. */
import type { PredictionDocument } from '../documents/prediction.ts';
import { formatNumber } from '../units/number.ts';
import { lossText, paramsText, ratioText, shareText, tokensText, withInterval } from './numbers.ts';
import type { Section } from './section.ts';

export function explainPrediction({ level, predictions }: PredictionDocument): Section[] {
  const [first] = predictions;
  const where = `a ${paramsText(first.params)} model after ${tokensText(first.tokens)} tokens at domain ratio ${ratioText(first.domainRatio)} (replay ${ratioText(1 - first.domainRatio)})`;
  const each = predictions.map(({ set, loss, interval }) => `${set} ${withInterval(loss, interval)}`);
  return [
    {
      sentences: [
        `Predicted for ${where}: ${each.join(', ')}${first.provenance === 'extrapolated' ? '; extrapolated' : ''}.`,
      ],
    },
    {
      title: `Intervals of ${shareText(level)}`,
      table: {
        columns: [
          { title: 'set', align: 'left' },
          { title: 'loss', align: 'right' },
          { title: 'one new run', align: 'left' },
          { title: 'the curve alone', align: 'left' },
        ],
        rows: predictions.map(({ set, loss, interval, meanInterval }) => [
          set,
          lossText(loss),
          bounds(interval),
          bounds(meanInterval),
        ]),
      },
    },
  ];
}

/** One line per set, size, token count and ratio, numbers in full. */
export function predictionCsv({ predictions }: PredictionDocument): string {
  const head = 'set,params,tokens,domain_ratio,replay,loss,low,high,mean_low,mean_high,provenance';
  const number = (value: number | undefined): string => (value === undefined ? '' : formatNumber(value));
  const lines = predictions.map(
    ({ set, params, tokens, domainRatio, loss, interval, meanInterval, provenance }) =>
      [
        set,
        number(params),
        number(tokens),
        number(domainRatio),
        number(Number((1 - domainRatio).toFixed(15))),
        number(loss),
        number(interval?.[0]),
        number(interval?.[1]),
        number(meanInterval?.[0]),
        number(meanInterval?.[1]),
        provenance,
      ].join(','),
  );
  return `${[head, ...lines].join('\n')}\n`;
}

function bounds(interval: readonly [number, number] | null): string {
  return interval === null ? '' : `[${lossText(interval[0])}, ${lossText(interval[1])}]`;
}
