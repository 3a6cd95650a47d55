/** What corpora of limited size may have to say. */
import { count, number } from './amounts.ts';
import { declareProblem } from './problem.ts';

/** `8.5`: epochs to two digits, whole from 100 on. */
const times = (value: number): string =>
  String(value < 100 ? Number(value.toPrecision(2)) : Math.round(value));

type CorpusName = 'domain' | 'general';

/** What predictions make of repeats. */
const predictedAs = (corpus: CorpusName): string =>
  corpus === 'general' ? ' Its repeats are predicted as new text, so the general loss is optimistic.' : '';

export const manyEpochs = declareProblem<{ corpus: CorpusName; epochs: number; caution: number }>({
  code: 'many-epochs',
  severity: 'warning',
  title: 'a corpus is repeated often',
  message: ({ corpus, epochs, caution }) =>
    `The plan sees the ${corpus} corpus ${times(epochs)} times; beyond ${caution} epochs repeats were clearly worth less than new text.` +
    predictedAs(corpus),
  hint: ({ corpus, caution }) =>
    `Add ${corpus} text, or set a limit: --max-epochs ${caution}. Let pilots repeat as the full run will.`,
  explanation:
    'Up to 4 epochs repeated tokens were almost as good as new ones (Muennighoff et al. 2023, arXiv 2305.16264, models trained ' +
    'from scratch); the sixteenth epoch added about two fifths of what the first did. No constant was published for continual ' +
    'pre-training, so the plan draws one from a prior. Unless --max-epochs says otherwise repeating stops at 20 epochs, the most ' +
    'that a source found useful in mixtures (Sedova et al. 2026, arXiv 2605.12715), or earlier where by the law of repetition ' +
    'the next epoch would add less than 5% of the first. Repeats of replay are not counted as worth less: general laws ' +
    'count all tokens that are seen.',
});

export const epochsBeyondSources = declareProblem<{ corpus: CorpusName; epochs: number; measured: number }>({
  code: 'epochs-beyond-sources',
  severity: 'warning',
  title: 'a corpus is repeated more often than anybody measured',
  message: ({ corpus, epochs, measured }) =>
    `The plan sees the ${corpus} corpus ${times(epochs)} times; mixtures bore 15 to ${measured} passes and then overfitted, which no law here knows.` +
    predictedAs(corpus),
  hint: ({ corpus, measured }) =>
    `Do not trust the predicted ${corpus} loss: run a pilot that repeats as often, add ${corpus} text, or take --max-epochs ${measured} at most.`,
  explanation:
    'Laws of repetition say that repeats are worth less and less, and by their form never that they do harm: runs whose loss ' +
    'turned upward were left out of their fits. In mixtures with plenty of other text a small corpus could be used 15 to 20 times ' +
    '(Sedova et al. 2026, arXiv 2605.12715). Beyond that, as --max-epochs asks here, losses are guesses on the bright side.',
});

export const fewEffectiveTokens = declareProblem<{ tokens: number; counted: number; first: number }>({
  code: 'few-effective-tokens',
  severity: 'warning',
  title: 'repeats are worth so little that no pilot speaks for the domain loss',
  message: ({ tokens, counted, first }) =>
    `Repeats make ${count(tokens)} tokens count as ${count(counted)} for the domain loss, before ${count(first)}, where the pilots' first usable evaluations are: it is extrapolated.`,
  hint: () => 'Add domain text, allow fewer epochs (--max-epochs), or evaluate a pilot earlier.',
  explanation:
    'Domain laws are asked at as many tokens as the seen ones are worth. A corpus that is far too small for the run makes that ' +
    'fewer than any pilot was evaluated at, where re-warming still disturbs the loss and the law was not fitted.',
});

export const corpusIsLimit = declareProblem<{
  corpus: CorpusName;
  epochs: number;
  unique: number;
  tokens: number;
  bought: number;
  /** The share at which the corpus lasts for the whole budget, its domain loss, and that of the plan. */
  smaller: { ratio: number; loss: number; instead: number } | undefined;
  /** Unique tokens that would do for the whole budget. */
  needed: number | undefined;
  /** How many times larger a model the budget trains on as many tokens. */
  larger: number;
}>({
  code: 'corpus-is-limit',
  severity: 'warning',
  title: 'the corpus runs out before the budget',
  message: ({ corpus, epochs, unique, tokens, bought }) =>
    `The ${corpus} corpus, not the budget, is the limit: ${count(tokens)} tokens see its ${count(unique)} ${times(epochs)} ${epochs === 1 ? 'time' : 'times'}, ` +
    `and ${count(bought - tokens)} of the ${count(bought)} tokens that the budget buys are left over.`,
  hint: ({ corpus, smaller, needed, larger }) => {
    const uses = [
      ...(needed === undefined ? [] : [`${count(needed)} unique ${corpus} tokens`]),
      ...(larger < 1.1
        ? []
        : [
            `a larger model on as many tokens${larger > 10 ? '' : `, up to ${times(larger)} times this size`}`,
          ]),
      ...(smaller === undefined
        ? []
        : [
            `a smaller domain ratio, ${number(smaller.ratio)}, which ends worse (domain loss ${number(smaller.loss)} instead of ${number(smaller.instead)})`,
          ]),
    ];
    return uses.length === 0 ? undefined : `What would use it: ${uses.join('; ')}.`;
  },
  explanation:
    'A plan that has seen its corpus as often as it may can only train longer by mixing in a smaller share of it. The search tries ' +
    'that too: where it stops before the budget, a smaller share over more tokens would end with a higher domain loss. More ' +
    'unique text is worth most; a larger model learns more from the same text; --max-epochs sets how often text may be repeated.',
});

export const corpusTooSmall = declareProblem<{ held: number; answered: number }>({
  code: 'corpus-too-small',
  severity: 'error',
  title: 'too little text to train on',
  message: ({ held, answered }) =>
    `At the pilots' ratios the corpora last for ${count(held)} tokens, repeats included: expected at least ${count(answered)}, because no pilot speaks for so short a run.`,
  hint: () =>
    'Check the unit of --corpus, give more text, allow more epochs (--max-epochs), or insist with --extrapolate.',
  explanation:
    'A plan mixes between the lowest and the highest ratio of the pilots and sees no corpus more often than --max-epochs allows, ' +
    '20 times unless given. Where both together end a run long before the first evaluations of the pilots there is nothing to ' +
    'answer it with. Most often the unit is the reason: M for B.',
});
