import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/problems/problem.ts';
import * as problems from '../../src/problems/units.ts';
import { budget } from '../../src/units/budget.ts';
import { duration } from '../../src/units/duration.ts';
import { flop } from '../../src/units/flop.ts';
import { named } from '../../src/units/list.ts';
import { money } from '../../src/units/money.ts';
import { modelSize, params } from '../../src/units/params.ts';
import { loss } from '../../src/units/plain.ts';
import { price } from '../../src/units/price.ts';
import { level, ratio, utilisation } from '../../src/units/ratio.ts';
import { span } from '../../src/units/span.ts';
import { throughput } from '../../src/units/throughput.ts';
import { tokens, trainingTokens } from '../../src/units/tokens.ts';
import { tolerance, tolerances } from '../../src/units/tolerance.ts';
import type { Unit } from '../../src/units/unit.ts';
import { wholeNumber } from '../../src/units/whole.ts';
import { refusalCodes } from './refusals.ts';

const gpus = wholeNumber('number of GPUs', 1, '64');

describe('accepted', () => {
  const accepted: readonly (readonly [Unit<unknown>, string, unknown])[] = [
    [tokens, '20B', 20e9],
    [tokens, '3.1e9', 3.1e9],
    [tokens, '5M', 5e6],
    [tokens, '250k', 250e3],
    [tokens, '1.5 bn tokens', 1.5e9],
    [tokens, '2 billion', 2e9],
    [tokens, '1T', 1e12],
    [tokens, '1t', 1e12],
    [tokens, '5m', 5e6],
    [tokens, '20,000,000', 20e6],
    [tokens, '20_000_000', 20e6],
    [tokens, '0', 0],
    [tokens, '+7', 7],
    [tokens, '.5B', 0.5e9],
    [tokens, '1e-1B', 1e8],
    [tokens, ' 20\u202FB ', 20e9],
    [params, '7B', 7e9],
    [params, '788k', 788e3],
    [params, '1.8B', 1.8e9],
    [params, '70 b params', 70e9],
    [ratio, '0.3', 0.3],
    [ratio, '30%', 0.3],
    [ratio, '30 %', 0.3],
    [ratio, '0', 0],
    [ratio, '1', 1],
    [ratio, '100%', 1],
    [level, '90%', 0.9],
    [level, '0.9', 0.9],
    [utilisation, '41%', 0.41],
    [tolerance, '3%', { kind: 'relative', share: 0.03 }],
    [tolerance, '0.05 nats', { kind: 'absolute', nats: 0.05 }],
    [tolerance, '0.05nats', { kind: 'absolute', nats: 0.05 }],
    [tolerance, '0.02 bpb', { kind: 'bits', bitsPerByte: 0.02 }],
    [tolerance, '0.02bits per byte', { kind: 'bits', bitsPerByte: 0.02 }],
    [tolerance, '0.05', { kind: 'absolute', nats: 0.05 }],
    [tolerance, '2 nats', { kind: 'absolute', nats: 2 }],
    [tolerances, '3%', { kind: 'everySet', tolerance: { kind: 'relative', share: 0.03 } }],
    [
      tolerances,
      'fineweb=3%, wiki=0.02 nats',
      {
        kind: 'bySet',
        tolerances: {
          fineweb: { kind: 'relative', share: 0.03 },
          wiki: { kind: 'absolute', nats: 0.02 },
        },
      },
    ],
    [throughput, '12000tok/s', 12000],
    [throughput, '7.2k tok/s', 7200],
    [throughput, '7.2k tokens/s/gpu', 7200],
    [throughput, '12,000 tokens per second per GPU', 12000],
    [duration, '36h', 36],
    [duration, '3 days', 72],
    [duration, '2 weeks', 336],
    [duration, '90min', 1.5],
    [money, '$20k', 20000],
    [money, '$1,500.50', 1500.5],
    [money, '800 USD', 800],
    [money, '800USD', 800],
    [money, 'US$ 1.2M', 1.2e6],
    [price, '$2.50/gpu-h', 2.5],
    [price, '2.5', 2.5],
    [span, '1%', { kind: 'share', share: 0.01 }],
    [span, '200M tokens', { kind: 'tokens', tokens: 2e8 }],
    [span, '200M', { kind: 'tokens', tokens: 2e8 }],
    [span, '100 steps', { kind: 'steps', steps: 100 }],
    [span, '1step', { kind: 'steps', steps: 1 }],
    [span, '0', { kind: 'tokens', tokens: 0 }],
    [price, '$2/h', 2],
    [price, '2.5 USD per GPU-hour', 2.5],
    [flop, '1e21 FLOP', 1e21],
    [flop, '1e21flops', 1e21],
    [flop, '500 EFLOP', 5e20],
    [flop, '1.5ZFLOPs', 1.5e21],
    [budget, '512gpu-h', { kind: 'gpuHours', gpuHours: 512 }],
    [budget, '64 gpu-hours', { kind: 'gpuHours', gpuHours: 64 }],
    [budget, '64GPUh', { kind: 'gpuHours', gpuHours: 64 }],
    [budget, '64 GPU hours', { kind: 'gpuHours', gpuHours: 64 }],
    [budget, '2 gpu-days', { kind: 'gpuHours', gpuHours: 48 }],
    [budget, '1,024 gpu-h', { kind: 'gpuHours', gpuHours: 1024 }],
    [budget, '3 days x 16 gpu', { kind: 'gpuTime', hours: 72, gpus: 16 }],
    [budget, '16 GPUs × 3 days', { kind: 'gpuTime', hours: 72, gpus: 16 }],
    [budget, '16 gpus for 36h', { kind: 'gpuTime', hours: 36, gpus: 16 }],
    [budget, '36h on 16 gpus', { kind: 'gpuTime', hours: 36, gpus: 16 }],
    [budget, '36h*16gpu', { kind: 'gpuTime', hours: 36, gpus: 16 }],
    [budget, '36hx16gpu', { kind: 'gpuTime', hours: 36, gpus: 16 }],
    [budget, '1e21 FLOP', { kind: 'flop', flop: 1e21 }],
    [budget, '$20k', { kind: 'money', dollars: 20000 }],
    [budget, '10B tokens', { kind: 'tokens', tokens: 10e9 }],
    [loss, '1.43', 1.43],
    [loss, '1.43 nats', 1.43],
    [gpus, '64', 64],
    [gpus, '1,024', 1024],
    [gpus, '1e3', 1000],
  ] as readonly (readonly [Unit<unknown>, string, unknown])[];

  it.each(accepted.map(([unit, text, value]) => ({ unit, name: unit.name, text, value })))(
    '$name: $text',
    ({ unit, text, value }) => {
      expect(unit.parse(text)).toStrictEqual(value);
    },
  );
});

describe('refused, by code', () => {
  const refused: readonly (readonly [Pick<Unit<unknown>, 'name' | 'parse'>, string, string])[] = [
    [tokens, '', problems.notAQuantity.code],
    [tokens, '  ', problems.notAQuantity.code],
    [tokens, 'NaN', problems.notAQuantity.code],
    [tokens, 'Infinity', problems.notAQuantity.code],
    [tokens, '-Infinity', problems.notAQuantity.code],
    [tokens, 'B', problems.notAQuantity.code],
    [tokens, '1,5B', problems.notAQuantity.code],
    [tokens, '1.234.567', problems.notAQuantity.code],
    [tokens, '1,000_000', problems.notAQuantity.code],
    [tokens, '0x10', problems.unitUnexpected.code],
    [tokens, '20 000', problems.unitUnexpected.code],
    [tokens, '20BB', problems.unitUnexpected.code],
    [tokens, '20gpu-h', problems.unitUnexpected.code],
    [tokens, '7B params', problems.unitUnexpected.code],
    [tokens, '-5B', problems.quantityOutOfRange.code],
    [tokens, '\u22125B', problems.quantityOutOfRange.code],
    [tokens, '-0', problems.quantityOutOfRange.code],
    [tokens, '1e400', problems.quantityOutOfRange.code],
    [tokens, '1e300T', problems.quantityOutOfRange.code],
    [tokens, '1e-400', problems.quantityOutOfRange.code],
    [params, '0', problems.quantityOutOfRange.code],
    [modelSize, '1e300', problems.quantityOutOfRange.code],
    [modelSize, '0.5', problems.quantityOutOfRange.code],
    [span, '2000', problems.unitMissing.code],
    [span, '0.01', problems.unitMissing.code],
    [span, '120%', problems.quantityOutOfRange.code],
    [trainingTokens, '0', problems.quantityOutOfRange.code],
    [trainingTokens, '1e300', problems.quantityOutOfRange.code],
    [wholeNumber('number of draws', 0, '1000', 100_000), '100001', problems.quantityOutOfRange.code],
    [params, '7B tokens', problems.unitUnexpected.code],
    [ratio, '30', problems.looksLikePercentage.code],
    [ratio, '1.5', problems.looksLikePercentage.code],
    [ratio, '100', problems.looksLikePercentage.code],
    [ratio, '101', problems.quantityOutOfRange.code],
    [ratio, '-0.1', problems.quantityOutOfRange.code],
    [ratio, '130%', problems.quantityOutOfRange.code],
    [ratio, '1:4', problems.unitUnexpected.code],
    [level, '90', problems.looksLikePercentage.code],
    [level, '0', problems.quantityOutOfRange.code],
    [level, '1', problems.quantityOutOfRange.code],
    [level, '100%', problems.quantityOutOfRange.code],
    [utilisation, '0', problems.quantityOutOfRange.code],
    [tolerance, '3', problems.looksLikePercentage.code],
    [tolerance, '-3%', problems.quantityOutOfRange.code],
    [tolerance, '0.05 ppl', problems.unitUnexpected.code],
    [throughput, '12000', problems.unitMissing.code],
    [throughput, '7.2k', problems.unitMissing.code],
    [throughput, '400 TFLOP/s', problems.unitUnexpected.code],
    [throughput, '12000tok', problems.unitUnexpected.code],
    [throughput, '0tok/s', problems.quantityOutOfRange.code],
    [duration, '36', problems.unitMissing.code],
    [duration, '3 moons', problems.unitUnexpected.code],
    [duration, '1e308 days', problems.quantityOutOfRange.code],
    [money, '20k', problems.unitMissing.code],
    [money, '20k EUR', problems.ambiguousUnit.code],
    [money, '€20', problems.ambiguousUnit.code],
    [money, '2$5', problems.ambiguousUnit.code],
    [money, '$', problems.notAQuantity.code],
    [money, '$-5', problems.quantityOutOfRange.code],
    [price, '€2', problems.ambiguousUnit.code],
    [price, '.50/gpu-h', problems.ambiguousUnit.code],
    [price, '2.5/day', problems.unitUnexpected.code],
    [price, '0', problems.quantityOutOfRange.code],
    [flop, '1e21', problems.unitMissing.code],
    [flop, '400 TFLOP/s', problems.ambiguousUnit.code],
    [flop, '1e21 tokens', problems.unitUnexpected.code],
    [budget, '512', problems.unitMissing.code],
    [budget, '20k', problems.unitMissing.code],
    [budget, '512h', problems.ambiguousUnit.code],
    [budget, '3 days', problems.ambiguousUnit.code],
    [budget, '512 H100-hours', problems.ambiguousUnit.code],
    [budget, '512 H100h', problems.ambiguousUnit.code],
    [budget, '20k EUR', problems.ambiguousUnit.code],
    [budget, '512 apples', problems.unitUnexpected.code],
    [budget, '3 days x 16', problems.notAQuantity.code],
    [budget, '3 x 16 gpu', problems.unitMissing.code],
    [budget, '3 days x 1.5 gpu', problems.quantityOutOfRange.code],
    [budget, '0gpu-h', problems.quantityOutOfRange.code],
    [budget, '1e308 gpu-days', problems.quantityOutOfRange.code],
    [budget, 'lots', problems.notAQuantity.code],
    [loss, '0', problems.quantityOutOfRange.code],
    [loss, '1.4 bpb', problems.unitUnexpected.code],
    [gpus, '8k', problems.ambiguousUnit.code],
    [gpus, '1.5', problems.quantityOutOfRange.code],
    [gpus, '0', problems.quantityOutOfRange.code],
    [gpus, '9007199254740993', problems.quantityOutOfRange.code],
    [gpus, '8 gpus', problems.unitUnexpected.code],
  ];

  it.each(refused.map(([unit, text, code]) => ({ unit, name: unit.name, text, code })))(
    '$name: "$text" is $code',
    ({ unit, text, code }) => {
      expect(refusalCodes(() => unit.parse(text))).toEqual([code]);
    },
  );

  it('says what to write instead', () => {
    const messageOf = (unit: Pick<Unit<unknown>, 'parse'>, text: string): string => {
      try {
        unit.parse(text);
      } catch (error) {
        if (error instanceof Refusal) return error.problems[0]!.message;
      }
      return expect.fail('accepted');
    };
    expect(messageOf(budget, '512')).toContain('512gpu-h');
    expect(messageOf(ratio, '30')).toMatch(/30%.*0\.3/);
    expect(messageOf(budget, '512h')).toMatch(/512gpu-h.*512h x 8 gpu/);
    expect(messageOf(budget, '512 H100-hours')).toContain('512gpu-h with --gpu h100');
    expect(messageOf(gpus, '8k')).toMatch(/8000.*8192/);
    expect(messageOf(tolerance, '3')).toMatch(/3%.*3 nats/);
  });
});

describe('named values', () => {
  const losses = named(loss, ['general=1.43,domain=2.10']);

  it('keeps the order and the thousands', () => {
    expect(Object.entries(losses.parse('b=1,000,a=2'))).toEqual([
      ['b', 1000],
      ['a', 2],
    ]);
  });

  it('reports every fault at once', () => {
    expect(refusalCodes(() => losses.parse('a=x,b=-1,c=2'))).toEqual([
      problems.notAQuantity.code,
      problems.quantityOutOfRange.code,
    ]);
    expect(refusalCodes(() => losses.parse('a=1,a=2,b=1,b=1'))).toEqual([
      problems.nameRepeated.code,
      problems.nameRepeated.code,
    ]);
    for (const text of ['1.43', '=1', 'a=1,', ',a=1', '']) {
      expect(refusalCodes(() => losses.parse(text))).toContain(problems.assignmentMalformed.code);
    }
  });

  it('is safe with names that objects know', () => {
    expect(Object.entries(losses.parse('__proto__=1,constructor=2'))).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });
});

describe('junk', () => {
  const numeric: readonly Unit<number>[] = [
    tokens,
    params,
    ratio,
    level,
    utilisation,
    loss,
    duration,
    throughput,
    flop,
    money,
    price,
    gpus,
  ];
  /** Texts near to quantities: far more of them slip through a careless parser than of random ones. */
  const near = fc
    .array(
      fc.constantFrom(
        '1',
        '0',
        '5',
        '.',
        ',',
        '-',
        '+',
        'e',
        '%',
        '$',
        'k',
        'B',
        'h',
        ' ',
        '/',
        'x',
        'tok',
        'gpu',
        '_',
        'Infinity',
        'NaN',
        '\u2212',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(''));

  it('is refused with a problem, or is a finite number that reads back', () => {
    fc.assert(
      fc.property(
        fc.oneof(near, fc.string(), fc.string({ unit: 'binary' })),
        fc.constantFrom(...numeric),
        (text, unit) => {
          try {
            const value = unit.parse(text);
            expect(Number.isFinite(value)).toBe(true);
            expect(text).toMatch(/\d/);
            expect(unit.parse(unit.format(value))).toBe(value);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            expect(error.problems).toHaveLength(1);
            expect(error.problems[0]!.message).toMatch(/^[^\p{Cc}]+\.$/u);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('never turns what JavaScript alone takes for a number into one', () => {
    for (const text of [
      '0x1F',
      '0b1',
      '0o7',
      '1n',
      '',
      ' ',
      '1e',
      '1e+',
      '--1',
      '+-1',
      '1.2.3',
      'null',
      '[]',
      '٣',
    ]) {
      for (const unit of numeric) expect(() => unit.parse(text)).toThrow(Refusal);
    }
  });
});
