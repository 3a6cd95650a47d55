import { describe, expect, it } from 'vitest';
import { filesNotReadable, trainerCannot } from '../../src/problems/trainers.ts';
import { nanotron } from '../../src/trainers/nanotron.ts';
import { neox } from '../../src/trainers/neox.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { requestOf } from './randomRequests.ts';
import { atLeast, codesOf } from './support.ts';

describe('gpt-neox', () => {
  itCarriesOutAnyRun(neox, ['constant', 'cosine', 'linear'], atLeast(0.01));

  it('evaluates general sets on the way and domain sets at the end, since it gives one loss for all', () => {
    const { files, notes } = neox.emit(requestOf());
    expect(parseYaml(files[0].text, 'plan.yml')).toMatchObject({
      valid_data_paths: ['heldout/general'],
      test_data_paths: ['heldout/domain'],
    });
    expect(notes.map(({ severity }) => severity)).toContain('warning');
  });

  it('writes learning rates that YAML 1.1 reads as numbers', () => {
    const { files } = neox.emit(requestOf({ peakLr: 1e-7 }));
    expect(files[0].text).toContain('lr: 1.0e-7');
  });

  it('refuses wsd, which it does not know', () => {
    expect(codesOf(() => neox.emit(requestOf({ kind: 'wsd' })))).toEqual([trainerCannot.code]);
  });

  it('is not read back with epochs, or with some of the three splits', () => {
    const request = requestOf();
    const [file] = neox.emit(request).files;
    for (const text of [`${file.text}train_epochs: 1\n`, file.text.replace(/test_data_paths.*\n/, '')])
      expect(codesOf(() => neox.readBack([{ ...file, text }], request))).toEqual([filesNotReadable.code]);
  });
});

describe('nanotron', () => {
  itCarriesOutAnyRun(nanotron, ['constant', 'cosine', 'linear', 'wsd'], atLeast(0.01));

  it('writes floats with a dot and whole numbers without', () => {
    const [{ text }] = nanotron.emit(requestOf({ shares: { general: 1, domain: 0 }, finalLrShare: 0 })).files;
    expect(text).toContain('dataset_weights:\n      - 1.0\n');
    expect(text).toContain('min_decay_lr: 0.0\n');
  });

  it('needs a stage that starts at step 1, and a style of warm-up', () => {
    const request = requestOf();
    const [plan] = nanotron.emit(request).files;
    for (const [from, to] of [
      ['start_training_step: 1', 'start_training_step: 0'],
      ['    lr_warmup_style: linear\n', ''],
    ]) {
      const files = [{ ...plan, text: plan.text.replace(from, to) }];
      expect(codesOf(() => nanotron.readBack(files, request))).toEqual([filesNotReadable.code]);
    }
  });
});
