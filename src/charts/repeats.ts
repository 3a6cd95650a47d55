/** What each further pass over the domain corpus adds. */
import type { PlanDocument } from '../documents/plan.ts';
import { shareText, tokensText } from '../explain/numbers.ts';
import { displayNumber } from '../units/number.ts';
import type { Chart } from './chart.ts';
import { ends, inline, label, labelled, rounded, rule } from './marks.ts';
import { DOMAIN, PLAN } from './theme.ts';

/** Undefined where the size of the corpus is not told. */
export function repeatsChart({ repetition, level }: PlanDocument): Chart | undefined {
  if (repetition === null) return undefined;
  const { unique, epochs, effectiveTokens, byEpoch } = repetition;
  const seen = epochs * unique;
  return {
    id: 'repeats',
    title:
      epochs <= 1
        ? `Nothing is repeated: the run sees ${tokensText(seen)} of ${tokensText(unique)} domain tokens`
        : `${tokensText(seen)} tokens seen in ${displayNumber(epochs, 2)} passes are worth ${tokensText(effectiveTokens)} new ones`,
    subtitle: `What each pass over the domain corpus adds, as a share of the first. Band: ${shareText(level)} of what is believed of repeats.`,
    description: byEpoch
      .map(({ epoch, value }) => `Pass ${epoch} adds ${shareText(rounded(value, 3))} of the first`)
      .join('; ')
      .concat('.'),
    small: true,
    body: (layout) => {
      const x = {
        field: 'epoch',
        type: 'quantitative',
        title: 'pass over the domain corpus (epoch)',
        scale: { domain: [1, byEpoch.length], nice: false, zero: false },
        axis: { tickMinStep: 1, tickCount: 8, format: 'd' },
      };
      const y = {
        field: 'value',
        type: 'quantitative',
        title: 'worth of a pass, of the first',
        scale: { domain: [0, 1], zero: true },
        axis: { format: '.0%', tickCount: 5 },
      };
      const inside = epochs >= 1 && epochs <= byEpoch.length;
      return {
        width: layout === 'wide' ? 640 : 282,
        height: layout === 'wide' ? 240 : 200,
        data: inline(
          byEpoch.map(({ epoch, value, interval }) => ({
            epoch,
            value: rounded(value),
            ...ends(interval, 'low', 'high'),
          })),
        ),
        layer: [
          {
            mark: { type: 'area', color: DOMAIN, opacity: 0.18 },
            encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          {
            mark: {
              type: 'line',
              color: DOMAIN,
              strokeWidth: 2.25,
              point: { filled: true, size: 32, color: DOMAIN, opacity: 1 },
            },
            encoding: { x, y },
          },
          ...(inside
            ? [
                rule(PLAN, { x: { datum: rounded(epochs) } }),
                ...labelled(label(PLAN, { align: 'left', baseline: 'bottom', dx: 5, dy: -4 }), {
                  x: { datum: rounded(epochs) },
                  y: { datum: 0 },
                  text: { value: `plan: ${displayNumber(epochs, 2)} passes` },
                }),
              ]
            : []),
        ],
      };
    },
  };
}
