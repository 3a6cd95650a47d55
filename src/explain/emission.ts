/** What was handed to a trainer, in sentences. */
import type { EmissionCheckDocument, EmissionDocument, TrainersDocument } from '../documents/emission.ts';
import { counted } from '../problems/counted.ts';
import { displayNumber } from '../units/number.ts';
import { listed, shareText, tokensText } from './numbers.ts';
import type { Section } from './section.ts';

type Rows = readonly EmissionCheckDocument['rows'][number][];

/** The files of one run, written to a folder: what it will do and how it is started. */
export function explainEmission(
  { run, start }: EmissionDocument,
  trainer: string,
  rows: Rows,
  folder: string,
): readonly Section[] {
  const mixture = run.corpora
    .filter(({ share }) => share > 0)
    .map(({ name, share }) => `${shareText(share)} ${name}`);
  const tokens = (run.steps ?? 0) * (run.batchTokens ?? 0);
  return [
    {
      sentences: [
        `${trainer} trains ${run.name} for ${tokensText(tokens)} tokens, ${counted(run.steps ?? 0, 'step')}, on ${listed(mixture)}.`,
      ],
    },
    { title: 'Read back as the trainer does', table: tableOf(rows) },
    {
      title: 'To start it',
      verbatim: [`cd ${folder}`, start],
    },
  ];
}

/** `mixplan emit --check`. */
export function explainEmissionCheck(
  { agrees, run, plan, rows, untold }: EmissionCheckDocument,
  trainer: string,
): readonly Section[] {
  const wrong = rows.filter((row) => !row.agrees).map(({ what }) => what);
  const answer = agrees
    ? `${trainer} would carry out ${run} as ${plan} has it.`
    : `${trainer} would not carry out ${run} as ${plan} has it: ${listed(wrong)} ${wrong.length === 1 ? 'differs' : 'differ'}.`;
  const cannot = untold.length === 0 ? '' : `What its files do not tell: ${listed(untold)}. `;
  return [
    { sentences: [answer] },
    { title: 'Read back as the trainer does', table: tableOf(rows) },
    {
      sentences: [
        `${cannot}The weights that it starts from, the seed and what the files leave to you are not compared.`,
      ],
    },
  ];
}

/** `mixplan emit --list`. */
export function explainTrainers({ trainers }: TrainersDocument): readonly Section[] {
  const buys = { tokens: 'tokens', documents: 'documents', none: 'nothing: it cannot weight' } as const;
  return [
    {
      sentences: [
        `${trainers.length} trainers take a plan. A unit of weight buys tokens where sequences of fixed length are mixed, and documents where those are mixed before they are packed: then --mean-tokens is asked for.`,
      ],
      table: {
        columns: [
          { title: '--trainer', align: 'left' },
          { title: 'trainer', align: 'left' },
          { title: 'weight buys', align: 'left' },
          { title: '--data names', align: 'left' },
        ],
        rows: trainers.map(({ id, name, mixing, data }) => [id, name, buys[mixing], data]),
      },
    },
    {
      title: 'What they cannot do',
      sentences: trainers
        .filter(({ limits }) => limits.length > 0)
        .map(({ name, limits }) => `${name}: ${limits.join('; ')}.`),
    },
  ];
}

function tableOf(rows: Rows): NonNullable<Section['table']> {
  return {
    columns: [
      { title: '', align: 'left' },
      { title: 'planned', align: 'right' },
      { title: 'realised', align: 'right' },
      { title: '', align: 'left' },
    ],
    rows: rows.map(({ what, planned, realised, agrees }) => [
      what,
      figure(planned),
      figure(realised),
      agrees ? '' : 'differs',
    ]),
  };
}

/** To six digits, so that a difference in the fifth is seen; counts in full. */
function figure(value: number | string): string {
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? value.toLocaleString('en-US') : displayNumber(value, 6);
}
