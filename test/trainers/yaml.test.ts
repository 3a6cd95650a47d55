import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { filesNotReadable } from '../../src/problems/trainers.ts';
import { comments, float, flowList, parseYaml, scalar } from '../../src/trainers/yaml.ts';
import { codesOf } from './support.ts';

describe('YAML as PyYAML reads it', () => {
  it('takes a number with an exponent for a string unless it has a dot and a sign', () => {
    const text = 'a: 1e-5\nb: 1.0e-5\nc: 1.0e5\nd: 0.00001\ne: 010\nf: no\ng: 1:30\nh: 0x1F\ni: 1_000';
    expect(parseYaml(text, 'x')).toEqual({
      a: '1e-5',
      b: 1e-5,
      c: '1.0e5',
      d: 0.00001,
      e: 8,
      f: false,
      g: 90,
      h: 31,
      i: 1000,
    });
  });

  it('refuses what is no YAML, and a key that comes twice', () => {
    expect(codesOf(() => parseYaml('a: [1', 'x'))).toEqual([filesNotReadable.code]);
    expect(codesOf(() => parseYaml('a: 1\na: 2', 'x'))).toEqual([filesNotReadable.code]);
  });

  it('reads quoted words as words, and follows aliases', () => {
    expect(parseYaml('a: &x "1"\nb: *x\nc: null\nd: ~\ne:', 'x')).toEqual({
      a: '1',
      b: '1',
      c: null,
      d: null,
      e: null,
    });
  });
});

describe('what is written', () => {
  it('is read back as the same value by YAML 1.1 and by YAML 1.2', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        'no',
        '010',
        '1e-5',
        '1:30',
        '~',
        'a: b',
        'a #b',
        '- x',
        '',
        "it's",
        '/data/my corpus',
        'null',
      ),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => (each === 0 ? 0 : each)),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(value, (each) => {
        expect(parseYaml(`key: ${scalar(each)}\n`, 'x')).toEqual({ key: each });
        expect(parse(`key: ${scalar(each)}\n`)).toEqual({ key: each });
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('holds in lists on one line', () => {
    const values = ['/data/web', 'a,b', 'c]', 'd: e', 1e-7, 3];
    expect(parseYaml(`key: ${flowList(values)}`, 'x')).toEqual({ key: values });
  });

  it('leaves plain words and numbers as a person would write them', () => {
    expect(
      ['/data/web', 's3://bucket/a', 'meta-llama/Llama-3.1-8B', 1e-7, 3e-5, 2e22, 512].map(scalar),
    ).toEqual([
      '/data/web',
      's3://bucket/a',
      'meta-llama/Llama-3.1-8B',
      '1.0e-7',
      '0.00003',
      '2.0e+22',
      '512',
    ]);
    expect([1, 0, 0.3, 1e-7].map(float)).toEqual(['1.0', '0.0', '0.3', '1.0e-7']);
    expect(comments(['one', ''])).toBe('# one\n#');
  });
});
