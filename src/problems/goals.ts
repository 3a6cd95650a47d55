/** What the sizes, the corpora and the target of a plan may have to say. */
import { count, number } from './amounts.ts';
import { declareProblem } from './problem.ts';

export const targetUnreached = declareProblem<{
  target: number;
  /** The plan of lowest domain loss; undefined where nothing keeps the tolerance at all. */
  nearest:
    | {
        loss: number;
        params: number;
        tokens: number;
        ratio: number;
        flag: string;
        /** Whether the budget, or the reach of the pilots, ends there. */
        short: boolean;
        /** The corpus that is seen as often as it may be. */
        usedUp: 'domain' | 'general' | undefined;
      }
    | undefined;
}>({
  code: 'target-unreached',
  severity: 'error',
  title: 'no plan reaches the domain loss',
  message: ({ target, nearest }) =>
    nearest === undefined
      ? `No plan reaches a domain loss of ${number(target)}: no mixture keeps the tolerance at any size and token count.`
      : `No plan reaches a domain loss of ${number(target)} within the tolerance: the lowest is ${number(nearest.loss)}, at ` +
        `${count(nearest.params)} parameters, ${count(nearest.tokens)} tokens and domain ratio ${number(nearest.ratio)}.`,
  hint: ({ nearest }) =>
    nearest === undefined
      ? 'Ask for a wider tolerance.'
      : `The nearest target that is reached: ${nearest.flag}` +
        (nearest.usedUp !== undefined
          ? `; more ${nearest.usedUp} text, of which all is used as often as allowed, may reach further.`
          : nearest.short
            ? '; a larger budget, or --extrapolate, may reach further.'
            : '.'),
  explanation:
    'A target is looked for at every token count that the budget, the corpora and the reach of the pilots allow, at the ratio ' +
    'that the tolerances leave there. More tokens do not always help: forgetting grows with them, so that the ratio shrinks, ' +
    'and a small corpus is only repeated. A wider tolerance, a larger model or more domain text may reach the target.',
});

export const targetAmbiguous = declareProblem<{ flag: string; because: 'sets' | 'sizes' }>({
  code: 'target-ambiguous',
  severity: 'error',
  title: 'a target that could mean several things',
  message: ({ flag, because }) =>
    because === 'sets'
      ? `${flag} names one loss, and there are several domain sets.`
      : `${flag} counts from the base model, and several sizes have several.`,
  hint: ({ because }) =>
    because === 'sets'
      ? 'Give --target-gain 15%, which counts over all of them, or give one of them all the --domain-weight.'
      : 'Give --target-domain-loss, or one size.',
  explanation:
    'With several domain sets the plan makes a weighted mean of their losses small, each as a share of its base: no loss of one ' +
    'set says how far that mean shall go. With several sizes a gain of 15% over the base model is another loss for each of them.',
});

export const targetNotBelowBase = declareProblem<{ target: number; base: number }>({
  code: 'target-not-below-base',
  severity: 'error',
  title: 'a target that needs no training',
  message: ({ target, base }) =>
    `A domain loss of ${number(target)} is not below ${number(base)}, which the base model has already.`,
  hint: () => 'Ask for a lower --target-domain-loss.',
  explanation:
    'The target is the loss on the domain set after training. A target at or above the base loss is mostly a slip: a loss in ' +
    'another unit, or the loss of another set.',
});

export const lawsNotBetter = declareProblem<{ set: string; law: number; lawFree: number }>({
  code: 'laws-not-better',
  severity: 'warning',
  title: 'no law beats drawing a line between the pilots',
  message: ({ set, law, lawFree }) =>
    `On ${set} no law beats interpolation between the pilots out of sample: ${number(100 * law)}% against ${number(100 * lawFree)}% mean error at ratios left out.`,
  hint: () => 'Inside the pilots trust the answer without a law; beyond them there is nothing but the law.',
  explanation:
    'Laws are worth their complications where they predict ratios that they have not seen better than a curve drawn through the ' +
    'others does. Here they do not, so at the size and tokens of the pilots the law-free answer is the better one. It cannot ' +
    'look to other sizes or longer runs: there the plan rests on laws whose forms the pilots do not support.',
});

export const sizesNeedThroughput = declareProblem<{ flag: string }>({
  code: 'sizes-need-throughput',
  severity: 'error',
  title: 'one throughput for several sizes',
  message: ({ flag }) =>
    `${flag} is what one model trains at, and several sizes are asked for: expected --gpu, from which each has its own.`,
  hint: () => 'Give --gpu h100-sxm, with --mfu as measured, or ask for one size.',
  explanation:
    'Tokens a second fall with the size of the model. A utilisation (--mfu) carries over between sizes, a throughput does not.',
});

export const baseLossWithoutSize = declareProblem<{ set: string; sizes: readonly string[] }>({
  code: 'base-loss-without-size',
  severity: 'error',
  title: 'a base loss that does not say of which size',
  message: ({ set }) => `--base-loss ${set} could be that of any of several sizes.`,
  hint: ({ set, sizes }) =>
    `Name the size: ${sizes.map((size) => `--base-loss ${size}:${set}=LOSS`).join(' ')}`,
  explanation:
    'Every base model has losses of its own. With several sizes each is written with the size, or the name of the model, before ' +
    'the set: --base-loss 4B:general=2.1,7B:general=2.0.',
});

export const baseLossOfNoSize = declareProblem<{ given: string; sizes: readonly string[] }>({
  code: 'base-loss-of-no-size',
  severity: 'error',
  title: 'a base loss of a size that is not asked for',
  message: ({ given, sizes }) =>
    `--base-loss names "${given}", and the sizes asked for are ${sizes.join(', ')}.`,
  explanation:
    'What stands before the colon is the size of a model that is asked for, as --params or --family name it, and what stands ' +
    'after it an evaluation set.',
});

export const familyUnknown = declareProblem<{ given: string; known: readonly string[] }>({
  code: 'family-unknown',
  severity: 'error',
  title: 'no family of models of this name',
  message: ({ given }) => `"${given}" is not a family of models that mixplan knows.`,
  hint: ({ known }) => `Known are ${known.join(', ')}; sizes can be given as --params 1.8B,4B,7B.`,
  explanation:
    'A family is the models of the catalogue that differ in size alone, such as qwen2.5. `mixplan hardware models` lists all.',
});

export const repetitionWithoutCorpus = declareProblem<{ flag: string }>({
  code: 'repetition-without-corpus',
  severity: 'error',
  title: 'a repetition that nothing is known of',
  message: ({ flag }) => `${flag} says how a corpus may be repeated, and no --corpus says how large one is.`,
  hint: () => 'Give --corpus domain=5B: unique tokens in the tokenizer of the target.',
  explanation:
    'Epochs are tokens seen over unique tokens, so the size of the corpus is needed to count them.',
});

export const corpusUnknown = declareProblem<{ corpus: string }>({
  code: 'corpus-unknown',
  severity: 'error',
  title: 'a corpus that a plan does not mix',
  message: ({ corpus }) => `--corpus names "${corpus}": expected domain or general.`,
  hint: () => 'For example --corpus domain=5B,general=1T.',
  explanation:
    'A plan mixes two corpora, the domain corpus and the general one that is replayed. --corpus says how many unique tokens ' +
    'each has, counted with the tokenizer of the model that is trained.',
});

export const repetitionNeedsConstant = declareProblem<{ law: string }>({
  code: 'repetition-needs-constant',
  severity: 'error',
  title: 'a law of repetition without its constant',
  message: ({ law }) => `No constant was published for --repetition ${law}: expected --repetition-constant.`,
  hint: () => 'For example --repetition-constant 15, repeats until their worth has fallen to 1/e.',
  explanation:
    'Laws of repeated data have one constant, which says after how many repeats their worth has fallen to 1/e. ' +
    'Where its authors print none, it has to come from runs that repeat.',
});
