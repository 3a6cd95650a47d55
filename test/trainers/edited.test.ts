/** Files that somebody changed by hand: what each trainer would then do is told, and nothing else. */
import { describe, expect, it } from 'vitest';
import { compareRun, untoldBy } from '../../src/trainers/compare.ts';
import { findTrainer, trainers } from '../../src/trainers/registry.ts';
import { type Asked, requestOf } from './randomRequests.ts';

type Edit = readonly [from: string | RegExp, to: string, differs: readonly string[]];

const SCHEDULE = 'schedule';
const FINAL = 'final learning rate';
const DECAY = 'tokens of the last decay';
const SETS = 'evaluation sets';
const SHARES = ['share of general', 'share of domain'];

interface Case {
  readonly trainer: string;
  readonly asked: Asked;
  readonly edits: readonly Edit[];
}

const wsd: Asked = { kind: 'wsd' };
const cosine: Asked = { kind: 'cosine' };
const linear: Asked = { kind: 'linear' };

const swapped: Edit = [/data\/general(.*?)data\/domain/s, 'data/domain$1data/general', SHARES];

const cases: readonly Case[] = [
  {
    trainer: 'megatron',
    asked: wsd,
    edits: [
      ['--lr-decay-style WSD', '--lr-decay-style cosine', [SCHEDULE]],
      ['--lr-wsd-decay-style linear', '--lr-wsd-decay-style cosine', [SCHEDULE]],
      ['--lr-wsd-decay-style linear\n', '', [SCHEDULE]],
      ['--lr-decay-iters 1001', '--lr-decay-iters 2000', [SCHEDULE]],
      ['--lr-wsd-decay-iters 100', '--lr-wsd-decay-iters 300', [DECAY]],
      ['--min-lr 0.00001', '--min-lr 0', [FINAL]],
      ['"heldout/domain"', '"heldout/code"', [SETS]],
      [
        '--seq-length 4096',
        '--seq-length 2048',
        ['tokens', 'tokens a batch', 'sequence length', 'warm-up tokens', DECAY],
      ],
      swapped,
    ],
  },
  {
    trainer: 'megatron-bridge',
    asked: wsd,
    edits: [
      ['lr_decay_style: WSD', 'lr_decay_style: linear', [SCHEDULE]],
      ['lr_wsd_decay_iters: 100', 'lr_wsd_decay_iters: 300', [DECAY]],
      ['min_lr: 0.00001', 'min_lr: 0.0', [FINAL]],
      ['[heldout/general, heldout/domain]', '[heldout/general]', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'gpt-neox',
    asked: cosine,
    edits: [
      ['lr_decay_style: cosine', 'lr_decay_style: constant', [SCHEDULE, FINAL]],
      ['min_lr: 0.00001', 'min_lr: 0.0', [FINAL]],
      ['test_data_paths: [heldout/domain]', 'test_data_paths: [heldout/general]', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'nanotron',
    asked: wsd,
    edits: [
      ['lr_decay_style: linear', 'lr_decay_style: cosine', [SCHEDULE]],
      ['lr_warmup_style: linear', 'lr_warmup_style: constant', ['warm-up tokens']],
      ['lr_decay_starting_step: 901', 'lr_decay_starting_step: 500', [SCHEDULE]],
      [
        /lr_decay_starting_step: 901(\s+)lr_decay_steps: 100/,
        'lr_decay_starting_step: 701$1lr_decay_steps: 300',
        [DECAY],
      ],
      ['min_decay_lr: 0.00001', 'min_decay_lr: 0.0', [FINAL]],
      swapped,
    ],
  },
  {
    trainer: 'levanter',
    asked: wsd,
    edits: [
      ['lr_schedule: linear', 'lr_schedule: cosine', [SCHEDULE]],
      ['decay: 100', 'decay: 0.5', [DECAY]],
      ['  decay: 100\n', '', [SCHEDULE]],
      ['min_lr_ratio: 0.1', 'min_lr_ratio: 0.0', [FINAL]],
      ['validation_urls: [heldout/domain]', 'validation_urls: []', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'huggingface',
    asked: wsd,
    edits: [
      ['"warmup_stable_decay"', '"cosine"', [SCHEDULE, FINAL]],
      ['"warmup_stable_decay"', '"inverse_sqrt"', [SCHEDULE]],
      ['"decay_type": "linear"', '"decay_type": "1-sqrt"', [SCHEDULE]],
      ['"num_decay_steps": 100', '"num_decay_steps": 300', [DECAY]],
      ['"min_lr_ratio": 0.1', '"min_lr_ratio": 0', [FINAL]],
      ['    "domain": "heldout/domain",\n', '', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'huggingface',
    asked: cosine,
    edits: [
      ['"min_lr_rate": 0.1', '"min_lr": 0', [FINAL]],
      ['"cosine_with_min_lr"', '"constant_with_warmup"', [SCHEDULE, FINAL]],
    ],
  },
  {
    trainer: 'huggingface',
    asked: { kind: 'constant' },
    edits: [['"constant_with_warmup"', '"constant"', ['warm-up tokens']]],
  },
  {
    trainer: 'huggingface',
    asked: linear,
    edits: [
      ['"power": 1', '"power": 2', [SCHEDULE]],
      [/"lr_end": [^}]+/, '"lr_end": 0', [FINAL]],
    ],
  },
  {
    trainer: 'llama-factory',
    asked: wsd,
    edits: [
      ['num_decay_steps: 100', 'num_decay_steps: 300', [SCHEDULE]],
      [
        /num_stable_steps: 891(.*)num_decay_steps: 100/s,
        'num_stable_steps: 691$1num_decay_steps: 300',
        [DECAY],
      ],
      ['num_stable_steps: 891', 'num_stable_steps: 500', [SCHEDULE]],
      [/num_stable_steps: 891,?\s*/, '', [SCHEDULE]],
      ['min_lr_ratio: 0.1', 'min_lr_ratio: 0', [FINAL]],
      [/lr_scheduler_type.*\nlr_scheduler_kwargs.*\n/, '', [SCHEDULE]],
      ['general_eval,domain_eval', 'general_eval,general_eval', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'olmo-core',
    asked: wsd,
    edits: [
      ['decay=100', 'decay=300', [DECAY]],
      ['decay_min_lr=0.00001', 'decay_min_lr=0', [FINAL]],
      [/^SCHEDULER = .*$/m, 'SCHEDULER = CosWithWarmup(warmup=WARMUP_STEPS, alpha_f=0.1)', [SCHEDULE]],
      [/^SCHEDULER = .*$/m, 'SCHEDULER = PowerLR()', [SCHEDULE]],
      ['    "domain": "heldout/domain",\n', '', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'llm-foundry',
    asked: cosine,
    edits: [
      ['cosine_with_warmup', 'linear_decay_with_warmup', [SCHEDULE]],
      ['cosine_with_warmup', 'inv_sqrt_with_warmup', [SCHEDULE]],
      ['alpha_f: 0.1', 'alpha_f: 0.0', [FINAL]],
      ['local: heldout/domain', 'local: heldout/code', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'litgpt',
    asked: cosine,
    edits: [
      ['min_lr: 0.00001', 'min_lr: 0.0', [FINAL]],
      ['min_lr: 0.00001', 'min_lr: 0.0001', [SCHEDULE, FINAL]],
      ['validation: heldout/general', 'validation: heldout/domain', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'ms-swift',
    asked: wsd,
    edits: [
      ['lr_scheduler_type warmup_stable_decay', 'lr_scheduler_type cosine', [SCHEDULE, FINAL]],
      ['"num_decay_steps":100', '"num_decay_steps":300', [DECAY]],
      ['--val_dataset heldout/general', '--val_dataset heldout/general heldout/domain', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'maxtext',
    asked: wsd,
    edits: [
      ['lr_schedule_type: wsd', 'lr_schedule_type: cosine', [SCHEDULE]],
      ['wsd_decay_style: linear', 'wsd_decay_style: cosine', [SCHEDULE]],
      ['wsd_decay_steps_fraction: 0.1', 'wsd_decay_steps_fraction: 0.3', [DECAY]],
      ['learning_rate_final_fraction: 0.1', 'learning_rate_final_fraction: 0', [FINAL]],
      ['grain_eval_files: heldout/general', 'grain_eval_files: heldout/domain', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'axolotl',
    asked: wsd,
    edits: [
      ['lr_scheduler: warmup_stable_decay', 'lr_scheduler: linear', [SCHEDULE, FINAL]],
      ['min_lr_ratio: 0.1', 'min_lr_ratio: 0', [FINAL]],
      ['- path: heldout/general', '- path: heldout/domain', [SETS]],
      swapped,
    ],
  },
  {
    trainer: 'torchtitan',
    asked: wsd,
    edits: [
      ['DECAY_TYPE = "linear"', 'DECAY_TYPE = "cosine"', [SCHEDULE]],
      [/^DECAY_RATIO = \S+/m, 'DECAY_RATIO = 0.3', [DECAY]],
      [/^DECAY_RATIO = \S+/m, 'DECAY_RATIO = None', [SCHEDULE]],
      ['FINAL_LR_SHARE = 0.1', 'FINAL_LR_SHARE = 0', [FINAL]],
      swapped,
    ],
  },
  {
    trainer: 'torchtitan',
    asked: { ...wsd, version: 'v0.2.2' },
    edits: [
      [/^decay_ratio = .*$/m, 'decay_ratio = 0.0', [SCHEDULE, FINAL]],
      [/^decay_ratio = .*\n/m, '', [SCHEDULE]],
      ['min_lr_factor = 0.1', 'min_lr_factor = 0.0', [FINAL]],
      swapped,
    ],
  },
];

describe.each(cases)('$trainer with $asked', ({ trainer, asked, edits }) => {
  it.each(edits)('%s → %s', async (from, to, differs) => {
    const adapter = (await findTrainer(trainer)?.load())!;
    const request = requestOf(asked);
    const { files } = adapter.emit(request);
    const changed = files.map(({ path, text }) => ({ path, text: text.replace(from, to) }));
    expect(changed).not.toEqual(files);
    const watched = adapter.evaluates?.(request) ?? [];
    const rows = compareRun(request.run, adapter.readBack(changed, request), watched);
    expect(rows.filter(({ agrees }) => !agrees).map(({ what }) => what)).toEqual(differs);
  });
});

it('every trainer is among them', () => {
  expect(new Set(cases.map(({ trainer }) => trainer))).toEqual(new Set(trainers.map(({ id }) => id)));
});

it('what a trainer leaves to its defaults is said to be unknown, not guessed', async () => {
  const adapter = (await findTrainer('megatron')?.load())!;
  const request = requestOf(cosine);
  const files = adapter
    .emit(request)
    .files.map(({ path, text }) => ({ path, text: text.replace('--min-lr 0.00001\n', '') }));
  const realised = adapter.readBack(files, request);
  expect(realised.finalLr).toBeNull();
  expect(untoldBy(request.run, realised, ['general', 'domain'])).toEqual(['the final learning rate']);
});
