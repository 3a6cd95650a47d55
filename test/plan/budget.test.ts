import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accelerator } from '../../src/hardware/accelerators.ts';
import { flopsPerToken } from '../../src/hardware/flops.ts';
import { modelShape } from '../../src/hardware/shapes.ts';
import { expectedThroughput, tokensBought } from '../../src/hardware/throughput.ts';
import { type BudgetRequest, costOf, purchase } from '../../src/plan/budget.ts';
import { budgetNeeds } from '../../src/problems/plan.ts';
import { type Problem, Refusal } from '../../src/problems/problem.ts';
import type { Budget } from '../../src/units/budget.ts';

function request(budget: Budget, more: Partial<BudgetRequest> = {}): BudgetRequest {
  return {
    budget,
    params: 7e9,
    shape: undefined,
    sequenceLength: undefined,
    gpu: undefined,
    gpus: undefined,
    mfu: undefined,
    throughput: undefined,
    goodput: 0.9,
    price: undefined,
    ...more,
  };
}

const measured = { throughput: 12_000 } as const;
const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });

function refused(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error.problems;
    throw error;
  }
  return [];
}

describe('a budget in GPU-hours', () => {
  it('is hours × 3600 × measured tokens a second × goodput, without a band', () => {
    const { tokens, gpuHours } = purchase(request({ kind: 'gpuHours', gpuHours: 100 }, measured));
    expect(tokens).toEqual({ value: 100 * 3600 * 12_000 * 0.9, low: tokens.value, high: tokens.value });
    expect(gpuHours).toEqual({ value: 100, low: 100, high: 100 });
  });

  it('is the same as so many GPUs for so long, which also tells the wall clock', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 1, max: 4096 }), (hours, gpus) => {
        const time = purchase(request({ kind: 'gpuTime', hours, gpus }, measured));
        const total = purchase(request({ kind: 'gpuHours', gpuHours: hours * gpus }, { ...measured, gpus }));
        expect(time.tokens).toEqual(total.tokens);
        expect(time.gpus).toBe(gpus);
        expect(time.wallClockHours!.value).toBeCloseTo(hours, 8);
        expect(total.wallClockHours).toEqual(time.wallClockHours);
      }),
    );
  });

  it('is what the hardware folder says of the part, the shape and the sequence length', () => {
    const shape = modelShape('llama-3-8b');
    const bought = purchase(
      request({ kind: 'gpuHours', gpuHours: 512 }, { gpu: 'h100-sxm', shape, sequenceLength: 8192 }),
    );
    const flops = flopsPerToken(shape, 8192);
    const part = accelerator('h100-sxm');
    const throughput = expectedThroughput({
      accelerator: part,
      flops,
      goodput: 0.9,
      sequenceLength: 8192,
      shape,
    });
    expect(bought.tokens).toEqual(tokensBought(throughput, 512));
    expect(bought.tokens.low).toBeLessThan(bought.tokens.value);
    expect(bought.flops).toEqual(flops);
    expect(bought.accelerator).toBe(part);
    // The utilisation is assumed, and that is said.
    expect(bought.problems.map(({ code }) => code)).toContain('mfu-assumed');
  });
});

describe('other currencies', () => {
  it('dollars are GPU-hours at a price', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 0.1, max: 100, noNaN: true }), (dollars, price) => {
        const bought = purchase(request({ kind: 'money', dollars }, { ...measured, price }));
        const hours = purchase(
          request({ kind: 'gpuHours', gpuHours: dollars / price }, { ...measured, price }),
        );
        expect(bought.tokens).toEqual(hours.tokens);
        expect(bought.dollars!.value / dollars).toBeCloseTo(1, 12);
      }),
    );
  });

  it('FLOP are tokens times the cost of one, with the band of that cost', () => {
    const { tokens, flops, gpuHours } = purchase(request({ kind: 'flop', flop: 1e21 }));
    expect(tokens.value * flops.value).toBeCloseTo(1e21, -8);
    expect(flops.relativeError).toBeGreaterThan(0);
    expect(tokens.value / tokens.low).toBeCloseTo(1 + flops.relativeError, 12);
    expect(tokens.value / tokens.high).toBeCloseTo(1 - flops.relativeError, 12);
    expect(gpuHours).toBeNull();
    const shape = modelShape('llama-3-8b');
    const known = purchase(request({ kind: 'flop', flop: 1e21 }, { shape }));
    expect(known.tokens.low).toBe(known.tokens.high);
    expect(known.flops).toEqual(flopsPerToken(shape, 4096));
  });

  it('tokens are tokens, with or without hardware', () => {
    const budget: Budget = { kind: 'tokens', tokens: 3e9 };
    expect(purchase(request(budget))).toMatchObject({
      tokens: { value: 3e9, low: 3e9, high: 3e9 },
      gpuHours: null,
      dollars: null,
      throughput: null,
    });
    const priced = purchase(request(budget, { ...measured, price: 2, gpus: 8 }));
    const hours = 3e9 / (3600 * 12_000 * 0.9);
    expect(priced.gpuHours!.value).toBeCloseTo(hours, 10);
    expect(priced.dollars!.value).toBeCloseTo(2 * hours, 10);
    expect(priced.wallClockHours!.value).toBeCloseTo(hours / 8, 10);
  });
});

describe('the cost of fewer tokens', () => {
  it('gives the budget back for all of them, and a part of it for a part', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 0.01, max: 1, noNaN: true }), (gpuHours, part) => {
        const bought = purchase(request({ kind: 'gpuHours', gpuHours }, { ...measured, gpus: 4, price: 3 }));
        const cost = costOf(bought, part * bought.tokens.value);
        expect(cost.gpuHours!.value / (part * gpuHours)).toBeCloseTo(1, 10);
        expect(cost.dollars!.value / (3 * part * gpuHours)).toBeCloseTo(1, 10);
        expect(cost.wallClockHours!.value / ((part * gpuHours) / 4)).toBeCloseTo(1, 10);
      }),
    );
  });

  it('is unknown without a throughput', () => {
    const bought = purchase(request({ kind: 'tokens', tokens: 1e9 }));
    expect(costOf(bought, 1e9)).toMatchObject({ gpuHours: null, wallClockHours: null, dollars: null });
  });
});

describe('what is missing', () => {
  it('is named: hardware for GPU-hours, a price for money', () => {
    const hardware = refused(() => purchase(request({ kind: 'gpuHours', gpuHours: 512 })));
    expect(hardware).toEqual([budgetNeeds({ budget: '512gpu-h', missing: 'throughput' })]);
    const price = refused(() => purchase(request({ kind: 'money', dollars: 20_000 }, measured)));
    expect(price).toEqual([budgetNeeds({ budget: '$20000', missing: 'price' })]);
    const both = refused(() => purchase(request({ kind: 'money', dollars: 20_000 }, { price: 2 })));
    expect(both.map(({ code }) => code)).toEqual(['budget-needs']);
  });

  it('is said where the model does not fit into the memory of the GPUs', () => {
    const small = purchase(
      request({ kind: 'gpuTime', hours: 10, gpus: 1 }, { gpu: 'a100-40', params: 70e9 }),
    );
    const large = purchase(
      request({ kind: 'gpuTime', hours: 10, gpus: 512 }, { gpu: 'a100-40', params: 70e9 }),
    );
    const codes = [small, large].map(({ problems }) => problems.map(({ code }) => code));
    expect(codes[0].filter((code) => !codes[1].includes(code))).toHaveLength(1);
  });
});
