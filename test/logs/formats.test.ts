import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ImportedRun } from '../../src/logs/evaluation.ts';
import type { LogFacts } from '../../src/logs/facts.ts';
import { readLogs } from '../../src/logs/read.ts';
import { fixture, scratch } from './scratch.ts';

const { put } = scratch();

/** What all fixtures are logs of: losses at 0, 200 and 400 steps of 2,048 tokens. */
const at = (step: number) => ({ general: 2.1 + step / 10_000, domain: 2.9 - step / 1000 });
const everyStep = [0, 200, 400];
const trained = [200, 400];

const known = { params: '333k', domain_ratio: '0.3' };
const batch = { batch_size: '16', sequence_length: '128' };

interface Case {
  readonly path: string;
  readonly set: Readonly<Record<string, string>>;
  readonly steps: readonly number[];
  readonly format: string;
  /** The trainer reports one loss only. */
  readonly generalOnly?: true;
}

const cases: Readonly<Record<string, Case>> = {
  'Hugging Face, the last checkpoint': {
    path: 'hf',
    set: { ...known, ...batch },
    steps: everyStep,
    format: 'Hugging Face trainer state',
  },
  'LLaMA-Factory, with its one loss': {
    path: 'llama-factory',
    set: { ...known, ...batch, loss_general: 'eval_loss' },
    steps: trained,
    format: 'LLaMA-Factory trainer log',
    generalOnly: true,
  },
  'Megatron, its batch from samples and arguments': {
    path: 'megatron',
    set: known,
    steps: trained,
    format: 'output of Megatron',
  },
  'composer, with tokens': {
    path: 'composer',
    set: known,
    steps: everyStep,
    format: 'composer text log',
  },
  'litgpt, with tokens': {
    path: 'litgpt',
    set: { ...known, loss_general: 'val_loss' },
    steps: trained,
    format: 'litgpt metrics',
    generalOnly: true,
  },
  'MaxText, whose first step is 0': {
    path: 'maxtext',
    set: { ...known, ...batch, loss_general: 'eval/avg_loss' },
    steps: trained,
    format: 'MaxText metrics file',
    generalOnly: true,
  },
  'W&B history, tokens logged': {
    path: 'wandb',
    set: { params: '333k', domain_ratio: 'config.data.domain_share' },
    steps: everyStep,
    format: 'W&B history (JSON Lines)',
  },
  'W&B history in Parquet (zstd, by pyarrow)': {
    path: 'parquet',
    set: { ...known, ...batch },
    steps: everyStep,
    format: 'W&B history (Parquet)',
  },
  MLflow: {
    path: 'mlruns',
    set: { params: '333k', domain_ratio: 'config.domain_share', ...batch },
    steps: everyStep,
    format: 'MLflow file store',
  },
};

function expectLosses(
  { evaluations }: ImportedRun,
  { steps, generalOnly }: Pick<Case, 'steps' | 'generalOnly'>,
): void {
  expect(evaluations.map(({ tokens }) => tokens)).toEqual(steps.map((step) => 2048 * step));
  evaluations.forEach(({ losses }, k) => {
    const { general, domain } = at(steps[k]);
    expect(losses.general).toBeCloseTo(general, 6);
    if (generalOnly === undefined) expect(losses.domain).toBeCloseTo(domain, 6);
    else expect(Object.keys(losses)).toEqual(['general']);
  });
}

describe('each format', () => {
  it.each(Object.entries(cases))('%s', async (_, one) => {
    const { runs, evals } = await readLogs([fixture(one.path)], { set: one.set });
    expect(runs.map(({ name, format }) => [name, format])).toEqual([['pilot-r30', one.format]]);
    expectLosses(runs[0], one);
    expect(runs[0].columns).toMatchObject({ params: '333000', domain_ratio: '0.3' });
    expect(evals.map(({ name, role, unit }) => `${name} ${role} ${unit}`)).toEqual(
      one.generalOnly ? ['general general nats'] : ['domain domain nats', 'general general nats'],
    );
  });

  it('OLMo-core: an evaluation that is carried over is none, and the role of a set is asked for or told', async () => {
    const facts: LogFacts = {
      set: { ...known, loss_domain: 'none' },
      roles: { general_validation: 'general' },
    };
    const { runs } = await readLogs([fixture('olmo')], facts);
    expectLosses(
      {
        ...runs[0],
        evaluations: runs[0].evaluations.map((one) => ({
          ...one,
          losses: { general: one.losses.general_validation },
        })),
      },
      { steps: everyStep, generalOnly: true },
    );
  });

  it('W&B charts: several files with several runs each', async () => {
    const { runs, problems } = await readLogs([fixture('chart')], { set: { ...known, ...batch } });
    expect(runs.map(({ name }) => name)).toEqual(['pilot-r30', 'pilot-r50']);
    expectLosses(runs[0], { steps: everyStep });
    expect(runs[1].evaluations[2].losses).toEqual({ general: 2.15, domain: 2.4 });
    expect(problems.map(({ code }) => code)).toContain('chart-sampled');
  });

  it('brings along what a log says besides losses', async () => {
    const [megatron] = (await readLogs([fixture('megatron')], { set: known })).runs;
    expect(megatron.columns).toMatchObject({
      sequence_length: '128',
      seed: '1234',
      lr: '0.0002',
      schedule: 'constant',
      batch_tokens: '2048',
    });
    expect(megatron.origins.sequence_length).toBe('setting seq_length');
    expect(megatron.evaluations.map(({ step }) => step)).toEqual([200, 400]);
    const [wandb] = (await readLogs([fixture('wandb')], { set: cases['W&B history, tokens logged'].set }))
      .runs;
    expect(wandb.columns.seed).toBe('3');
    expect(wandb.origins.domain_ratio).toBe('config.data.domain_share');
  });
});

describe('litgpt', () => {
  const path = fixture('litgpt/pilot-r30/logs/csv/version_0/metrics.csv');

  it('counts micro-batches: updates are known with the accumulation', async () => {
    const set = { ...known, loss_general: 'val_loss', accumulation: '4' };
    const { runs } = await readLogs([path], { set });
    expect(runs[0].evaluations.map(({ step, tokens }) => [step, tokens])).toEqual([
      [200, 409_600],
      [400, 819_200],
    ]);
    const without = await readLogs([path], { set: { ...known, loss_general: 'val_loss' } });
    expect(without.runs[0].evaluations.map(({ step }) => step)).toEqual([undefined, undefined]);
  });

  it('calls the first micro-batch 0: no row is of the base model', async () => {
    const rows = [0, 1, 2, 3].map((step) => `${step},${3 - step / 8}`).join('\n');
    const first = await put('litgpt/metrics.csv', `step,val_loss\n${rows}\n`);
    const set = { ...known, loss_general: 'val_loss', batch_tokens: '2048' };
    const seen = async (told: Record<string, string>) =>
      (await readLogs([first], { set: { ...set, ...told } })).runs[0].evaluations.map(
        ({ step, tokens, losses }) => [step, tokens, losses.general],
      );
    expect(await seen({ accumulation: '1' })).toEqual([
      [1, 2048, 3],
      [2, 4096, 2.875],
      [3, 6144, 2.75],
      [4, 8192, 2.625],
    ]);
    expect(await seen({ accumulation: '2' })).toEqual([
      [undefined, 1024, 3],
      [1, 2048, 2.875],
      [undefined, 3072, 2.75],
      [2, 4096, 2.625],
    ]);
    // Two were taken by the base model.
    expect(await seen({ accumulation: '1', start_step: '2' })).toEqual([
      [0, 0, 2.875],
      [1, 2048, 2.75],
      [2, 4096, 2.625],
    ]);
  });
});

describe('packed logs', () => {
  it('are read through gzip', async () => {
    const text = await readFile(fixture('megatron/pilot-r30/slurm-4711.out'));
    const path = await put('pilot.log.gz', gzipSync(text));
    const { runs } = await readLogs([path], { set: known });
    expect(runs[0].name).toBe('pilot');
    expectLosses(runs[0], { steps: trained });
    await put('pilot.log.gz', gzipSync(Buffer.concat([text, text])).subarray(0, -20));
    const cut = await readLogs([path], { set: known });
    expect(cut.problems.map(({ code }) => code)).toContain('log-gzip-cut-off');
  });
});
