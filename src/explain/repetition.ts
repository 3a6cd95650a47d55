/** What repeats of a small corpus are worth, in words and numbers. */
import { CAUTION_EPOCHS, type ConstantPrior, drawConstant } from '../laws/modifiers/repetition.ts';
import { type RepetitionLaw, valueOfEpoch } from '../laws/modifiers/repetitionLaws.ts';
import { normalQuantile } from '../stats/normal.ts';
import { displayNumber } from '../units/number.ts';
import { type Interval, tokensText, withInterval } from './numbers.ts';
import type { Section } from './section.ts';

/** Epochs that tables show. */
const SHOWN = 16;

export interface RepeatedCorpus {
  /** Unique tokens that there are (above 0). */
  readonly unique: number;
  /** Tokens of it that the run sees (0 or more). */
  readonly seen: number;
  readonly law: RepetitionLaw;
  /** The prior of the law, or a constant of the user's own with a spread of 0. */
  readonly constant: ConstantPrior;
  /** Level of the ranges, 0..1. */
  readonly level: number;
}

/** What the run sees of the domain corpus, what that is worth, and what each of 16 epochs adds. */
export function explainRepetition({ unique, seen, law, constant, level }: RepeatedCorpus): Section {
  const epochs = seen / unique;
  const worth = (value: number) => law.effectiveTokens(seen, unique, value);
  const sentences =
    epochs <= 1
      ? [
          `The run sees ${tokensText(seen)} of the ${tokensText(unique)} tokens in the domain corpus: nothing is repeated.`,
        ]
      : [
          `The run sees the ${tokensText(unique)} tokens of the domain corpus ${displayNumber(epochs, 2)} times: ` +
            `${tokensText(seen)} tokens, worth ${withInterval(worth(constant.value), range(constant, level, worth), tokensText)} new ones.`,
          'Domain loss is predicted from what they are worth, forgetting from all that are seen.',
          caution(epochs),
        ];
  return {
    title: 'What repeats are worth',
    sentences: [...sentences, constantText(law, constant, level)],
    table: epochTable(law, constant, level, {
      title: 'worth so far',
      text: (multiple) => tokensText(multiple * unique),
      mark: Math.ceil(epochs),
    }),
  };
}

/** What 16 epochs are worth by a law with its published constant, in multiples of the corpus; nothing where there is none. */
export function valuesOfEpochs(law: RepetitionLaw, level = 0.9): Section[] {
  const { constant } = law;
  if (constant === undefined) return [];
  return [
    {
      title: 'What repeats are worth',
      sentences: [constantText(law, constant, level), caution(SHOWN)],
      table: epochTable(law, constant, level, {
        title: 'worth so far, of the corpus',
        text: (multiple) => `${displayNumber(multiple, 3)} ×`,
        mark: 0,
      }),
    },
  ];
}

/** Ends of the prior at this level, through a function that rises with the constant. */
function range(constant: ConstantPrior, level: number, of: (value: number) => number): Interval {
  if (constant.logSpread === 0) return null;
  const z = normalQuantile((1 + level) / 2);
  return [of(drawConstant(constant, -z)), of(drawConstant(constant, z))];
}

function epochTable(
  law: RepetitionLaw,
  constant: ConstantPrior,
  level: number,
  total: {
    readonly title: string;
    readonly text: (multiple: number) => string;
    /** Epoch in which the run ends. */
    readonly mark: number;
  },
): NonNullable<Section['table']> {
  const rows = Array.from({ length: SHOWN }, (_, k) => {
    const epoch = k + 1;
    const adds = (value: number) => valueOfEpoch(law, epoch, value);
    const soFar = (value: number) => law.effectiveTokens(epoch, 1, value);
    return [
      epoch === total.mark ? `${epoch}, the last of the run` : `${epoch}`,
      withInterval(adds(constant.value), epoch === 1 ? null : range(constant, level, adds), wholePercent),
      withInterval(soFar(constant.value), epoch === 1 ? null : range(constant, level, soFar), total.text),
    ];
  });
  return {
    columns: [
      { title: 'epoch', align: 'left' },
      { title: 'adds, of the first', align: 'left' },
      { title: total.title, align: 'left' },
    ],
    rows,
  };
}

function constantText({ symbol, id }: RepetitionLaw, constant: ConstantPrior, level: number): string {
  const between = range(constant, level, (value) => value);
  const ends =
    between === null
      ? ''
      : ` (${wholePercent(level)} between ${displayNumber(between[0], 2)} and ${displayNumber(between[1], 2)})`;
  return `By ${id}, with ${symbol} = ${displayNumber(constant.value, 3)}${ends}: after so many repeats one more is worth 37% of new data. ${constant.source}.`;
}

function wholePercent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

/** How far the evidence goes, for a number of epochs. */
function caution(epochs: number): string {
  const measured = `up to ${CAUTION_EPOCHS} epochs were almost as good as new data, where one source was trained on from scratch (Muennighoff et al. 2023, arXiv 2305.16264)`;
  return epochs <= CAUTION_EPOCHS
    ? `Repeats ${measured}.`
    : `Caution: repeats ${measured}, and were worth clearly less beyond. Mixtures bore 15 to 20 passes over a small corpus and overfitted in the end, which this law does not know (Sedova et al. 2026, arXiv 2605.12715). For continual pre-training nothing is published: a pilot that repeats its corpus as often as the run would tell (Zhou et al. 2026, arXiv 2606.07597).`;
}
