import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, noTorch } from './python.ts';

const MIX = `
from data import Mixer
answers = []
for phases in given:
    mixer, counts = Mixer(phases[0]['shares']), []
    for phase in phases:
        for _ in range(phase['sequences']):
            mixer.next(phase['shares'])
            counts.append(dict(mixer.drawn))
    answers.append(counts)
print(json.dumps(answers))
`;

interface Phase {
  readonly sequences: number;
  readonly shares: Readonly<Record<string, number>>;
}
type Counts = readonly Readonly<Record<string, number>>[];

/** Largest distance between what a corpus had and what it should have had, over all sequences. */
function worst(phases: readonly Phase[], counts: Counts): number {
  const due: Record<string, number> = {};
  let most = 0;
  let at = 0;
  for (const { sequences, shares } of phases) {
    for (let i = 0; i < sequences; i += 1, at += 1) {
      for (const [name, share] of Object.entries(shares)) {
        due[name] = (due[name] ?? 0) + share;
        most = Math.max(most, Math.abs(counts[at][name] - due[name]));
      }
    }
  }
  return most;
}

const parts = (n: number) =>
  fc
    .array(fc.nat(1000), { minLength: n, maxLength: n })
    .filter((weights) => weights.some((weight) => weight > 0))
    .map((weights) => {
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return Object.fromEntries(weights.map((weight, i) => [`c${i}`, weight / sum]));
    });

describe.skipIf(noTorch)('how the reference trainer mixes (skipped where Python has no torch)', () => {
  it('keeps every corpus within one sequence of its share, however many there are', () => {
    const cases = fc.sample(
      fc
        .integer({ min: 1, max: 6 })
        .chain((n) => fc.record({ sequences: fc.constant(600), shares: parts(n) })),
      { numRuns: 60, seed: 1 },
    );
    const counts = evaluate<Counts[]>(
      MIX,
      cases.map((phase) => [phase]),
    );
    for (const [i, phase] of cases.entries()) {
      const n = Object.keys(phase.shares).length;
      expect(worst([phase], counts[i])).toBeLessThanOrEqual(1 - 1 / Math.max(2 * n - 2, 1) + 1e-6);
    }
  });

  it('never draws from a corpus without a share, and half a sequence is all that two corpora owe', () => {
    const phases = [
      [{ sequences: 1000, shares: { general: 1, domain: 0 } }],
      [{ sequences: 1000, shares: { general: 0.963, domain: 0.037 } }],
    ];
    const [none, some] = evaluate<Counts[]>(MIX, phases);
    expect(none[999]).toEqual({ general: 1000, domain: 0 });
    expect(some[999]).toEqual({ general: 963, domain: 37 });
    expect(worst(phases[1], some)).toBeLessThanOrEqual(0.5 + 1e-9);
  });

  it('carries what is owed from one phase into the next', () => {
    const phases = [
      { sequences: 333, shares: { general: 0.9, domain: 0.1 } },
      { sequences: 500, shares: { general: 0.35, domain: 0.65 } },
    ];
    const [counts] = evaluate<Counts[]>(MIX, [phases]);
    expect(worst(phases, counts)).toBeLessThanOrEqual(0.5 + 1e-6);
  });

  it('goes through each corpus once an epoch, in an order that the seed and the epoch set', () => {
    const orders = evaluate<number[][]>(
      `
import numpy as np
from data import Corpus
def order(seed, first):
    corpus = Corpus('domain', np.arange(41), 4, seed)
    return [int(corpus.sequence(first + i)[0]) // 4 for i in range(10)]
print(json.dumps([order(1, 0), order(1, 0), order(1, 10), order(2, 0)]))
`,
      null,
    );
    const [first, again, secondEpoch, otherSeed] = orders;
    for (const order of orders)
      expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(again).toEqual(first);
    expect(secondEpoch).not.toEqual(first);
    expect(otherSeed).not.toEqual(first);
  });

  it('splits the ratio of a phase within each role as the run splits it', () => {
    const corpus = (name: string, role: string, share: number) => ({ name, role, share });
    const corpora = [
      corpus('web', 'general', 0.6),
      corpus('books', 'general', 0.2),
      corpus('law', 'domain', 0.2),
    ];
    const share = evaluate<Record<string, number>[]>(
      `from plan import shares
print(json.dumps([shares(given, {'domainRatio': ratio}) for ratio in (0.2, 0.6, 1)]))`,
      { corpora },
    );
    expect(share[0]).toEqual({
      web: expect.closeTo(0.6),
      books: expect.closeTo(0.2),
      law: expect.closeTo(0.2),
    });
    expect(share[1]).toEqual({
      web: expect.closeTo(0.3),
      books: expect.closeTo(0.1),
      law: expect.closeTo(0.6),
    });
    expect(share[2]).toEqual({ web: 0, books: 0, law: 1 });
  });
});
