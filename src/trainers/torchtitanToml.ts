/** torchtitan up to v0.2.2: a TOML file that trains on one data set, which a script has mixed beforehand. */
import type { EmitRequest, EmittedFile, ReadingFacts, RealisedMixture } from './adapter.ts';
import { MIXED_FOLDER, PREMIX, premixedShares } from './premix.ts';
import { fileNamed, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import type { Steps } from './steps.ts';
import { decayOf, readDecay, shippedRecipe } from './torchtitanRun.ts';
import { comments } from './yaml.ts';

export const CONFIG = 'train.toml';

export function tomlText(request: EmitRequest, steps: Steps): string {
  const { run } = request;
  const decay = decayOf(run, steps);
  const { family, size } = shippedRecipe(run);
  const text = JSON.stringify;
  return `${comments(request.header)}

[job]
dump_folder = ${text(request.output)}
description = ${text(run.name)}

[model]
name = ${text(family)}
flavor = ${text(size.toUpperCase())}
hf_assets_path = ${text(request.tokenizer ?? request.base)}

# The mixture, as ${PREMIX} writes it: any folder with a "text" field is read as this data set is.
[training]
dataset = "c4_test"
dataset_path = ${text(MIXED_FOLDER)}
seq_len = ${run.sequenceLength}
local_batch_size = ${request.microBatch}
global_batch_size = ${steps.globalBatch}
steps = ${steps.steps}

[optimizer]
name = "AdamW"
lr = ${run.schedule.peakLr}

[lr_scheduler]
warmup_steps = ${steps.warmup}
${decay.ratio === null ? '# Without decay_ratio it decays from the end of the warm-up.' : `decay_ratio = ${decimal(decay.ratio)}`}
decay_type = ${text(decay.type)}
min_lr_factor = ${decimal(run.schedule.finalLrShare)}

[checkpoint]
enable = true
interval = ${steps.saveEvery}
initial_load_path = ${text(request.base)}
initial_load_in_hf = true
initial_load_model_only = true

[metrics]
log_freq = 10
enable_tensorboard = true
`;
}

/** A TOML float has a dot or an exponent. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

export function readToml(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const settings = tomlSettings(fileNamed(files, CONFIG).text);
  const number = (key: string): number => {
    const value = settings.get(key);
    return typeof value === 'number' ? value : unreadable(`${key} is no number`, CONFIG);
  };
  if (settings.get('training.dataset_path') !== MIXED_FOLDER)
    unreadable(`it does not train on ${MIXED_FOLDER}`, CONFIG);
  const steps = number('training.steps');
  const sequenceLength = number('training.seq_len');
  const batchTokens = number('training.global_batch_size') * sequenceLength;
  const peakLr = number('optimizer.lr');
  const ratio = settings.has('lr_scheduler.decay_ratio') ? number('lr_scheduler.decay_ratio') : null;
  return realisedRun({
    shares: premixedShares(files, facts),
    // Tokens of each corpus are whole numbers, and the script stops within one document of them.
    quantum: 1 / (steps * batchTokens),
    steps,
    batchTokens,
    sequenceLength,
    warmup: number('lr_scheduler.warmup_steps'),
    peakLr,
    schedule: readDecay(
      { ratio, type: settings.get('lr_scheduler.decay_type') },
      { steps, peakLr, finalShare: number('lr_scheduler.min_lr_factor') },
    ),
    evals: [],
  });
}

/** `section.key` of a TOML text whose values are all numbers, strings and truth values, which JSON writes the same way. */
function tomlSettings(text: string): ReadonlyMap<string, unknown> {
  const settings = new Map<string, unknown>();
  let section = '';
  for (const [k, line] of text.split('\n').entries()) {
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (header !== undefined) section = header;
    else if (key !== undefined) settings.set(`${section}.${key}`, tomlValue(value, k + 1));
    else if (line !== '' && !line.startsWith('#')) unreadable(`line ${k + 1} is no TOML`, CONFIG);
  }
  return settings;
}

function tomlValue(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    unreadable(`line ${line} has no value that is understood`, CONFIG);
  }
}
