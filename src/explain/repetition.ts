/** What repeats of a small corpus are worth, in words and numbers. */
import { CAUTION_EPOCHS } from '../laws/modifiers/repetition.ts';
import { type RepetitionLaw, repetitionLawById } from '../laws/modifiers/repetitionLaws.ts';
import { type ValueOfRepeats, valueOfRepeats } from '../laws/modifiers/valueOfRepeats.ts';
import { displayNumber } from '../units/number.ts';
import { type Interval, tokensText, withInterval } from './numbers.ts';
import type { Section } from './section.ts';

/** What a run sees of the domain corpus, what that is worth, and what each of 16 epochs adds; ranges are at `level`. */
export function explainRepetition(repeats: ValueOfRepeats, level: number): Section {
  const { unique } = repeats;
  const epochs = epochsOf(repeats);
  const seen = tokensText(epochs * unique);
  const sentences =
    epochs <= 1
      ? [
          `The run sees ${seen} of the ${tokensText(unique)} tokens in the domain corpus: nothing is repeated.`,
        ]
      : [
          `The run sees the ${tokensText(unique)} tokens of the domain corpus ${displayNumber(epochs, 2)} times: ` +
            `${seen} tokens, worth ${withInterval(repeats.effectiveTokens, worthRange(repeats), tokensText)} new ones.`,
          `The last epoch adds ${withInterval(...lastEpoch(repeats), wholePercent)} of what the first did.`,
          'Domain loss is predicted from what they are worth, forgetting from all that are seen.',
          caution(epochs),
        ];
  const corpora = (total: number): string => tokensText(total * unique);
  return {
    title: 'What repeats are worth',
    sentences: [...sentences, `${constantText(repeats, level)}.`],
    table: epochTable(repeats, { title: 'worth so far', text: corpora, last: Math.ceil(epochs) }),
  };
}

/** What 16 epochs are worth by a law with its published constant, in multiples of the corpus; nothing where there is none. */
export function valuesOfEpochs(law: RepetitionLaw): Section[] {
  if (law.constant === undefined) return [];
  const level = 0.9;
  const repeats = valueOfRepeats(law, law.constant, 1, 0, level);
  const corpora = (total: number): string => `${displayNumber(total, 3)} ×`;
  return [
    {
      title: 'What repeats are worth',
      sentences: [
        `${constantText(repeats, level)}. The constant is ${repeats.source}.`,
        caution(repeats.byEpoch.length),
      ],
      table: epochTable(repeats, { title: 'worth so far, of the corpus', text: corpora, last: 0 }),
    },
  ];
}

interface Totals {
  readonly title: string;
  readonly text: (total: number) => string;
  /** Epoch in which the run ends. */
  readonly last: number;
}

function epochTable(
  { byEpoch }: ValueOfRepeats,
  { title, text, last }: Totals,
): NonNullable<Section['table']> {
  return {
    columns: [
      { title: 'epoch', align: 'left' },
      { title: 'adds, of the first', align: 'left' },
      { title, align: 'right' },
    ],
    rows: byEpoch.map(({ epoch, value, interval, total }) => [
      epoch === last ? `${epoch}, the last of the run` : `${epoch}`,
      withInterval(value, unlessPoint(interval), wholePercent),
      text(total),
    ]),
  };
}

/** Epochs without the rounding of a limit that a plan fills to the last token. */
function epochsOf({ epochs }: ValueOfRepeats): number {
  return Number(epochs.toPrecision(9));
}

/** What the epoch adds in which the run ends, and its range. */
function lastEpoch(repeats: ValueOfRepeats): [value: number, range: Interval] {
  const { law, constant, interval } = repeats;
  const { effectiveTokens } = repetitionLawById(law)!;
  const last = Math.ceil(epochsOf(repeats));
  const adds = (of: number): number => effectiveTokens(last, 1, of) - effectiveTokens(last - 1, 1, of);
  return [adds(constant), unlessPoint([adds(interval[0]), adds(interval[1])])];
}

/** What the tokens of the run are worth at either end of the constant. */
function worthRange({ law, interval, unique, epochs }: ValueOfRepeats): Interval {
  const { effectiveTokens } = repetitionLawById(law)!;
  const [low, high] = interval.map((constant) => effectiveTokens(epochs * unique, unique, constant));
  return unlessPoint([low, high]);
}

function constantText({ law, constant, interval }: ValueOfRepeats, level: number): string {
  const [low, high] = interval.map((end) => displayNumber(end, 2));
  const ends = unlessPoint(interval) === null ? '' : ` (${wholePercent(level)} between ${low} and ${high})`;
  return (
    `By ${law}, with ${repetitionLawById(law)!.symbol} = ${displayNumber(constant, 3)}${ends}: after so many repeats one more is ` +
    'worth 37% of new data'
  );
}

/** What is believed of repeats, and where that comes from. */
export function priorText({ law, constant, interval, source }: ValueOfRepeats, level: number): string {
  const named = `${law} with ${repetitionLawById(law)!.symbol} = ${displayNumber(constant, 3)}`;
  if (unlessPoint(interval) === null) return `What repeats are worth: ${named}, ${source}.`;
  const [low, high] = interval.map((end) => displayNumber(end, 2));
  return `What repeats are worth is assumed, not measured on your corpus: ${named} (${wholePercent(level)} between ${low} and ${high}); ${source}.`;
}

/** Null where both ends are the same: what is given has no range. */
function unlessPoint(interval: readonly [number, number]): Interval {
  return interval[0] === interval[1] ? null : interval;
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
