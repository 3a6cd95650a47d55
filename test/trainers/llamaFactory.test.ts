import { describe, expect, it } from 'vitest';
import type { EmittedFile } from '../../src/trainers/adapter.ts';
import { llamaFactory } from '../../src/trainers/llamaFactory.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { type Asked, requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(llamaFactory);

const emit = (asked: Asked = {}) => llamaFactory.emit(requestOf(asked));
const fileOf = (files: readonly EmittedFile[], path: string): string =>
  files.find((file) => file.path === path)!.text;
const config = (asked: Asked = {}): Record<string, unknown> =>
  parseYaml(fileOf(emit(asked).files, 'train.yaml'), 'train.yaml') as Record<string, unknown>;

/** What reading back says once the configuration was changed by hand. */
function afterChange(from: string | RegExp, to: string): string[] {
  const request = requestOf();
  const files = llamaFactory
    .emit(request)
    .files.map(({ path, text }) => ({ path, text: path === 'train.yaml' ? text.replace(from, to) : text }));
  expect(files).not.toEqual(llamaFactory.emit(request).files);
  return refusal(() => llamaFactory.readBack(files, request)).map(({ message }) => message);
}

describe('LLaMA-Factory', () => {
  it('is given shares of documents: two of the domain in three for 30% of tokens', () => {
    expect(config().interleave_probs).toBe('0.318181818182,0.681818181818');
  });

  it('evaluates as many sets as it mixes corpora, one of each role first', () => {
    expect(config().eval_dataset).toBe('general_eval,domain_eval');
    expect(config({ evals: ['general'] }).eval_dataset).toBe('general_eval,general_eval_2');
    const evals = ['general', 'general_code', 'domain'];
    expect(config({ evals }).eval_dataset).toBe('general_eval,domain_eval');
    expect(emit({ evals }).notes.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('general_code is not evaluated'),
    );
    expect(config({ evals, shares: { general: 0, domain: 1 } }).eval_dataset).toBe(
      'general_eval,domain_eval,general_code_eval',
    );
  });

  it('stops at the first corpus that ends only where none does', () => {
    expect(config().mix_strategy).toBe('interleave_over');
    expect(config({ available: { general: 1e12, domain: 1e8 } }).mix_strategy).toBe('interleave_over');
    expect(config({ available: { general: 1e12, domain: 1e12 } }).mix_strategy).toBe('interleave_under');
  });

  it('is told how long the peak lasts, which would be a third of the run otherwise', () => {
    expect(config({ kind: 'wsd', warmup: 10, decay: 100 }).lr_scheduler_kwargs).toEqual({
      num_stable_steps: 891,
      num_decay_steps: 100,
      decay_type: 'linear',
      min_lr_ratio: 0.1,
    });
  });

  it('gets numbers that are numbers in YAML 1.1', () => {
    expect(config({ peakLr: 1e-5 }).learning_rate).toBe(1e-5);
    expect(fileOf(emit({ peakLr: 1e-5 }).files, 'train.yaml')).not.toMatch(/: \d+e-/);
  });

  it('takes data sets of the Hub', () => {
    const { files } = emit({ data: { general: 'hf://datasets/allenai/c4', domain: 'law.jsonl' } });
    const datasets = JSON.parse(fileOf(files, 'dataset_info.json')) as Record<string, unknown>;
    expect(datasets.general).toEqual({ hf_hub_url: 'allenai/c4', columns: { prompt: 'text' } });
    expect(datasets.domain).toEqual({ file_name: 'law.jsonl', columns: { prompt: 'text' } });
  });

  it('refuses names that its lists would be split at', () => {
    const problems = refusal(() => emit({ shares: { 'general, all': 0.5, domain: 0.5 } }));
    expect(problems.map(({ code }) => code)).toEqual(['name-unsafe']);
  });

  it.each([
    ['eval_dataset: "general_eval,domain_eval"', 'eval_dataset: general_eval', 'length of eval_dataset'],
    ['dataloader_num_workers: 1', 'dataloader_num_workers: 0', 'without a worker'],
    ['0.318181818182,', '0.3,', 'do not sum to 1'],
    ['mix_strategy: interleave_over\n', '', 'only valid for interleaved mixing'],
    ['dataset: "general,domain"', 'dataset: "general,law"', 'law is not in dataset_info.json'],
    ['learning_rate: 0.0001', 'learning_rate: 1e-4', 'expected a number'],
  ])('would not take %s as %s', (from, to, why) => {
    expect(afterChange(from, to)).toEqual([expect.stringContaining(why)]);
  });
});
