import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { options } from '../../src/options/all.ts';
import { parseArguments } from '../../src/options/parse.ts';
import * as problems from '../../src/problems/options.ts';
import { Refusal } from '../../src/problems/problem.ts';
import { looksLikePercentage, nameRepeated, unitMissing } from '../../src/problems/units.ts';
import { refusalCodes } from '../units/refusals.ts';
import { allNames } from './arbitraries.ts';

const runs = [{ name: 'RUNS', help: 'runs tables', required: true, variadic: true }];
const one = [{ name: 'FIT', help: 'a fit', required: true, variadic: false }];
const parse = (...argv: string[]) => parseArguments(runs, allNames, argv);

describe('parseArguments', () => {
  it('reads values, switches, short flags, equals signs and operands in any order', () => {
    const { args, values } = parse(
      'a.csv',
      '--params=7B',
      '-o',
      'plan.json',
      '--verify',
      'b.csv',
      '--json',
      '-',
    );
    expect(args).toEqual(['a.csv', 'b.csv', '-']);
    expect(values.params).toEqual([7e9]);
    expect(values.output).toBe('plan.json');
    expect(values.verify).toBe(true);
    expect(values.json).toBe(true);
    expect(values.force).toBe(false);
    expect(parse('a', '-oplan.json').values.output).toBe('plan.json');
    expect(parse('a', '-o', '-').values.output).toBe('-');
  });

  it('fills in defaults, and leaves what has none undefined', () => {
    const { values } = parse('a.csv');
    expect(values.draws).toBe(options.draws.initial);
    expect(values.confidence).toBe(0.9);
    expect(values.budget).toBeUndefined();
    expect('budget' in values).toBe(true);
  });

  it('takes global options with every command, and no others', () => {
    expect(parseArguments([], [], ['--json', '--debug']).values).toStrictEqual({
      json: true,
      quiet: false,
      noColor: false,
      debug: true,
    });
    expect(refusalCodes(() => parseArguments([], [], ['--seed', '1']))).toEqual([
      problems.unknownOption.code,
    ]);
  });

  it('reads replay as the complement of the domain ratio', () => {
    expect(parse('a', '--replay', '20%').values.domainRatio).toBe(0.8);
    expect(parse('a', '--ratio', '0.3').values.domainRatio).toBe(0.3);
    expect(refusalCodes(() => parse('a', '--replay', '20%', '--ratio', '0.8'))).toEqual([
      problems.repeatedOption.code,
    ]);
  });

  it('joins repeated lists and refuses other repetitions', () => {
    expect(parse('a', '--law', 'l3', '--law', 'cmr,dcpt').values.law).toEqual(['l3', 'cmr', 'dcpt']);
    expect(parse('a', '--role', 'wiki=general', '--role', 'code=domain').values.role).toEqual({
      wiki: 'general',
      code: 'domain',
    });
    expect(refusalCodes(() => parse('a', '--role', 'w=general', '--role', 'w=domain'))).toEqual([
      nameRepeated.code,
    ]);
    expect(refusalCodes(() => parse('a', '--seed', '1', '--seed', '1'))).toEqual([
      problems.repeatedOption.code,
    ]);
    expect(parse('a', '--json', '--json').values.json).toBe(true);
  });

  it('reports all faults together, with the flag as their place', () => {
    const action = () => parse('--budget', '512', '--ratio', '30', '--json=yes', '--output');
    expect(refusalCodes(action)).toEqual([
      unitMissing.code,
      looksLikePercentage.code,
      problems.switchWithValue.code,
      problems.optionWithoutValue.code,
      problems.missingOperand.code,
    ]);
    try {
      action();
    } catch (error) {
      const [first, second] = (error as Refusal).problems;
      expect(first!.place).toEqual({ field: '--budget' });
      expect(second!.place).toEqual({ field: '--ratio' });
    }
  });

  it('suggests the option that was meant, and judges no operands then', () => {
    try {
      parseArguments(one, ['tolerance'], ['--tolerence', '3%', 'a', 'b']);
      expect.fail('accepted');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.problems.map(({ code }) => code)).toEqual([problems.unknownOption.code]);
      expect(error.problems[0]!.hint).toContain('--tolerance');
    }
  });

  it('does not take the next flag for a value, but takes values that begin with a dash', () => {
    expect(refusalCodes(() => parse('a', '--output', '--json'))).toEqual([problems.optionWithoutValue.code]);
    expect(parse('a', '--output=--json').values.output).toBe('--json');
    expect(parse('a', '--output', '-x').values.output).toBe('-x');
  });

  it('counts operands', () => {
    expect(refusalCodes(() => parseArguments(one, [], []))).toEqual([problems.missingOperand.code]);
    expect(refusalCodes(() => parseArguments(one, [], ['a', 'b', 'c']))).toEqual([
      problems.surplusOperand.code,
      problems.surplusOperand.code,
    ]);
    expect(parseArguments(one, [], ['--', '--json']).args).toEqual(['--json']);
  });

  it('answers any words with values or a refusal', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '--',
        '-',
        '-o',
        '--budget',
        '--json',
        '--replay',
        '512gpu-h',
        '-oj',
        '--=',
        '--__proto__',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (argv) => {
        try {
          expect(parse(...argv).args.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(error.problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the options', () => {
  it('have distinct flags, a help line and, where defaulted, a default that reads back', () => {
    const flags = new Set<string>();
    for (const option of Object.values(options)) {
      for (const flag of [option.flag, ...('short' in option ? [option.short] : [])]) {
        expect(flags).not.toContain(flag);
        flags.add(flag);
      }
      expect(option.help).toMatch(/^.{10,}[^.]$/);
    }
    for (const name of allNames) {
      const option = options[name];
      if ('initial' in option) {
        const parsed = parse('a', option.flag, String(option.initial)).values[name];
        expect(parsed).toBe(option.initial);
      }
    }
  });
});
