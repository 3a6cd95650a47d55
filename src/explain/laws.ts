/** The laws in words, from their declarations. */
import type { Law } from '../laws/law.ts';
import type { RepetitionLaw } from '../laws/modifiers/repetitionLaws.ts';
import { ZHENG_CONTINUAL, ZHENG_FROM_SCRATCH, zheng, zhengAllocation } from '../laws/zheng.ts';
import { displayNumber } from '../units/number.ts';
import { listed, paramsText, tokensText } from './numbers.ts';
import { valuesOfEpochs } from './repetition.ts';
import type { Section } from './section.ts';

const marks: Readonly<Record<Law['mark'], string>> = {
  verified: 'formula checked against the paper',
  secondHand: 'formula known at second hand',
  recalled: 'formula recalled, not checked',
  ours: 'formula of this project',
};

export interface KnownLaws {
  /** Fitted to pilots. */
  readonly fitted: readonly Law[];
  /** Used as published. */
  readonly published: readonly Law[];
  readonly repetition: readonly RepetitionLaw[];
}

export function explainLaws({ fitted, published, repetition }: KnownLaws): Section[] {
  return [
    {
      sentences: [
        `${fitted.length} laws are tried on every set of their role and compete on what they have not seen.`,
      ],
    },
    ...fitted.map((law) => ({
      title: `${law.id}: ${law.title}`,
      sentences: [
        law.formula,
        `${free(law)} parameters to fit, ${listed(law.roles)} loss; needs ${needs(law)}. ${capital(marks[law.mark])}.`,
      ],
    })),
    {
      sentences: [
        'N params without embeddings, D tokens, R domain ratio, r share of the corpus whose loss is modelled (1 − R for general, R for domain sets), L0 loss of the base model.',
      ],
    },
    ...published.map((law) => ({
      title: `${law.id}: ${law.title}`,
      sentences: [
        law.formula,
        `Used with its published parameters, for the split of compute between size and tokens. ${capital(marks[law.mark])}.`,
      ],
    })),
    ...repetition.map((law) => ({
      title: `${law.id}: ${law.title}`,
      sentences: [
        law.formula,
        `New tokens that S tokens seen of a corpus of U unique ones are worth, where S > U. ${
          law.constant === undefined
            ? `No value of ${law.symbol} was published`
            : `${law.symbol} = ${displayNumber(law.constant.value, 3)} is a prior`
        }. ${capital(marks[law.mark])}.`,
      ],
    })),
    { sentences: ['mixplan laws ID shows one with its parameters, source and what to mind.'] },
  ];
}

export function explainLaw(law: Law): Section[] {
  return [
    {
      title: `${law.id}: ${law.title}`,
      sentences: [law.formula, `${law.source}. ${capital(marks[law.mark])}.`],
    },
    {
      title: 'Parameters',
      table: {
        columns: [
          { title: 'name', align: 'left' },
          { title: 'unit', align: 'left' },
          { title: 'meaning', align: 'left' },
        ],
        rows: law.parameters.map(({ name, unit, meaning, pinned }) => [
          name,
          unit,
          pinned === undefined ? meaning : `${meaning} (pinned)`,
        ]),
      },
    },
    {
      title: 'Needs and promises',
      sentences: [
        `Needs ${needs(law)}.`,
        ...law.promises.map(
          ({ variable, direction, source }) => `Loss ${direction} with ${names[variable]}: ${source}.`,
        ),
        ...law.notes,
      ],
    },
    ...(law === zheng ? [splitOfCompute()] : []),
  ];
}

/** A law of repetition, with the value of every epoch where its constant is known. */
export function explainRepetitionLaw(law: RepetitionLaw): Section[] {
  return [
    {
      title: `${law.id}: ${law.title}`,
      sentences: [
        law.formula,
        'S tokens seen of a corpus of U unique ones, S > U.',
        `${law.source}. ${capital(marks[law.mark])}.`,
        ...law.notes,
      ],
    },
    ...valuesOfEpochs(law),
  ];
}

/** Where Zheng's law puts a budget, with its published parameters. */
function splitOfCompute(): Section {
  const published = [
    ['from scratch', ZHENG_FROM_SCRATCH],
    ['continual', ZHENG_CONTINUAL],
  ] as const;
  return {
    title: 'Split of compute, with the parameters of table 2',
    table: {
      columns: [
        { title: 'training', align: 'left' },
        { title: 'FLOP', align: 'right' },
        { title: 'params', align: 'right' },
        { title: 'tokens', align: 'right' },
        { title: 'tokens a parameter', align: 'right' },
      ],
      rows: published.flatMap(([training, parameters]) =>
        [1e19, 1e20, 1e21, 1e22].map((flop) => {
          const { params, tokens } = zhengAllocation(flop, parameters)!;
          return [
            training,
            flop.toExponential(),
            paramsText(params),
            tokensText(tokens),
            displayNumber(tokens / params, 2),
          ];
        }),
      ),
    },
  };
}

const names = {
  params: 'size',
  tokens: 'tokens',
  share: "the modelled corpus's share",
  ratio: 'the domain ratio',
} as const;

function free({ parameters }: Law): number {
  return parameters.filter(({ pinned }) => pinned === undefined).length;
}

function needs(law: Law): string {
  const counted = law.needs.map(({ variable, distinct }) => `${distinct} values of ${variable}`);
  return listed([...counted, ...(law.predicts === 'change' ? ['the loss of every base model'] : [])]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
