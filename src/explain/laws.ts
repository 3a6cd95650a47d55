/** The laws in words, from their declarations. */
import type { Law } from '../laws/law.ts';
import { listed } from './numbers.ts';
import type { Section } from './section.ts';

const marks: Readonly<Record<Law['mark'], string>> = {
  verified: 'formula checked against the paper',
  secondHand: 'formula known at second hand',
  recalled: 'formula recalled, not checked',
  ours: 'formula of this project',
};

export function explainLaws(laws: readonly Law[]): Section[] {
  return [
    {
      sentences: [
        `${laws.length} laws are tried on every set of their role and compete on what they have not seen.`,
      ],
    },
    ...laws.map((law) => ({
      title: `${law.id}: ${law.title}`,
      sentences: [
        law.formula,
        `${free(law)} parameters to fit, ${listed(law.roles)} loss; needs ${needs(law)}. ${capital(marks[law.mark])}.`,
      ],
    })),
    {
      sentences: [
        'N params without embeddings, D tokens, R domain ratio, r share of the corpus whose loss is modelled (1 − R for general, R for domain sets), L0 loss of the base model.',
        'mixplan laws ID shows one with its parameters, source and what to mind.',
      ],
    },
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
  ];
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
