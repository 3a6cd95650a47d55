/** Trouble with evaluation sets: which count, which are accepted how far, and what they cannot show. */
import { listAll } from './listAll.ts';
import { declareProblem } from './problem.ts';

export const noDomainWeight = declareProblem<{ sets: readonly string[] }>({
  code: 'no-domain-weight',
  severity: 'error',
  title: 'no domain set has any weight',
  message: ({ sets }) =>
    `--domain-weight gives ${listAll(sets, 'and')} no weight: expected at least one above 0.`,
  explanation:
    'A plan makes the weighted mean of the domain losses as small as the tolerance lets it. With every weight at 0 all ' +
    'mixtures would be equally good.',
});

export const perplexityConverted = declareProblem<{ sets: readonly string[] }>({
  code: 'perplexity-converted',
  severity: 'note',
  title: 'perplexities are turned into losses',
  message: ({ sets }) =>
    `${listAll(sets, 'and')} ${sets.length === 1 ? 'is' : 'are'} given as perplexity: the logarithm, in nats a token, is fitted and reported.`,
  explanation:
    'Laws describe loss, and perplexity is e to the power of the loss in nats a token. Tolerances on such a set are on the ' +
    'loss: 3% of a loss of 2 is 0.06 nats, which is 6.2% of perplexity. Base losses of such a set are given as perplexity too.',
});

export const tokenizersMixed = declareProblem<{ set: string; tokenizers: readonly string[] }>({
  code: 'tokenizers-mixed',
  severity: 'error',
  title: 'losses under two tokenizers',
  message: ({ set, tokenizers }) =>
    `loss_${set} was measured under ${tokenizers.length} tokenizers: ${tokenizers.join(', ')}; expected one, or bits per byte.`,
  hint: ({ set }) =>
    `Convert the losses to bits per byte (nats a token / (0.693 x bytes a token)) and say --unit ${set}=bpb, or fit each tokenizer alone.`,
  explanation:
    'A loss in nats a token depends on how much text a token holds, so losses under two tokenizers are in two units, however ' +
    'alike they look. In bits per byte they compare. There is no flag to fit them together all the same.',
});

export const tokensInTwoTokenizers = declareProblem<{ tokenizers: readonly string[] }>({
  code: 'tokens-in-two-tokenizers',
  severity: 'warning',
  title: 'token counts under two tokenizers',
  message: ({ tokenizers }) =>
    `Assumed: tokens of ${listAll(tokenizers, 'and')} hold equally much text. Losses in bits per byte compare, token counts may not, so confidence is no promise.`,
  hint: () => 'Count the tokens of every run in the tokenizer of the model to be trained.',
  explanation:
    'Laws in tokens count how much text a run has seen. Two tokenizers cut the same text into different numbers of tokens, ' +
    'often 10 to 30% apart, and far more for code and for languages that one of them does not know.',
});

export const toleranceMissing = declareProblem<{ sets: readonly string[] }>({
  code: 'general-set-without-tolerance',
  severity: 'warning',
  title: 'a general set that may rise freely',
  message: ({ sets }) =>
    `${listAll(sets, 'and')} ${sets.length === 1 ? 'has' : 'have'} no tolerance: the loss there may rise by any amount.`,
  hint: ({ sets }) =>
    `Name every general set in --tolerance, as in ${sets.map((set) => `${set}=3%`).join(',')}.`,
  explanation:
    'Where --tolerance names sets, only those bound the ratio. Others are predicted and printed, but nothing keeps them.',
});

export const replayIsEvaluated = declareProblem<{ sets: readonly string[] }>({
  code: 'general-sets-are-replayed',
  severity: 'warning',
  title: 'every general set is text that is replayed',
  message: ({ sets }) =>
    `${listAll(sets, 'and')} ${sets.length === 1 ? 'comes' : 'come'} from the replay corpus, and no general set does not: what is not replayed may be forgotten unseen.`,
  hint: () => 'Evaluate one general set from elsewhere; the checkpoints of the pilots suffice.',
  explanation:
    'Replay keeps the loss on its own corpus low, whatever happens to the rest. Such a set bounds the ratio by the text that ' +
    'is safest, so the critical ratio comes out too high for everything else that the model knew.',
});

export const lossHidesForgetting = declareProblem<{ replay: number; shown: number }>({
  code: 'loss-hides-forgetting',
  severity: 'note',
  title: 'loss does not show all forgetting',
  message: ({ replay, shown }) =>
    `A replay of ${Number((100 * replay).toPrecision(3))}% is less than the ${100 * shown}% that kept in-context learning in a study where perplexity hardly showed its loss.`,
  hint: () => 'Try a few downstream tasks and in-context learning on a pilot checkpoint at this ratio.',
  explanation:
    'Elhady et al. 2025 (arXiv 2506.00288, known here at second hand) continued Llama 2 7B on Basque: with 20% English replay ' +
    'validation perplexity was 3.35, without any 3.58, while downstream accuracy fell from 34.1 to 28.9 and in-context ' +
    'learning from 43.4 to 20.1. Tolerances here are on losses, and losses alone are predicted.',
});
