import { describe, expect, test } from 'vitest';
import { whyNoPromise } from '../../src/explain/promise.ts';
import { rateTransferAssumed } from '../../src/problems/evidence.ts';
import { transferAssumed, withoutPromise } from '../../src/problems/guards.ts';
import { baseLossAssumed, oneGeneralSet } from '../../src/problems/plan.ts';

const base = baseLossAssumed({ set: 'wiki', params: 1e9, loss: 2, sd: 0.1, several: false });
const transfer = transferAssumed({ what: 'training methods', values: ['full', 'lora'] });
const rates = rateTransferAssumed({ params: '1B', rates: [1e-4, 3e-4] });

describe('confidence is', () => {
  test('a promise where nothing is assumed, whatever else is said', () => {
    expect(whyNoPromise([])).toBeUndefined();
    expect(whyNoPromise([oneGeneralSet({ set: 'wiki' })])).toBeUndefined();
  });

  test.each([
    [[base], 'the base loss behind that is assumed'],
    [[transfer], 'the likeness of the pilots to each other and to this run is assumed'],
    [[rates], 'the likeness of the pilots to each other and to this run is assumed'],
    [
      [transfer, base, rates],
      'the base loss behind that and the likeness of the pilots to each other and to this run are assumed',
    ],
  ])('none after %j', (problems, why) => {
    expect(whyNoPromise(problems)).toBe(why);
  });

  test('none after any warning that says so itself', () => {
    for (const code of withoutPromise) expect(whyNoPromise([{ code }])).toContain('assumed');
    expect(transfer.message).toContain('confidence is no promise');
  });
});
