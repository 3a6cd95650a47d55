import { describe, expect, it } from 'vitest';
import { litgpt } from '../../src/trainers/litgpt.ts';
import { at, numberAt } from '../../src/trainers/reading.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { type Asked, requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(litgpt, ['constant', 'cosine']);

const config = (asked: Asked = {}) => parseYaml(litgpt.emit(requestOf(asked)).files[0].text, 'pretrain.yaml');

describe('litgpt', () => {
  it('lists a corpus as often as it is seen, since the first that ends would start all over', () => {
    const tokens = requestOf().run.tokens;
    const corpora = at(
      config({ available: { general: tokens, domain: (0.3 * tokens) / 5.5 } }),
      'data',
      'init_args',
      'corpora',
    );
    expect(corpora).toEqual([
      { path: 'data/general', weight: 0.7, copies: 1 },
      { path: 'data/domain', weight: 0.3, copies: 6 },
    ]);
  });

  it('ends its cosine at the final rate, which is the peak for a constant one', () => {
    expect(numberAt(config({ finalLrShare: 0.1, peakLr: 3e-4 }), 'train', 'min_lr')).toBe(3e-5);
    expect(numberAt(config({ kind: 'constant', peakLr: 3e-4 }), 'train', 'min_lr')).toBe(3e-4);
  });

  it('watches one general set, and says which is left out', () => {
    const request = requestOf({ evals: ['domain', 'general'] });
    const { files, notes } = litgpt.emit(request);
    expect(at(parseYaml(files[0].text, ''), 'data', 'init_args', 'validation')).toBe('heldout/general');
    expect(notes.find(({ code }) => code === 'trainer-limit')?.message).toContain(
      'only general is evaluated, and domain is left out',
    );
  });

  it.each(['linear', 'wsd'] as const)('has no %s schedule', (kind) => {
    expect(refusal(() => litgpt.emit(requestOf({ kind }))).map(({ code }) => code)).toEqual([
      'trainer-cannot',
    ]);
  });

  it('fails without a set to validate on, and says so first', () => {
    const request = { ...requestOf(), evalData: {} };
    expect(refusal(() => litgpt.emit(request)).map(({ code }) => code)).toEqual(['emit-needs']);
  });
});
