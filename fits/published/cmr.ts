/** The critical-ratio curves of table 5 of the CMR paper as documents. The figures come from `datasets/`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CriticalLawDocument, criticalLawSchema } from '../../src/documents/criticalLaw.ts';
import { tokensFor } from '../../src/plan/publishedCurve.ts';
import { params as paramsUnit } from '../../src/units/params.ts';

const TABLE = new URL('../../datasets/published/cmr-2024/table5-law.csv', import.meta.url);

/** T = 100 is 20B tokens. */
const UNIT = 2e8;
const LONGEST = 20e9;
/** The smallest domain ratio that was trained: before the curve reaches it, no run stands behind it. */
const SMALLEST_RATIO = 1 / 8;

/** One document a size, by file name. */
export function cmrLaws(): Map<string, CriticalLawDocument> {
  const [, ...rows] = readFileSync(fileURLToPath(TABLE), 'utf8').trim().split(/\r?\n/);
  return new Map(
    rows.map((row) => {
      const [size, ...cells] = row.split(',');
      return [`cmr-2024-finance-${size.toLowerCase()}.law.json`, lawOf(size, cells.map(Number))];
    }),
  );
}

function lawOf(size: string, [alpha, s, beta, printed]: readonly number[]): CriticalLawDocument {
  const law: CriticalLawDocument = {
    schema: 'mixplan.critical-law/1',
    name: `the CMR curve for ${size} on finance`,
    definition: 'turning-point',
    accepted: { kind: 'absolute', nats: 0.05 },
    model: { name: size, params: paramsUnit.parse(size) },
    domain: 'finance',
    general: 'Chinese, English and code, about 44 : 36 : 20',
    training:
      'Llama-style, from scratch on 200B tokens, then 10,000 steps (20B tokens) at a constant learning rate of 3e-5 after warm-up',
    formula: 'alpha * (D / unit)^s + beta',
    parameters: { alpha, s, beta },
    unitTokens: UNIT,
    range: { tokens: [1, LONGEST], domainRatio: [SMALLEST_RATIO, 1] },
    printed: [{ tokens: LONGEST, domainRatio: printed / 100 }],
    source: {
      authors: 'Gu et al. 2024',
      title:
        'CMR Scaling Law: Predicting Critical Mixture Ratios for Continual Pre-training of Language Models, EMNLP 2024',
      arxiv: '2407.17467',
      where: 'table 5 of version 2, equation 8',
      mark: 'secondHand',
      transcribed: true,
    },
    notes: [
      'Three parameters fitted by the authors to at most six ratios; no forward test to longer runs is printed.',
      'Holds at this size only: the curves of the four sizes cross beyond 20B tokens.',
      'Negative for the shortest runs, where no ratio has turned.',
    ],
  };
  const shortest = Math.round(tokensFor(law, SMALLEST_RATIO));
  return criticalLawSchema.parse({ ...law, range: { ...law.range, tokens: [shortest, LONGEST] } });
}
