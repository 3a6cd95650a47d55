import { expect, it } from 'vitest';
import { budget } from '../../src/units/budget.ts';
import { duration } from '../../src/units/duration.ts';
import { flop } from '../../src/units/flop.ts';
import { money } from '../../src/units/money.ts';
import { params } from '../../src/units/params.ts';
import { loss } from '../../src/units/plain.ts';
import { price } from '../../src/units/price.ts';
import { ratio } from '../../src/units/ratio.ts';
import { throughput } from '../../src/units/throughput.ts';
import { tokens } from '../../src/units/tokens.ts';
import { tolerances } from '../../src/units/tolerance.ts';

it('is short, and carries its unit', () => {
  expect(tokens.display(21_474_836_480)).toBe('21.47B');
  expect(tokens.display(0)).toBe('0');
  expect(tokens.display(999_999)).toBe('1M');
  expect(params.display(123.456789e6)).toBe('123.5M');
  expect(ratio.display(1 / 3)).toBe('33.3%');
  expect(ratio.display(0.924449)).toBe('92.4%');
  expect(loss.display(1.430_517)).toBe('1.431 nats');
  expect(duration.display(72)).toBe('3 days');
  expect(duration.display(36)).toBe('36 h');
  expect(throughput.display(7234)).toBe('7.23k tok/s per GPU');
  expect(flop.display(1.2345e21)).toBe('1.23e21 FLOP');
  expect(money.display(20_000)).toBe('$20k');
  expect(price.display(2.5)).toBe('$2.5 a GPU-hour');
  expect(budget.display({ kind: 'gpuHours', gpuHours: 512 })).toBe('512 GPU-hours');
  expect(budget.display({ kind: 'gpuTime', hours: 72, gpus: 16 })).toBe('3 days on 16 GPUs');
  expect(tolerances.display(tolerances.parse('fineweb=3%,wiki=0.02nats'))).toBe('fineweb 3%, wiki 0.02 nats');
});

it('writes the shortest exact text', () => {
  expect(tokens.format(20e9)).toBe('20B');
  expect(tokens.format(123_456_789)).toBe('123.456789M');
  expect(tokens.format(7)).toBe('7');
  expect(tokens.format(1e15)).toBe('1e15');
  expect(budget.format({ kind: 'gpuTime', hours: 72, gpus: 16 })).toBe('72h x 16 gpu');
  expect(ratio.format(0.3)).toBe('0.3');
});
