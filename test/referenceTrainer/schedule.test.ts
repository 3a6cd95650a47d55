import { describe, expect, it } from 'vitest';
import { evaluate, noTorch } from './python.ts';

function rates(schedule: Record<string, unknown>, tokens: readonly number[]): number[] {
  return evaluate(
    `from plan import learning_rate
print(json.dumps([learning_rate(given['schedule'], token, 1000) for token in given['tokens']]))`,
    { schedule: { peakLr: 4, warmupTokens: 100, ...schedule }, tokens },
  );
}

describe.skipIf(noTorch)(
  'learning rates of the reference trainer (skipped where Python has no torch)',
  () => {
    it('warm up in a straight line and stay', () => {
      expect(rates({ kind: 'constant' }, [0, 25, 50, 100, 1000])).toEqual([0, 1, 2, 4, 4]);
    });

    it('start at the peak without warm-up', () => {
      expect(rates({ kind: 'constant', warmupTokens: 0 }, [0, 1])).toEqual([4, 4]);
    });

    it('fall by half a cosine, or in a straight line, to their last share', () => {
      const near = (values: number[]) => values.map((value) => expect.closeTo(value, 10));
      const third = 0.4 + 3.6 * ((1 + Math.cos(Math.PI / 3)) / 2);
      expect(rates({ kind: 'cosine', finalLrShare: 0.1 }, [100, 400, 550, 1000])).toEqual(
        near([4, third, 2.2, 0.4]),
      );
      expect(rates({ kind: 'linear', finalLrShare: 0 }, [100, 550, 1000])).toEqual(near([4, 2, 0]));
    });

    it('stay until the last decay of wsd', () => {
      const schedule = { kind: 'wsd', decayTokens: 200, finalLrShare: 0.5 };
      expect(rates(schedule, [50, 100, 800, 900, 1000])).toEqual([2, 4, 4, 3, 2]);
    });

    it('of a decay as long as the run start to fall after warm-up', () => {
      expect(rates({ kind: 'wsd', decayTokens: 5000, finalLrShare: 0 }, [100, 550, 1000])).toEqual([4, 2, 0]);
    });
  },
);
