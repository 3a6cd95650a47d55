import { describe, expect, it } from 'vitest';
import { llmFoundry } from '../../src/trainers/llmFoundry.ts';
import { at, numberAt } from '../../src/trainers/reading.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun, realised } from './agreement.ts';
import { requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(llmFoundry, ['constant', 'cosine', 'linear']);

describe('llm-foundry', () => {
  it('has an epoch as long as the run, so that a stream repeats by the epochs of the run', () => {
    // 2,000 samples of 1,000 and 50 at 0.7 and 0.3: 1.4 and 12 epochs.
    const request = requestOf({ steps: 500, gpus: 1, microBatch: 4, accumulation: 1 });
    const [{ text }] = llmFoundry.emit(request).files;
    const dataset = at(parseYaml(text, 'train.yaml'), 'train_loader', 'dataset');
    const epoch = numberAt(dataset, 'epoch_size');
    const { shares } = realised(llmFoundry, request);
    expect(epoch).toBe(2000);
    expect([(shares.general * epoch) / 1000, (shares.domain * epoch) / 50]).toEqual([1.4, 12]);
  });

  it('labels its evaluation sets, so that each has a loss of its own', () => {
    const [{ text }] = llmFoundry.emit(requestOf()).files;
    expect(at(parseYaml(text, 'train.yaml'), 'eval_loader')).toEqual([
      expect.objectContaining({ label: 'general' }),
      expect.objectContaining({ label: 'domain' }),
    ]);
  });

  it('copies remote shards to a folder of their own', () => {
    const data = { general: 's3://bucket/web', domain: '/data/law' };
    const request = requestOf({ data });
    const [{ text }] = llmFoundry.emit(request).files;
    const streams = at(parseYaml(text, 'train.yaml'), 'train_loader', 'dataset', 'streams');
    expect(streams).toEqual({
      general: { remote: 's3://bucket/web', local: 'cache/general', proportion: 0.7 },
      domain: { local: '/data/law', proportion: 0.3 },
    });
    expect(realised(llmFoundry, request).shares.general).toBeCloseTo(0.7, 5);
  });

  it('has no wsd schedule', () => {
    expect(refusal(() => llmFoundry.emit(requestOf({ kind: 'wsd' }))).map(({ code }) => code)).toEqual([
      'trainer-cannot',
    ]);
  });

  it.each([
    ['proportion: 0.3', 'proportion: 0.3\n        repeat: 2', 'repeat or choose cannot stand beside it'],
    [/epoch_size: \d+/, 'epoch_size: 1000', 'an epoch that is not the run'],
    ['max_duration: 1001ba', 'max_duration: 1001steps', 'no number of batches'],
  ])('would not take %s as %s', (from, to, why) => {
    const request = requestOf();
    const [{ path, text }] = llmFoundry.emit(request).files;
    const files = [{ path, text: text.replace(from, to) }];
    expect(refusal(() => llmFoundry.readBack(files, request))[0]?.message).toContain(why);
  });
});
