/**
 * The trainers' own parsers on emitted files. Each takes a checkout of the trainer from an environment variable and is skipped
 * without one: no trainer's code is part of this repository.
 */
import { describe, expect, it } from 'vitest';
import type { EmitRequest, TrainerAdapter } from '../../../src/trainers/adapter.ts';
import { levanter } from '../../../src/trainers/levanter.ts';
import { megatron } from '../../../src/trainers/megatron.ts';
import { megatronBridge } from '../../../src/trainers/megatronBridge.ts';
import { nanotron } from '../../../src/trainers/nanotron.ts';
import { neox } from '../../../src/trainers/neox.ts';
import { parseYaml } from '../../../src/trainers/yaml.ts';
import { requestOf } from '../randomRequests.ts';
import { inPython, pythonHas } from './python.ts';

const python = pythonHas('sys');
const pyyaml = pythonHas('yaml');
const kinds = ['constant', 'cosine', 'linear', 'wsd'] as const;

/** What each script tells of a run. */
interface Told {
  readonly steps: number;
  readonly batchTokens: number;
  readonly warmupTokens: number;
  readonly peakLr: number;
  /** By place of the corpus. */
  readonly weights: Readonly<Record<string, number>>;
}

function expectTold({ run, data }: EmitRequest, told: Told): void {
  const { steps, batchTokens, schedule } = run;
  expect(told).toMatchObject({
    steps,
    batchTokens,
    warmupTokens: schedule.warmupTokens,
    peakLr: schedule.peakLr,
  });
  for (const { name, share } of run.corpora) expect(told.weights[data[name]]).toBeCloseTo(share, 12);
}

const checkouts = {
  MEGATRON_SRC: process.env.MEGATRON_SRC,
  NEOX_SRC: process.env.NEOX_SRC,
  NANOTRON_SRC: process.env.NANOTRON_SRC,
  LEVANTER_SRC: process.env.LEVANTER_SRC,
};
/** Skips with the reason in the title. */
const withCheckout = (
  name: keyof typeof checkouts,
  title: string,
  test: (checkout: string) => void,
): void => {
  const checkout = checkouts[name];
  it.skipIf(checkout === undefined)(checkout === undefined ? `${title} (no ${name})` : title, () =>
    test(checkout ?? ''),
  );
};

describe('the stand-ins', () => {
  it.skipIf(!python)('can be called, derived from, used as decorators and as types', () => {
    expect(inPython('selfTest.py', [])).toBe('ok');
  });
});

describe('PyYAML', () => {
  const adapters: readonly TrainerAdapter[] = [megatronBridge, nanotron, levanter, neox];
  it.skipIf(!pyyaml).each(adapters)('reads the files for $name as they are read back here', (adapter) => {
    for (const peakLr of [1e-4, 3e-7, 1.23e-10]) {
      const request = requestOf({ peakLr, warmup: 1, evals: ['general', 'domain', 'general-wiki'] });
      const files = adapter
        .emit({ ...request, base: 's3://models/8b: new #1', output: '2026-11-22', tokenizer: '010' })
        .files.filter(({ path }) => /\.ya?ml$/.test(path));
      const loaded = inPython(
        'pyyaml.py',
        files.map(({ path }) => path),
        files,
      );
      expect(loaded).toEqual(
        Object.fromEntries(files.map(({ path, text }) => [path, parseYaml(text, path)])),
      );
    }
  });
});

describe('Megatron-LM', () => {
  withCheckout(
    'MEGATRON_SRC',
    'parses and validates the arguments, and takes the blend apart',
    (checkout) => {
      for (const kind of kinds) {
        const request = requestOf({ kind });
        const told = inPython(
          'check_megatron.py',
          [checkout, String(request.gpus)],
          megatron.emit(request).files,
        );
        expectTold(request, told as Told);
        expect(told).toMatchObject({ evaluated: true });
      }
    },
  );
});

describe('gpt-neox', () => {
  withCheckout('NEOX_SRC', 'takes the arguments', (checkout) => {
    for (const kind of ['constant', 'cosine', 'linear'] as const) {
      const request = requestOf({ kind });
      const told = inPython('check_neox.py', [checkout, String(request.gpus)], neox.emit(request).files);
      expectTold(request, told as Told);
    }
  });
});

describe('nanotron', () => {
  /** The configuration of a base checkpoint, of which the plan replaces a part. */
  const base = `checkpoints:
  checkpoint_interval: 10
  checkpoints_path: old
data_stages: []
general: {project: old, run: old, seed: 1}
logging: {iteration_step_info_interval: 1, log_level: info, log_level_replica: info}
model:
  ddp_bucket_cap_mb: 25
  dtype: bfloat16
  init_method: {std: 0.02}
  make_vocab_size_divisible_by: 1
  model_config:
    is_llama_config: true
    hidden_size: 64
    intermediate_size: 128
    max_position_embeddings: 8192
    num_attention_heads: 4
    num_hidden_layers: 2
    num_key_value_heads: 4
    vocab_size: 256
optimizer:
  accumulate_grad_in_fp32: true
  clip_grad: 1.0
  weight_decay: 0.1
  zero_stage: 0
  optimizer_factory: {name: adamW, adam_beta1: 0.9, adam_beta2: 0.95, adam_eps: 1.0e-8, torch_adam_is_fused: true}
  learning_rate_scheduler: {learning_rate: 0.1, lr_warmup_style: linear, lr_decay_style: cosine, min_decay_lr: 0.0}
parallelism: {dp: 1, pp: 1, tp: 1}
tokenizer: {tokenizer_name_or_path: old}
tokens: {batch_accumulation_per_replica: 1, micro_batch_size: 1, sequence_length: 8, train_steps: 1}
`;
  const filesOf = (kind: (typeof kinds)[number]) => {
    const request = { ...requestOf({ kind }), base: 'base' };
    return { request, files: [...nanotron.emit(request).files, { path: 'base/config.yaml', text: base }] };
  };

  it.skipIf(!pyyaml)('has the plan laid over the base, whose model and optimiser are kept', () => {
    const { files } = filesOf('wsd');
    const script = {
      path: 'show.py',
      text: 'import runpy, json, yaml\nrunpy.run_path("make_config.py")\nprint(json.dumps(yaml.safe_load(open("config.yaml"))))\n',
    };
    expect(inPython('runHere.py', ['show.py'], [...files, script])).toMatchObject({
      model: { model_config: { hidden_size: 64 }, init_method: { path: 'base' } },
      optimizer: { clip_grad: 1, learning_rate_scheduler: { learning_rate: 1e-4, lr_decay_style: 'linear' } },
      parallelism: { dp: 64, tp: 1 },
      tokens: { train_steps: 1001 },
      data_stages: [{ start_training_step: 1 }],
    });
  });

  withCheckout('NANOTRON_SRC', 'loads the configuration', (checkout) => {
    for (const kind of kinds) {
      const { request, files } = filesOf(kind);
      expectTold(request, inPython('check_nanotron.py', [checkout], files) as Told);
    }
  });
});

describe('levanter', () => {
  withCheckout('LEVANTER_SRC', 'deals blocks as written, and knows every field', (checkout) => {
    const told = [null, 'levanter'].map((version) =>
      inPython('check_levanter.py', [checkout], levanter.emit(requestOf({ version })).files),
    );
    const judged = told.filter((each) => !Object.hasOwn(each as object, 'without'));
    expect(judged.length).toBeGreaterThan(0);
    for (const each of judged)
      expect(each).toEqual({ unknown: [], shares: { general: 1434 / 2048, domain: 614 / 2048 } });
  });
});
