/** Trouble with a run that is watched against its plan. */
import { count, number } from './amounts.ts';
import { nearest } from './nearest.ts';
import { declareProblem } from './problem.ts';

const listed = (names: readonly string[]): string => names.join(', ');

export const watchNeedsRun = declareProblem<{ runs: readonly string[] }>({
  code: 'watch-needs-run',
  severity: 'error',
  title: 'several runs, and none named that is to be watched',
  message: ({ runs }) =>
    `These logs hold ${runs.length} runs (${listed(runs.slice(0, 8))}${runs.length > 8 ? ', ...' : ''}): expected one, or the name of the one that carries out the plan.`,
  hint: ({ runs }) => `For example --run ${runs[0]}.`,
  explanation:
    'A plan is about one run. Where the logs hold several, the one with the name that the plan gave its run is watched, or the ' +
    'one that --run names.',
});

export const watchedRunUnknown = declareProblem<{ run: string; runs: readonly string[] }>({
  code: 'watched-run-unknown',
  severity: 'error',
  title: 'no run of this name in the logs',
  message: ({ run, runs }) =>
    `--run names ${JSON.stringify(run)}: expected one of ${listed(runs.slice(0, 8))}.`,
  hint: ({ run, runs }) => {
    const guess = nearest(run, runs);
    return guess === undefined ? undefined : `Did you mean ${guess}?`;
  },
  explanation: 'The name is that of the run column of a runs table, or of the log that a run wrote.',
});

export const otherRunThanPlanned = declareProblem<{
  run: string;
  what: 'parameters' | 'domain ratio';
  found: number;
  planned: number;
}>({
  code: 'other-run-than-planned',
  severity: 'error',
  title: 'another run than the plan describes',
  message: ({ run, what, found, planned }) =>
    what === 'parameters'
      ? `Run ${run} has ${count(found)} parameters: expected ${count(planned)}, which were planned.`
      : `Run ${run} has domain ratio ${number(found)}: expected ${number(planned)}, which was planned.`,
  hint: ({ what }) =>
    what === 'parameters'
      ? 'Name the run that carries out the plan with --run, or count its parameters as the plan does, without embeddings.'
      : 'Name the run that carries out the plan with --run; if its mixture was changed on purpose, plan again and watch it against that.',
  explanation:
    'The prediction holds for the size and the mixture that were planned. Another run would be called off course for being ' +
    'what it is. A share of domain tokens that differs from the plan is mostly a mixer that counts documents where shares of ' +
    'tokens were meant.',
});

export const otherUnitThanPlanned = declareProblem<{ set: string; unit: string; planned: string }>({
  code: 'other-unit-than-planned',
  severity: 'error',
  title: 'losses in another unit than those of the plan',
  message: ({ set, unit, planned }) =>
    `Losses on ${set} are read as ${unit}: expected ${planned}, as in the plan.`,
  hint: ({ set, planned }) =>
    planned === 'bpb'
      ? `Give --unit ${set}=bpb if they are in bits per byte.`
      : `Evaluate ${set} in nats a token, or give --unit ${set}=ppl if these are perplexities.`,
  explanation:
    'A loss can only be compared with its prediction in the same unit. Perplexities are turned into nats a token when they are ' +
    'read; bits per byte need the bytes of a token and stay what they are.',
});

export const noSetOfPlan = declareProblem<{ found: readonly string[]; known: readonly string[] }>({
  code: 'no-set-of-plan',
  severity: 'error',
  title: 'no evaluation set of the plan in the logs',
  message: ({ found, known }) =>
    `The logs have losses on ${listed(found)}: expected at least one of ${listed(known)}, which the plan predicts.`,
  hint: ({ found, known }) =>
    `For example --map loss_${known[0]}=loss_${found[0]}, if they are the same set.`,
  explanation:
    'A run is compared with its plan on the sets that the pilots were evaluated on. Only losses on the very same text, with the ' +
    'same tokenizer, can be compared; where just the name differs, --map tells it.',
});

export const setsNotOfPlan = declareProblem<{ sets: readonly string[] }>({
  code: 'sets-not-of-plan',
  severity: 'note',
  title: 'evaluation sets that the plan does not predict',
  message: ({ sets }) => `Nothing is predicted for ${listed(sets)}; these losses were left out.`,
  explanation: 'The pilots were not evaluated on these sets, so there is no prediction to compare them with.',
});

export const setNeverEvaluated = declareProblem<{ set: string }>({
  code: 'set-never-evaluated',
  severity: 'warning',
  title: 'a tolerance that nobody watches',
  message: ({ set }) =>
    `The plan has a tolerance on ${set}, and the run is not evaluated on it: whether it will be kept is not known.`,
  hint: ({ set }) => `Evaluate ${set} too, in a column loss_${set}.`,
  explanation:
    'Chances are told of the tolerances whose sets are evaluated. Of the others nothing can be said while the job runs.',
});

export const baseOfAnotherModel = declareProblem<{ set: string; found: number; planned: number }>({
  code: 'base-of-another-model',
  severity: 'warning',
  title: 'a base model that evaluates otherwise than planned',
  message: ({ set, found, planned }) =>
    `Before training the run has a loss of ${number(found)} on ${set}: expected about ${number(planned)}, from which the plan counts.`,
  hint: () =>
    'Check that base model, evaluation text, tokenizer and unit are those of the plan, or plan again with --base-loss.',
  explanation:
    'Predictions of change start from the base loss of the plan. Where the run starts elsewhere, everything is off by that ' +
    'difference, and the run will be called unexpected for it.',
});

export const fitOfPlanMissing = declareProblem<{ path: string; changed: boolean }>({
  code: 'fit-of-plan-missing',
  severity: 'warning',
  title: 'the fit behind the plan is not at hand',
  message: ({ path, changed }) =>
    `The fit that the plan names, ${path}, ${changed ? 'has changed since the plan was made' : 'is not there'}: the path and the intervals of the plan stand in for its draws.`,
  hint: () => 'Put the fit back beside the plan as it was, or make the plan again.',
  explanation:
    'A plan names its fit by relative path and SHA-256. With the draws of the fit every shape that the path may have is known. ' +
    'Without them the path is taken to be off at all tokens by the same number of deviations of its mean interval, limits that ' +
    'rest on an assumed base loss are taken for certain, and no other ratio can be recommended.',
});

export const watchedRunDiverged = declareProblem<{ run: string; sets: Readonly<Record<string, number>> }>({
  code: 'watched-run-diverged',
  severity: 'warning',
  title: 'a run whose losses are no numbers any more',
  message: ({ run, sets }) =>
    `Run ${run} diverged: its loss is NaN or infinity ${Object.entries(sets)
      .map(([set, since]) => `on ${set} since ${count(since)} tokens`)
      .join(' and ')}.`,
  hint: () =>
    'Stop it, and go on from a checkpoint before that with a lower learning rate or without the data behind it.',
  explanation:
    'A loss that is no number cannot be compared with a prediction; what is said of the run rests on the evaluations before. ' +
    'Runs rarely come back from there.',
});

export const notTrainedYet = declareProblem<{ file: string }>({
  code: 'not-trained-yet',
  severity: 'error',
  title: 'no evaluation of a run after its start',
  message: ({ file }) => `There is no evaluation beyond 0 tokens in ${file}: expected one at least.`,
  hint: () => '--follow waits for the first; check that the trainer evaluates (eval_steps, eval_interval).',
  explanation:
    'A run is compared with its prediction where it was evaluated. The base model before training tells where it starts, but not how it goes.',
});

export const nothingJudged = declareProblem<{ from: number; seen: number }>({
  code: 'nothing-judged',
  severity: 'note',
  title: 'no evaluation that can be judged yet',
  message: ({ from, seen }) =>
    `The run has ${count(seen)} tokens, and evaluations are judged from ${count(from)} on, when re-warming is over.`,
  explanation:
    'After the start the learning rate is warmed up again and the loss moves for that reason alone: twice the warm-up, and at ' +
    'least 5% of the run, is shown but not judged, as it is set aside in pilots.',
});

export const evaluationsTooClose = declareProblem<{ judged: number; close: number; apart: number }>({
  code: 'evaluations-too-close',
  severity: 'note',
  title: 'evaluations closer together than those of the plan',
  message: ({ judged, close, apart }) =>
    `The run is evaluated more often than every ${count(apart)} tokens, as the plan has it: ${judged} ${judged === 1 ? 'evaluation was' : 'evaluations were'} judged, each so far from the one judged before, and ${close} between them ${close === 1 ? 'is' : 'are'} shown and not judged.`,
  explanation:
    'How the noise of evaluations goes together is known at the distance that the pilots had, which the plan keeps. Nearer together ' +
    'it is not known, and taking it wrongly calls far more sound runs unexpected than is promised. The newest that is far enough ' +
    'from the one judged before counts, and the first at the end of the plan; `judged` says which they are.',
});

export const endNotEvaluated = declareProblem<{ last: number; tokens: number }>({
  code: 'end-not-evaluated',
  severity: 'note',
  title: 'no evaluation at the end of the plan',
  message: ({ last, tokens }) =>
    `The last evaluation is after ${count(last)} of ${count(tokens)} tokens, and none fits before the end at the distance that they have: what is said of the end is expected, not seen.`,
  hint: () => 'Evaluate once more when the run is over, or at a distance that divides its steps.',
  explanation:
    'Trainers evaluate every so many steps, and the last time may be a while before the end. --follow waits as long again as ' +
    'evaluations came apart, ten seconds at least, for one at the very end, and then says what it knows.',
});

export const evaluationsBeyondPlan = declareProblem<{ evaluations: number; tokens: number }>({
  code: 'evaluations-beyond-plan',
  severity: 'note',
  title: 'evaluations after the end of the plan',
  message: ({ evaluations, tokens }) =>
    `${evaluations} ${evaluations === 1 ? 'evaluation lies' : 'evaluations lie'} beyond the ${count(tokens)} tokens of the plan and ${evaluations === 1 ? 'was' : 'were'} not judged.`,
  explanation:
    'The goal of a plan is set at its end, and nothing is promised for a run that is trained on beyond it.',
});

export const fewDrawsLeft = declareProblem<{ set: string; left: number; draws: number }>({
  code: 'few-draws-left',
  severity: 'warning',
  title: 'hardly any draw of the fit resembles the run',
  message: ({ set, left, draws }) =>
    `On ${set} the ${draws} draws of the fit are worth ${Math.max(Math.round(left), 1)} after what was seen: the chance and the intervals that rest on them are rough.`,
  hint: () =>
    'Fit with more --draws and plan again; if the run is unexpected as well, the laws may not hold there.',
  explanation:
    'Draws are reweighted by how well each explains the run. Few that explain it are left where the run tells much more than ' +
    'the pilots did, or where it does what none of them expected.',
});
