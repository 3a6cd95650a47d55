import { describe, expect, it } from 'vitest';
import { filesNotReadable, trainerCannot } from '../../src/problems/trainers.ts';
import { megatronBridge } from '../../src/trainers/megatronBridge.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { requestOf } from './randomRequests.ts';
import { atLeast, codesOf } from './support.ts';

describe('Megatron-Bridge', () => {
  itCarriesOutAnyRun(megatronBridge, ['constant', 'cosine', 'linear', 'wsd'], atLeast(0.01));

  it('has a loss for each validation set, which takes a blend without weights', () => {
    const [{ text }] = megatronBridge.emit(requestOf()).files;
    expect(parseYaml(text, 'overrides.yaml')).toMatchObject({
      dataset: {
        blend_per_split: [
          [
            ['data/general', 'data/domain'],
            [0.7, 0.3],
          ],
          [['heldout/general', 'heldout/domain'], null],
          null,
        ],
        multiple_validation_sets: true,
      },
    });
  });

  it('is not read back with two lengths, and is written for one version', () => {
    const request = requestOf();
    const [file] = megatronBridge.emit(request).files;
    const text = file.text.replace('  train_iters:', '  train_samples: 5\n  train_iters:');
    expect(codesOf(() => megatronBridge.readBack([{ ...file, text }], request))).toEqual([
      filesNotReadable.code,
    ]);
    expect(codesOf(() => megatronBridge.emit(requestOf({ version: '0.1' })))).toEqual([trainerCannot.code]);
  });
});
