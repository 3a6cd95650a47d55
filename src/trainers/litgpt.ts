/**
 * litgpt: a configuration for `litgpt pretrain`, and a data module beside it, since litgpt's own take one corpus. Weights are those
 * of litdata's CombinedStreamingDataset over blocks of one length, so they are shares of tokens.
 */
import { Refusal } from '../problems/problem.ts';
import { emitNeeds, trainerCannot } from '../problems/trainers.ts';
import type {
  CompleteRun,
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { batchText, finalLr, refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { percent } from './documents.ts';
import { leftOutSets, oneSet, setsAt, watchedSet } from './evaluation.ts';
import { at, byName, corpusAt, fileNamed, listAt, normalised, numberAt, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { nodesOf } from './torchrun.ts';
import { comments, parseYaml, scalar } from './yaml.ts';
import { flowMap } from './yamlText.ts';

const NAME = 'litgpt';
const CONFIG = 'pretrain.yaml';
const MODULE = 'mixture.py';

export const litgpt: TrainerAdapter = {
  id: 'litgpt',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'folder of a corpus that litdata.optimize wrote with a TokensLoader',
    base: 'checkpoint folder of litgpt, such as checkpoints/meta-llama/Llama-3.1-8B',
  },
  tokenizer: 'optional',
  hasVersions: false,
  evaluates: oneSet,
  limits: ['evaluates one set', 'has no schedule but cosine and constant'],
  logs: ['litgpt'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  const steps = stepsOf(request);
  refuseTinyShares(request, NAME, steps.samples);
  const { kind } = request.run.schedule;
  if (kind !== 'cosine' && kind !== 'constant')
    throw new Refusal([
      trainerCannot({
        trainer: NAME,
        what: `has a cosine schedule built in, and no ${kind} one`,
        instead:
          'Use --schedule cosine (or constant, a cosine that ends where it begins), for the pilots too.',
      }),
    ]);
  return {
    files: [
      { path: CONFIG, text: configText(request, setToValidate(request)) },
      { path: MODULE, text: `${comments(request.header)}\n${DATA_MODULE}` },
    ],
    notes: [
      ...repeatNotes(
        request,
        NAME,
        'would start all corpora over with the first that ends, so it is listed several times, each copy in an order of its own',
      ),
      ...leftOutSets(request, NAME, 'evaluates one set'),
    ],
    command: `PYTHONPATH=. litgpt pretrain --config ${CONFIG}`,
  };
}

/** litgpt validates before it trains, and fails without a set. */
function setToValidate(request: EmitRequest): string {
  const watched = watchedSet(request);
  if (watched !== undefined) return watched;
  const why = `${NAME} validates before it trains, and fails without a set`;
  const example = `${request.run.evals[0]?.name ?? 'general'}=PATH`;
  throw new Refusal([emitNeeds({ flag: '--eval-data', example, why })]);
}

/** Copies of a corpus that together last for the run: with a whole epoch to spare, since draws are random. */
function copies({ epochs }: CompleteRun['corpora'][number]): number {
  return epochs === null || epochs <= 0.95 ? 1 : Math.ceil(epochs * 1.05);
}

function configText(request: EmitRequest, watched: string): string {
  const { run, data } = request;
  const steps = stepsOf(request);
  const { nodes, perNode } = nodesOf(request.gpus);
  const corpora = takingPart(run);
  const name =
    request.base
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? request.base;
  const mixture = corpora.map(
    (corpus) =>
      `      - ${flowMap({ path: data[corpus.name], weight: corpus.share, copies: copies(corpus) })}  # ${percent(corpus.share)} ${corpus.name}`,
  );
  return `${comments(request.header)}

# The model that goes on training
model_name: ${scalar(name)}
initial_checkpoint_dir: ${scalar(request.base)}
tokenizer_dir: ${scalar(request.tokenizer ?? request.base)}
precision: bf16-mixed

# The mixture: shares of tokens. A corpus that is seen several times has as many copies.
data:
  class_path: mixture.Mixture
  init_args:
    corpora:
${mixture.join('\n')}
    validation: ${scalar(request.evalData[watched])}
    seed: ${run.seed ?? 42}

# Length: ${batchText(request)}
train:
  max_tokens: ${steps.steps * run.batchTokens}
  max_seq_length: ${run.sequenceLength}
  global_batch_size: ${steps.globalBatch}
  micro_batch_size: ${request.microBatch}
  lr_warmup_steps: ${steps.warmup}
  lr_warmup_fraction: null
  # The cosine ends here${run.schedule.kind === 'constant' ? ', at the peak: constant' : ''}.
  min_lr: ${scalar(finalLr(run))}
  max_norm: 1.0
  save_interval: ${steps.saveEvery}
  log_interval: 10

optimizer:
  class_path: torch.optim.AdamW
  init_args:
    lr: ${scalar(run.schedule.peakLr)}

# Evaluation of ${watched}, as val_loss
eval:
  interval: ${steps.evalEvery}
  initial_validation: true

devices: ${perNode}
num_nodes: ${nodes}
out_dir: ${scalar(request.output)}
logger_name: csv
seed: ${run.seed ?? 42}
`;
}

const DATA_MODULE = `
from dataclasses import dataclass, field
from typing import Dict, List, Union

from litdata.streaming import (
    CombinedStreamingDataset,
    StreamingDataLoader,
    StreamingDataset,
    TokensLoader,
)
from litgpt.data import DataModule
from torch.utils.data import DataLoader


@dataclass
class Mixture(DataModule):
    """Blocks of tokens from several corpora, drawn by weight."""

    corpora: List[Dict[str, Union[str, float, int]]]
    validation: str
    seed: int = 42
    num_workers: int = 8

    batch_size: int = field(init=False, repr=False, default=1)
    block: int = field(init=False, repr=False, default=2049)

    def connect(self, tokenizer=None, batch_size=1, max_seq_length=None):
        self.batch_size = batch_size
        self.block = max_seq_length + 1  # the next token as well

    def blocks(self, path, seed, shuffle=True):
        return StreamingDataset(
            input_dir=path,
            item_loader=TokensLoader(block_size=self.block),
            shuffle=shuffle,
            seed=seed,
            drop_last=True,
        )

    def train_dataloader(self):
        datasets, weights = [], []
        for corpus in self.corpora:
            copies = int(corpus["copies"])
            for copy in range(copies):
                datasets.append(self.blocks(corpus["path"], self.seed + copy))
                weights.append(float(corpus["weight"]) / copies)
        mixed = CombinedStreamingDataset(
            datasets=datasets, seed=self.seed, weights=weights, iterate_over_all=False
        )
        return StreamingDataLoader(
            mixed,
            batch_size=self.batch_size,
            num_workers=self.num_workers,
            pin_memory=True,
            drop_last=True,
        )

    def val_dataloader(self):
        return DataLoader(
            self.blocks(self.validation, self.seed, shuffle=False),
            batch_size=self.batch_size,
            num_workers=self.num_workers,
            pin_memory=True,
            drop_last=True,
        )
`;

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, CONFIG).text, CONFIG);
  fileNamed(files, MODULE);
  const corpora = listAt(config, 'data', 'init_args', 'corpora');
  const shares = normalised(corpora.map((corpus) => numberAt(corpus, 'weight')));
  const train = at(config, 'train');
  if (at(train, 'epochs') !== undefined) unreadable('pretraining takes max_tokens and no epochs', CONFIG);
  if (at(train, 'max_norm') === undefined) unreadable('pretraining demands max_norm', CONFIG);
  const gpus = numberAt(config, 'devices') * numberAt(config, 'num_nodes');
  const sequence = numberAt(train, 'max_seq_length');
  const micro = numberAt(train, 'micro_batch_size');
  const accumulation = Math.floor(Math.floor(numberAt(train, 'global_batch_size') / gpus) / micro);
  // litgpt counts micro-batches of one GPU, and steps once in so many of them.
  const iterations = Math.floor(Math.floor(numberAt(train, 'max_tokens') / gpus) / (micro * sequence));
  const batchTokens = accumulation * micro * sequence * gpus;
  const run = realisedRun({
    shares: byName(
      corpora.map((corpus) => corpusAt(String(at(corpus, 'path')), facts)),
      shares,
    ),
    quantum: 0,
    steps: Math.floor(iterations / accumulation),
    batchTokens,
    sequenceLength: sequence,
    warmup: numberAt(train, 'lr_warmup_steps'),
    peakLr: numberAt(config, 'optimizer', 'init_args', 'lr'),
    // The only schedule there is.
    schedule: { kind: 'cosine', finalLr: numberAt(train, 'min_lr') },
    evals: setsAt([at(config, 'data', 'init_args', 'validation')], facts),
  });
  return { ...run, tokens: iterations * micro * sequence * gpus };
}
