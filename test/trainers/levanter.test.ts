import { describe, expect, it } from 'vitest';
import { filesNotReadable, shareBelowQuantum, trainerCannot } from '../../src/problems/trainers.ts';
import { levanter } from '../../src/trainers/levanter.ts';
import { blockShares } from '../../src/trainers/levanterBlocks.ts';
import { expectAgreement, itCarriesOutAnyRun, realised } from './agreement.ts';
import { requestOf } from './randomRequests.ts';
import { atLeast, codesOf } from './support.ts';

const configOf = (request: Parameters<typeof levanter.emit>[0]) => levanter.emit(request).files[0].text;

describe('levanter', () => {
  // A share below a sequence of a block would never be dealt, and is refused.
  itCarriesOutAnyRun(levanter, ['constant', 'cosine', 'linear', 'wsd'], atLeast(1 / 1000));
  itCarriesOutAnyRun(levanter, ['wsd'], (request) => ({
    ...atLeast(1 / 1000)(request),
    version: 'levanter',
  }));

  it('deals blocks as it does: weights rounded down, the rest to the largest', () => {
    expect([
      ...blockShares(
        [
          ['a', 0.7],
          ['b', 0.3],
        ],
        2048,
      ),
    ]).toEqual([
      ['a', 1434 / 2048],
      ['b', 614 / 2048],
    ]);
    expect(
      blockShares(
        [
          ['a', 1],
          ['b', 1e-4],
        ],
        2048,
      ).get('b'),
    ).toBe(0);
    expect([
      ...blockShares(
        [
          ['a', 2],
          ['b', 0],
          ['c', 2],
        ],
        2048,
      ).keys(),
    ]).toEqual(['a', 'c']);
  });

  it('writes whole sequences of a block, so that what is written is what is dealt', () => {
    const text = configOf(requestOf({ shares: { general: 0.7, domain: 0.3 } }));
    expect(text).toContain('    general: 1434\n    domain: 614\n');
  });

  it('writes one step of decay as a share, also where it is the whole run', () => {
    for (const steps of [1, 2, 3]) {
      const request = requestOf({ kind: 'wsd', steps, warmup: 0, decay: 1 });
      expect(realised(levanter, request).decayTokens).toBe(request.run.batchTokens);
    }
  });

  it('refuses a share that no block would deal', () => {
    expect(codesOf(() => levanter.emit(requestOf({ shares: { general: 0.9999, domain: 0.0001 } })))).toEqual([
      shareBelowQuantum.code,
    ]);
  });

  it('has stages of a mixture that begin where a block does', () => {
    const request = requestOf({ gpus: 64, microBatch: 2, accumulation: 4, steps: 2000 });
    const batch = request.run.batchTokens;
    const phases = [
      { fromTokens: 0, toTokens: 1001 * batch, domainRatio: 0.2 },
      { fromTokens: 1001 * batch, toTokens: 2000 * batch, domainRatio: 0.4 },
    ];
    const staged = { ...request, run: { ...request.run, phases } };
    const { files, notes } = levanter.emit(staged);
    expect(files[0].text).toContain('  - - 1000\n');
    expect(notes.map(({ message }) => message).join()).toContain('1,000 steps');
    expectAgreement(staged, realised(levanter, staged));
    // 1001 × 512 is no multiple of 2048: the trainer itself asserts that.
    const moved = [{ ...files[0], text: files[0].text.replace('- - 1000', '- - 1001') }];
    expect(codesOf(() => levanter.readBack(moved, staged))).toEqual([filesNotReadable.code]);
  });

  it('writes a warm-up of one step as a share, since 1 is the whole run', () => {
    const request = requestOf({ warmup: 1, steps: 1001 });
    expect(configOf(request)).not.toMatch(/warmup: 1\n/);
    expect(realised(levanter, request).warmupTokens).toBe(request.run.batchTokens);
    const whole = levanter.emit(request).files.map(({ path, text }) => ({
      path,
      text: text.replace(/warmup: .*/, 'warmup: 1'),
    }));
    expect(levanter.readBack(whole, request).warmupTokens).toBe(1001 * request.run.batchTokens);
  });

  it('names data as marin does, and as it did itself', () => {
    expect(configOf(requestOf())).toContain('components:\n    general:\n      source:\n        type: url\n');
    expect(configOf(requestOf({ version: 'levanter' }))).toContain(
      'configs:\n    general:\n      train_urls:',
    );
    expect(codesOf(() => levanter.emit(requestOf({ version: '0.9' })))).toEqual([trainerCannot.code]);
  });

  it('evaluates sets of other names beside the corpora, without training on them', () => {
    const text = configOf(requestOf({ evals: ['general', 'general_wiki', 'domain'] }));
    expect(text).toContain('    general_wiki: 0\n');
  });
});
