/** Loss against tokens, run by run: what was measured as points, what the law says as lines. */
import type { FitDocument } from '../documents/fit.ts';
import { listed, paramsText, percentText } from '../explain/numbers.ts';
import { logSpanOf, logX, lossY, UNIT_NAMES } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import { chartOfSet } from './chartOfSet.ts';
import type { RunObservation, RunsEvidence } from './data.ts';
import { capital } from './lossAgainstRatio.ts';
import { inline, rounded } from './marks.ts';
import { QUIET, ratioColour } from './theme.ts';

export const runsChartId = (set: string): string => chartOfSet('runs', set);

export function runsChart(evidence: RunsEvidence): Chart {
  const { set, law, observations, setAside, unit } = evidence;
  const runs = new Set(observations.map(({ run }) => run)).size;
  const sizes = sizesOf(observations);
  const error = mean(observations.map(({ loss, predicted }) => Math.abs(predicted / loss - 1)));
  const held = observations.some(({ heldOut }) => heldOut);
  const aside = setAside.length;
  return {
    id: runsChartId(set),
    title: `The law goes through ${runs} pilots with a mean error of ${percentText(error)} on ${set}`,
    subtitle:
      `Lines: ${law}. Points: evaluations; ${held ? 'open ones were left out once and predicted from the others. ' : ''}Colour: domain ratio.` +
      (aside === 0 ? '' : ` Ticks below: ${aside} evaluations set aside.`),
    description: `${capital(set)} loss in ${UNIT_NAMES[unit]} against tokens for ${runs} runs of ${listed(sizes.map(paramsText))} parameters, measured and by the law; mean error ${percentText(error)}. ${aside} evaluations were set aside.`,
    small: false,
    body: (layout) => body(evidence, sizes, layout),
  };
}

function body(
  { observations, setAside, set, unit }: RunsEvidence,
  sizes: readonly number[],
  layout: Layout,
): JsonObject {
  const ratios = [...new Set(observations.map(({ ratio }) => ratio))].sort((a, b) => a - b);
  const span = logSpanOf(
    [...observations, ...setAside].map(({ tokens }) => tokens),
    0.02,
  );
  const columns = layout === 'wide' ? Math.min(sizes.length, 3) : 1;
  const width = layout === 'wide' ? Math.floor((690 - 24 * (columns - 1)) / columns) : 268;
  const colour = {
    field: 'ratio',
    type: 'ordinal',
    title: 'domain ratio',
    scale: { domain: ratios, range: ratios.map(ratioColour) },
    legend: {
      orient: 'bottom',
      direction: 'horizontal',
      columns: layout === 'wide' ? 12 : 5,
      symbolType: 'stroke',
    },
  };
  const losses = observations.map(({ loss }) => loss);
  const [least, greatest] = [Math.min(...losses), Math.max(...losses)];
  const floor = least - 0.06 * (greatest - least);
  return {
    columns,
    spacing: 24,
    concat: sizes.map((params, i) => {
      const x = logX('tokens', 'tokens', span, {
        labelFlush: true,
        ...(columns > 2 ? { tickCount: 4 } : {}),
      });
      const y = lossY('loss', i % columns === 0 ? `${set} loss (${UNIT_NAMES[unit]})` : '', {
        scale: { domain: [rounded(floor), rounded(greatest)], nice: true, zero: false },
      });
      const mine = observations.filter((each) => each.params === params);
      const rows = mine.map(({ run, ratio, tokens, loss, predicted, heldOut }) => ({
        run,
        ratio,
        tokens: rounded(tokens, 4),
        loss: rounded(loss),
        law: rounded(predicted),
        heldOut,
      }));
      return {
        title: `${paramsText(params)} params`,
        width,
        height: layout === 'wide' ? 210 : 170,
        data: inline(rows),
        layer: [
          {
            mark: { type: 'line', strokeWidth: 1.25, opacity: 0.9 },
            encoding: { x, y: { ...y, field: 'law' }, color: colour, detail: { field: 'run' } },
          },
          {
            transform: [{ filter: '!datum.heldOut' }],
            mark: { type: 'point', filled: true, size: 11, opacity: 0.75 },
            encoding: { x, y, color: colour },
          },
          {
            transform: [{ filter: 'datum.heldOut' }],
            mark: { type: 'point', filled: false, size: 11, strokeWidth: 0.8, opacity: 0.75 },
            encoding: { x, y, color: colour },
          },
          ...(setAside.length === 0
            ? []
            : [
                {
                  data: inline(
                    [
                      ...new Set(
                        setAside.filter((each) => each.params === params).map(({ tokens }) => tokens),
                      ),
                    ].map((tokens) => ({ tokens: rounded(tokens, 4) })),
                  ),
                  mark: { type: 'tick', orient: 'vertical', color: QUIET, thickness: 1.5, size: 9 },
                  encoding: { x, y: { datum: rounded(floor) } },
                },
              ]),
        ],
      };
    }),
    resolve: { scale: { color: 'shared' }, legend: { color: 'shared' } },
  };
}

/** Sizes in order. */
export function sizesOf(rows: readonly { readonly params: number }[]): number[] {
  return [...new Set(rows.map(({ params }) => params))].sort((a, b) => a - b);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

/** Which observations some law was asked to predict without having seen them. */
export function wasHeldOut(
  { members }: FitDocument['evals'][number],
  { tokens }: Pick<RunObservation, 'tokens'>,
): boolean {
  return members.some(({ holdout }) =>
    holdout.some(
      ({ direction, left }) =>
        direction === 'tokens' && tokens > (left.tokensAbove ?? Number.POSITIVE_INFINITY),
    ),
  );
}
