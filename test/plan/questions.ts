/** Parts of questions to plans, for tests. */

import { REPEATED_TOKENS } from '../../src/laws/modifiers/repetition.ts';
import { REPETITION_LAWS } from '../../src/laws/modifiers/repetitionLaws.ts';
import type { Corpora } from '../../src/plan/corpora.ts';

/** More of both corpora than will be seen. */
export const UNLIMITED: Corpora = {
  domain: undefined,
  general: undefined,
  maxEpochs: undefined,
  law: REPETITION_LAWS[0],
  constant: REPEATED_TOKENS,
};
