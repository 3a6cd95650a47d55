/**
 * torchtitan. Its main branch is configured by recipes in Python and mixes data sets (torchtitan/components/data); each is packed
 * first, so that weights are shares of tokens. Up to v0.2.2 it is configured by TOML and takes one data set, which a script mixes
 * beforehand.
 */
import { Refusal } from '../problems/problem.ts';
import { leftToYou, trainerCannot, trainerLimit } from '../problems/trainers.ts';
import type { CompleteRun, Emission, EmitRequest, TrainerAdapter } from './adapter.ts';
import { refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { HUB_TEXT } from './hub.ts';
import { MIXED_FOLDER, PREMIX, premixScript } from './premix.ts';
import { stepsOf } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { RECIPE, readRecipe, recipeText } from './torchtitanRecipe.ts';
import { CONFIG, readToml, tomlText } from './torchtitanToml.ts';

const NAME = 'torchtitan';

export const torchtitan: TrainerAdapter = {
  id: 'torchtitan',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: HUB_TEXT,
    base: 'folder of a Hugging Face checkpoint (safetensors)',
  },
  tokenizer: 'optional',
  hasVersions: true,
  evaluates: null,
  limits: [
    'up to v0.2.2 it cannot weight: a script writes the mixture beforehand',
    'its validation takes one set, and is left as the shipped recipe has it',
  ],
  logs: ['tensorboard', 'wandb'],
  emit,
  readBack: (files, facts) =>
    files.some(({ path }) => path === CONFIG) ? readToml(files, facts) : readRecipe(files, facts),
};

/** TOML configures all versions up to 0.2; the main branch, and what may come of it, is configured by recipes. */
function hasToml(version: string | null): boolean {
  if (version === null || version === 'main') return false;
  if (/^v?\d+(\.\d+)*$/.test(version)) return /^v?0\.[0-2](\.|$)/.test(version);
  throw new Refusal([
    trainerCannot({
      trainer: NAME,
      what: `is not known here in version "${version}": expected main, or a number such as v0.2.2`,
    }),
  ]);
}

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  const { run } = request;
  const steps = stepsOf(request);
  refuseTinyShares(request, NAME, steps.samples);
  const validation = trainerLimit({
    trainer: NAME,
    what: 'validates on one set at most, so the general and domain sets are not evaluated while it trains',
    instead: 'Evaluate both on its checkpoints.',
  });
  if (hasToml(request.version))
    return {
      files: [premixScript(request), { path: CONFIG, text: tomlText(request, steps) }],
      notes: [
        trainerLimit({
          trainer: `${NAME} ${request.version}`,
          what: `takes one data set, so ${PREMIX} writes the mixture to ${MIXED_FOLDER}/ first`,
          instead: `Run it once, where the data lies: python ${PREMIX}. It needs room for all tokens of the run as text.`,
        }),
        ...repeatNotes(request, PREMIX, 'goes through it again, in another order'),
        validation,
        leftToYou({ what: `The name and flavour of the model in ${CONFIG} have to be those of torchtitan` }),
      ],
      command: torchrun(request.gpus, `-m torchtitan.train --job.config_file ${CONFIG}`),
    };
  const recipes = packageOf(run);
  const recipe = `${recipes}/${RECIPE}`;
  return {
    files: [{ path: recipe, text: recipeText(request, steps) }],
    notes: [
      ...repeatNotes(request, NAME, 'starts it again, while the other corpora go on'),
      validation,
      leftToYou({
        what: `TORCHTITAN names a checkout, where recipes are looked up among the experiments; the recipe that ${recipe} starts from has to be that of the model`,
      }),
    ],
    command: `ln -sfn "$PWD/${recipes}" "$TORCHTITAN/torchtitan/experiments/${recipes}" && cd "$TORCHTITAN" && ${torchrun(request.gpus, `-m torchtitan.train --module ${recipes} --config plan`)}`,
  };
}

/** A package of its own for each run, since those of a list of pilots are linked into one checkout. */
function packageOf({ name }: CompleteRun): string {
  return `mixplan_${name.replaceAll(/\W/g, '_')}`;
}
