import { describe, expect, test } from 'vitest';
import { blindSpots, constraintsFrom, inUnitOf, lossReminder } from '../../src/mixture/tolerances.ts';
import { type Tolerance, tolerances } from '../../src/units/tolerance.ts';
import { codes, refusal } from '../runs/tables.ts';
import { forgetting, toyFit } from './toy.ts';

const NATS: Tolerance = { kind: 'absolute', nats: 0.05 };
const domain = { ...forgetting('code', 1, 0, 1e9), role: 'domain' as const };
const sets = (...names: readonly string[]) =>
  toyFit([...names.map((name) => forgetting(name, 1, 0, 1e9)), domain]);
const constraints = (text: string, fit = sets('wiki', 'web'), bytes = {}) =>
  constraintsFrom(fit, tolerances.parse(text), bytes);

describe('a tolerance in the unit of its set', () => {
  test('stays as it is where it is a share, or in that unit already', () => {
    const share: Tolerance = { kind: 'relative', share: 0.03 };
    expect(inUnitOf(share, { unit: 'bpb' })).toBe(share);
    expect(inUnitOf(NATS, { unit: 'nats' })).toBe(NATS);
  });

  test('goes from nats a token to bits per byte and back by the bytes of a token', () => {
    const bits = inUnitOf(NATS, { unit: 'bpb', bytesPerToken: 4 });
    // 0.05 nats are 0.05 / ln 2 bits, spread over 4 bytes.
    expect(bits).toEqual({ kind: 'bits', bitsPerByte: expect.closeTo(0.0721347520444 / 4, 12) });
    expect(inUnitOf(bits!, { unit: 'nats', bytesPerToken: 4 })).toEqual({
      kind: 'absolute',
      nats: expect.closeTo(0.05, 15),
    });
  });

  test('cannot be had without them', () => {
    expect(inUnitOf(NATS, { unit: 'bpb' })).toBeUndefined();
  });
});

describe('constraints', () => {
  test('are on all general sets, or on those named', () => {
    expect(constraints('3%').map(({ evalIndex }) => evalIndex)).toEqual([0, 1]);
    expect(constraints('web=2%')).toEqual([{ evalIndex: 1, tolerance: { kind: 'relative', share: 0.02 } }]);
  });

  test('take the bytes a token from the fit, and rather from what is told now', () => {
    const fit = sets('wiki');
    fit.evals[0].unit = 'bpb';
    expect(codes(refusal(() => constraints('0.05nats', fit)))).toEqual(['tolerance-unit']);
    const told = constraints('0.05nats', fit, { wiki: 2 });
    fit.evals[0].bytesPerToken = 4;
    const [{ tolerance: four }] = constraints('0.05nats', fit);
    const [{ tolerance: two }] = constraints('0.05nats', fit, { wiki: 2 });
    expect(told).toEqual([{ evalIndex: 0, tolerance: two }]);
    expect(two).toEqual({ kind: 'bits', bitsPerByte: 2 * (four as { bitsPerByte: number }).bitsPerByte });
  });

  test('name every set that is none', () => {
    const problems = refusal(() => constraints('wiki=3%,news=3%,code=3%'));
    expect(problems.map(({ message }) => message)).toEqual([
      '--tolerance names "news", which the fit does not have: expected one of wiki, web.',
      '--tolerance names "code", which is a domain set: expected one of wiki, web.',
    ]);
  });
});

describe('what general sets do not see', () => {
  test('one set, alone', () => {
    const fit = sets('wiki');
    expect(codes(blindSpots(fit, constraints('3%', fit)))).toEqual(['one-general-set']);
  });

  test('sets that are all replayed, not one of them from elsewhere', () => {
    const fit = sets('wiki', 'web');
    for (const set of fit.evals) if (set.role === 'general') set.replayed = true;
    expect(codes(blindSpots(fit, constraints('3%', fit)))).toEqual(['general-sets-are-replayed']);
    fit.evals[1].replayed = false;
    expect(blindSpots(fit, constraints('3%', fit))).toEqual([]);
  });

  test('a set without a tolerance, where others have one', () => {
    const fit = sets('wiki', 'web');
    const [problem] = blindSpots(fit, constraints('wiki=3%', fit));
    expect(problem.message).toBe('web has no tolerance: the loss there may rise by any amount.');
  });

  test.each([
    [0.9, ['loss-hides-forgetting']],
    [0.8, []],
    [0.2, []],
  ])('at a domain ratio of %d', (ratio, told) => {
    expect(codes(lossReminder(ratio))).toEqual(told);
  });
});
