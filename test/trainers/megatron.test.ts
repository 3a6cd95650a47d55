import { describe, expect, it } from 'vitest';
import {
  filesNotReadable,
  nameUnsafe,
  shareBelowQuantum,
  trainerCannot,
} from '../../src/problems/trainers.ts';
import type { EmittedFile } from '../../src/trainers/adapter.ts';
import { dealt } from '../../src/trainers/blend.ts';
import { megatron, weightedBlend } from '../../src/trainers/megatron.ts';
import { itCarriesOutAnyRun, realised } from './agreement.ts';
import { requestOf } from './randomRequests.ts';
import { atLeast, codesOf } from './support.ts';

const fileOf = (files: readonly EmittedFile[], path: string) =>
  files.find((file) => file.path === path)?.text ?? '';
const emitted = (request: Parameters<typeof megatron.emit>[0]) => megatron.emit(request).files;

describe('how Megatron deals samples', () => {
  it('is what its own builder of indices was measured to do', () => {
    expect(dealt([0.97, 0.03], 512)).toEqual([496, 16]);
    expect(dealt([0.3, 0.7], 1000)).toEqual([300, 700]);
  });

  it('is within one sample for two corpora', () => {
    for (const share of [0.001, 0.123456, 1 / 3, 0.5, 0.9])
      for (const samples of [100, 999, 5000])
        expect(Math.abs(dealt([share, 1 - share], samples)[0] - share * samples)).toBeLessThanOrEqual(1);
  });
});

describe('Megatron-LM', () => {
  itCarriesOutAnyRun(megatron, ['constant', 'cosine', 'linear', 'wsd'], atLeast(0.01));
  itCarriesOutAnyRun(megatron, ['cosine'], (request) => ({
    ...atLeast(0.01)(request),
    version: 'core_v0.12',
  }));

  it('drops a corpus without a share: a weight of 0 stops it', () => {
    const files = emitted(requestOf({ shares: { general: 1, domain: 0 } }));
    expect(JSON.parse(fileOf(files, 'blend.json')).train).toEqual(['1', 'data/general']);
    expect(realised(megatron, requestOf({ shares: { general: 1, domain: 0 } })).shares).toEqual({
      general: 1,
    });
  });

  it('gives every set a loss of its own, with the flags that its version has', () => {
    const flags = (version: string | null) => fileOf(emitted(requestOf({ version })), 'arguments.txt');
    expect(flags(null)).toContain(
      '--full-validation\n--multiple-validation-sets\n--validation-set-names general domain',
    );
    expect(flags('core_v0.15')).toContain('--multiple-validation-sets');
    expect(flags('core_v0.15')).not.toContain('--validation-set-names');
    expect(flags('core_v0.13')).not.toContain('--multiple-validation-sets');
    const early = megatron.emit(requestOf({ version: 'core_v0.13' }));
    expect(JSON.parse(fileOf(early.files, 'blend.json')).valid).toEqual(['heldout/general']);
    expect(early.notes.some(({ severity }) => severity === 'warning')).toBe(true);
    expect(codesOf(() => emitted(requestOf({ version: 'core_v0.8' })))).toEqual([trainerCannot.code]);
  });

  it('always writes to TensorBoard: its evaluations reach W&B only there', () => {
    expect(fileOf(emitted(requestOf()), 'arguments.txt')).toContain(
      '--tensorboard-dir runs/plan/tensorboard',
    );
  });

  it('refuses paths that its arguments or a shell would take apart, and a set that reads as a weight', () => {
    for (const path of ['/data/my corpus', "it's", '/d/*', 'a#b', '$HOME/d'])
      expect(codesOf(() => emitted(requestOf({ data: { general: path, domain: 'd' } })))).toEqual([
        nameUnsafe.code,
      ]);
    const numbered = { ...requestOf(), evalData: { general: '30', domain: 'd' } };
    expect(codesOf(() => megatron.emit(numbered))).toEqual([nameUnsafe.code]);
  });

  it('refuses a share of which it would draw nothing', () => {
    const tiny = requestOf({ shares: { general: 1 - 1e-9, domain: 1e-9 } });
    expect(codesOf(() => emitted(tiny))).toEqual([shareBelowQuantum.code]);
  });

  it('is not fooled where Megatron itself would silently drop weights', () => {
    expect(weightedBlend(['0.3', 'a', '0.7', 'b'])).toEqual({ prefixes: ['a', 'b'], weights: [0.3, 0.7] });
    for (const blend of [
      ['0.3', 'a', 'b'],
      ['30', 'a', 'x', 'b'],
      ['0', 'a', '1', 'b'],
    ])
      expect(codesOf(() => weightedBlend(blend))).toEqual([filesNotReadable.code]);
  });

  it('is not read back where iterations and samples are mixed', () => {
    const request = requestOf();
    const files = emitted(request).map((file) =>
      file.path === 'arguments.txt' ? { ...file, text: `${file.text}--lr-warmup-samples 10\n` } : file,
    );
    expect(codesOf(() => megatron.readBack(files, request))).toEqual([filesNotReadable.code]);
  });

  it('starts from the base, and goes on from its own checkpoint after a stop', () => {
    const script = fileOf(emitted(requestOf()), 'train.sh');
    expect(script).toContain('start=(--load meta-llama/Llama-3.1-8B --finetune)');
    expect(script).toContain('start=(--load runs/plan)');
    expect(fileOf(emitted(requestOf()), 'arguments.txt')).toContain('--use-checkpoint-args');
  });

  it('says how often a corpus is repeated', () => {
    const { notes } = megatron.emit(requestOf({ available: { domain: 100e6 } }));
    expect(notes[0].message).toMatch(/^domain is seen 6\.\d\d times/);
  });
});
