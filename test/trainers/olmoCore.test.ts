import { describe, expect, it } from 'vitest';
import { instances, olmoCore } from '../../src/trainers/olmoCore.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun, realised } from './agreement.ts';
import { type Asked, requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(olmoCore);

interface Mixture {
  readonly sources: readonly { readonly max_repetition_ratio: number; readonly target_ratio: number }[];
}

const emit = (asked: Asked = {}) => olmoCore.emit(requestOf(asked));
const sources = (asked: Asked): Mixture['sources'] =>
  (parseYaml(emit(asked).files[0].text, 'mixture.yaml') as unknown as Mixture).sources;

describe('OLMo-core', () => {
  it('is asked for a whole number of batches', () => {
    const request = requestOf();
    const [, { text }] = olmoCore.emit(request).files;
    const number = (name: string): number =>
      Number(new RegExp(`^${name} = ([\\d_]+)`, 'm').exec(text)![1].replaceAll('_', ''));
    expect(number('TOKENS') % number('GLOBAL_BATCH')).toBe(0);
    expect(number('TOKENS')).toBe(request.run.steps * request.run.batchTokens);
  });

  it('deals out by ratio where the tokens are whole batches, and evenly what is missing to one', () => {
    expect(instances([0.7, 0.3], 1000 * 8, 8, 1000)).toEqual([700, 300]);
    // Ten sequences asked for, sixteen in the batch: three more for each source, 37.5% instead of 30%.
    expect(instances([0.7, 0.3], 10 * 8, 8, 16)).toEqual([10, 6]);
    expect(instances([0.7, 0.3], 16 * 8, 8, 16)).toEqual([11, 5]);
  });

  it('lets a corpus be repeated as often as the plan has it, with 5% to spare, and no more', () => {
    const tokens = requestOf().run.tokens;
    const of = (epochs: number): number =>
      sources({ available: { general: 1e12, domain: (0.3 * tokens) / epochs } })[1].max_repetition_ratio;
    expect(of(4)).toBeCloseTo(4.2, 2);
    expect(of(4)).toBeGreaterThanOrEqual(4.2);
    expect(of(0.5)).toBe(1);
    expect(of(1)).toBe(1.05);
  });

  it('says what happens where nobody told how large a corpus is', () => {
    expect(emit().notes.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('Insufficient tokens'),
    );
    const known = emit({ available: { general: 1e12, domain: 1e12 } }).notes;
    expect(known.some(({ message }) => message.includes('Insufficient tokens'))).toBe(false);
  });

  it('would not take ratios that do not sum to 1', () => {
    const request = requestOf();
    const files = olmoCore.emit(request).files.map(({ path, text }) => ({
      path,
      text: text.replace('target_ratio: 0.7', 'target_ratio: 0.71'),
    }));
    expect(refusal(() => olmoCore.readBack(files, request))[0]?.message).toContain('must sum to 1.0');
  });

  it('reads a batch that does not divide the tokens as the trainer rounds it', () => {
    const request = requestOf({ steps: 10 });
    const files = olmoCore.emit(request).files.map(({ path, text }) => ({
      path,
      text: text.replace(/^TOKENS = .*$/m, `TOKENS = ${9.5 * request.run.batchTokens}`),
    }));
    const mixture = olmoCore.readBack(files, request);
    expect(mixture.steps).toBe(10);
    expect(mixture.shares.domain).toBeCloseTo((0.3 * 9.5 + 0.25) / 10, 3);
    expect(realised(olmoCore, request).shares.domain).toBeCloseTo(0.3, 3);
  });
});
