/** A comparison for people, from its document alone. */
import type {
  ComparisonDocument,
  FitComparison,
  PlanComparison,
  PlanOutcomeDocument,
} from '../documents/comparison.ts';
import {
  boundsText,
  listed,
  outcomeText,
  paramsText,
  percentText,
  ratioChangeText,
  ratioText,
  shareText,
  tokensText,
  toleranceText,
  withInterval,
} from './numbers.ts';
import type { Section } from './section.ts';

export function explainComparison(document: ComparisonDocument): Section[] {
  return document.kind === 'fits' ? fits(document) : plans(document);
}

function fits(comparison: FitComparison): Section[] {
  const { question, critical, move, difference, withinNoise, files, data } = comparison;
  const where = `a ${paramsText(question.params)} model after ${tokensText(question.tokens)} tokens`;
  const tolerance = listed(
    Object.entries(question.tolerance).map(([set, value]) => toleranceText(set, value)),
  );
  const verdict =
    withinNoise === null
      ? 'There are no draws, so nobody can say whether that is noise.'
      : withinNoise
        ? 'That is within noise.'
        : 'That is more than noise.';
  const shared = data.runs.both.length > data.runs.changed.length;
  return [
    {
      sentences: [
        move === 0
          ? `The critical domain ratio of ${where} is the same in both: ${outcomeText(critical.a.point)}.`
          : `The critical domain ratio of ${where} moves by ${ratioChangeText(move)}, from ${outcomeText(critical.a.point)} to ${outcomeText(critical.b.point)}. ${verdict}`,
      ],
    },
    {
      title: `Critical domain ratio, ${tolerance}`,
      table: {
        columns: [
          { title: 'fit', align: 'left' },
          { title: 'predicted', align: 'right' },
          { title: 'one new run', align: 'left' },
          { title: 'the curve alone', align: 'left' },
        ],
        rows: (['a', 'b'] as const).map((each) => [
          files[each],
          outcomeText(critical[each].point),
          boundsText(critical[each].interval),
          boundsText(critical[each].meanInterval),
        ]),
      },
    },
    ...(difference === null
      ? []
      : [
          {
            sentences: [
              `Two such fits that knew nothing of each other would differ by ${ratioChangeText(difference[0])} to ${ratioChangeText(difference[1])}` +
                (shared
                  ? `; these share runs, so that their true noise is smaller${withinNoise ? ' and the move may still be real' : ' still'}.`
                  : '.'),
            ],
          },
        ]),
    { title: 'Data', sentences: dataSentences(comparison) },
    {
      title: 'Laws and noise',
      table: {
        columns: [
          { title: 'set', align: 'left' },
          { title: 'fit', align: 'left' },
          { title: 'laws by weight', align: 'left' },
          { title: 'noise of a run', align: 'right' },
          { title: 'of an evaluation', align: 'right' },
        ],
        rows: comparison.evals.flatMap(({ set, laws, noise }) =>
          (['a', 'b'] as const).map((each) => [
            each === 'a' ? set : '',
            files[each],
            laws[each].map(({ law, weight }) => `${law} ${shareText(weight)}`).join(', '),
            percentText(noise[each].run),
            percentText(noise[each].evaluation),
          ]),
        ),
      },
    },
  ];
}

function dataSentences({ data: { runs, sets, observations }, files }: FitComparison): string[] {
  const only = (names: readonly string[], file: string, what: string): string[] =>
    names.length === 0 ? [] : [`Only in ${file}: ${counted(names.length, what)}, ${some(names)}.`];
  const changed = runs.changed.length === 0 ? '' : `, not the same in both: ${some(runs.changed)}`;
  return [
    `${counted(runs.both.length, 'run')} in both${changed}. Evaluations fitted: ${observations.a} and ${observations.b}.`,
    ...only(runs.onlyA, files.a, 'run'),
    ...only(runs.onlyB, files.b, 'run'),
    ...only(sets.onlyA, files.a, 'evaluation set'),
    ...only(sets.onlyB, files.b, 'evaluation set'),
  ];
}

function plans(comparison: PlanComparison): Section[] {
  const { outcome, inputs, notMadeAgain, files } = comparison;
  const { a, b } = outcome;
  const causes = inputs.map(({ input }) => input);
  const why =
    causes.length === 0
      ? notMadeAgain === null
        ? 'Nothing that was asked differs.'
        : `No input is known to differ: ${notMadeAgain}.`
      : `What differs: ${listed(causes)}.`;
  return [
    {
      sentences: [
        a.domainRatio === b.domainRatio && a.tokens === b.tokens && a.params === b.params
          ? `Both plans are the same: ${inShort(a)}. ${why}`
          : `From ${inShort(a)} to ${inShort(b)}. ${why}`,
      ],
    },
    {
      title: 'The plans',
      table: outcomesTable([
        [files.a, a],
        [files.b, b],
      ]),
    },
    ...(inputs.length === 0 ? [] : [inputsSection(comparison)]),
    ...(inputs.length === 0 || notMadeAgain !== null ? [] : [aloneSection(comparison)]),
  ];
}

function inputsSection({ inputs, notMadeAgain, files }: PlanComparison): Section {
  return {
    title: 'What differs',
    sentences:
      notMadeAgain === null ? [] : [`What each of these does alone cannot be told: ${notMadeAgain}.`],
    table: {
      columns: [
        { title: 'input', align: 'left' },
        { title: files.a, align: 'left' },
        { title: files.b, align: 'left' },
      ],
      rows: inputs.map(({ input, a, b }) => [input, a ?? '-', b ?? '-']),
    },
  };
}

/** The first plan with one input of the second at a time; what they do together is the second plan. */
function aloneSection({ inputs, outcome, files }: PlanComparison): Section {
  const planned = inputs.flatMap(({ input, alone }): [string, PlanOutcomeDocument][] =>
    alone?.kind === 'planned' ? [[`with the other ${input}`, alone.outcome]] : [],
  );
  const refused = inputs.flatMap(({ input, alone }) =>
    alone?.kind === 'refused'
      ? [`With the other ${input} alone there is no plan: ${alone.problems[0]?.message ?? 'it is refused.'}`]
      : [],
  );
  return {
    title: `Why: ${files.a} with one input of ${files.b} at a time`,
    sentences: refused,
    table: outcomesTable([['as it is', outcome.a], ...planned, ['all of them', outcome.b]], outcome.a),
  };
}

/** @param from changes of the domain ratio are counted from this one */
function outcomesTable(
  rows: readonly (readonly [string, PlanOutcomeDocument])[],
  from?: PlanOutcomeDocument,
) {
  const sets = [...new Set(rows.flatMap(([, { predicted }]) => Object.keys(predicted ?? {})))];
  const right = (title: string) => ({ title, align: 'right' as const });
  return {
    columns: [
      { title: '', align: 'left' as const },
      right('size'),
      right('tokens'),
      right('domain ratio'),
      ...(from === undefined ? [] : [right('change')]),
      { title: 'critical, one new run', align: 'left' as const },
      ...sets.map(right),
      right('within tolerance'),
    ],
    rows: rows.map(([name, { params, tokens, domainRatio, critical, predicted, within }]) => [
      name,
      paramsText(params),
      tokensText(tokens),
      ratioText(domainRatio),
      ...(from === undefined ? [] : [ratioChangeText(domainRatio - from.domainRatio)]),
      boundsText(critical.interval),
      ...sets.map((set) => {
        const each = predicted?.[set];
        return each === undefined ? '' : withInterval(each.loss, from === undefined ? each.interval : null);
      }),
      within === null ? '' : shareText(within),
    ]),
  };
}

const inShort = ({ params, tokens, domainRatio }: PlanOutcomeDocument): string =>
  `domain ratio ${ratioText(domainRatio)} at ${tokensText(tokens)} tokens of a ${paramsText(params)} model`;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const some = (names: readonly string[]): string =>
  names.length <= 6 ? listed(names) : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
