import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fractionOf, maxText } from '../../src/trainers/maxText.ts';
import { at } from '../../src/trainers/reading.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { type Asked, requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(maxText);

const config = (asked: Asked = {}) => parseYaml(maxText.emit(requestOf(asked)).files[0].text, 'train.yml');

describe('MaxText', () => {
  it('gets a fraction that it truncates to the steps that were meant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (steps, share) => {
          const part = Math.floor(share * steps);
          expect(Math.trunc(steps * fractionOf(part, steps))).toBe(part);
        },
      ),
    );
    expect(fractionOf(100, 1000)).toBe(0.1);
    expect(fractionOf(0, 1000)).toBe(0);
  });

  it('may go through the corpora as often as the one that is seen most', () => {
    const tokens = requestOf().run.tokens;
    expect(at(config({ available: { general: tokens, domain: (0.3 * tokens) / 5.5 } }), 'num_epoch')).toBe(6);
    expect(at(config({ available: { general: tokens, domain: tokens } }), 'num_epoch')).toBe(1);
  });

  it('has a linear schedule as a decay over all that follows the warm-up', () => {
    const linear = config({ kind: 'linear', steps: 1000, warmup: 100 });
    expect([at(linear, 'lr_schedule_type'), at(linear, 'wsd_decay_steps_fraction')]).toEqual(['wsd', 0.9]);
    expect(at(config({ kind: 'constant' }), 'learning_rate_final_fraction')).toBe(1);
  });

  it('weighs documents', () => {
    const [, { text }] = maxText.emit(requestOf()).files;
    const mixture = JSON.parse(text) as Record<string, { path: string; weight: number }>;
    expect(mixture.domain.path).toBe('data/domain');
    expect(mixture.domain.weight).toBeCloseTo(15 / 22, 12);
  });
});
