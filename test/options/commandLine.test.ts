import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, shellQuote, shellWords } from '../../src/options/commandLine.ts';
import { parseArguments } from '../../src/options/parse.ts';
import { allNames, valuesOf } from './arbitraries.ts';

const operands = [{ name: 'RUNS', help: 'runs tables', required: false, variadic: true }];
const operand = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));

/** The words that a POSIX shell makes of each line. */
function wordsInShell(lines: readonly string[]): readonly (readonly string[])[] {
  const script = lines.map((line) => `printf '%s\\0' ${line}; printf '\\0'`).join('\n');
  const output = execFileSync('sh', { input: script, encoding: 'utf8', maxBuffer: 1 << 26 });
  return output
    .split('\0\0')
    .slice(0, -1)
    .map((words) => words.split('\0'));
}

describe('the reproducing command line', () => {
  it('gives the same operands and values when a shell reads it and it is parsed again', () => {
    const lines = fc.sample(fc.tuple(fc.array(operand, { maxLength: 3 }), valuesOf(allNames)), 300);
    const words = wordsInShell(lines.map(([args, values]) => commandLine('plan', args, values)));
    expect(words).toHaveLength(lines.length);
    for (const [index, [args, values]] of lines.entries()) {
      const [program, command, ...rest] = words[index]!;
      expect([program, command]).toEqual(['mixplan', 'plan']);
      expect(parseArguments(operands, allNames, rest)).toStrictEqual({ args, values, fromSettings: [] });
      expect(shellWords(commandLine('plan', args, values))).toEqual(words[index]);
    }
  });

  it('says only what differs from the defaults, in the declared order', () => {
    const argv = [
      '--seed',
      '1',
      '--tolerance',
      '3%',
      '--budget',
      '3 days x 16 gpu',
      'runs.csv',
      '--draws',
      '500',
      '--replay',
      '20%',
    ];
    const { args, values } = parseArguments(operands, allNames, argv);
    expect(commandLine('plan', args, values)).toBe(
      "mixplan plan runs.csv --draws 500 --domain-ratio 0.8 --tolerance 3% --budget '72h x 16 gpu'",
    );
  });

  it('leaves out what concerns presentation only', () => {
    const { args, values } = parseArguments(operands, allNames, [
      'a.csv',
      '--threads',
      '2',
      '--json',
      '--force',
      '--quiet',
      '--debug',
      '--no-color',
    ]);
    expect(commandLine('fit', args, values)).toBe('mixplan fit a.csv');
  });

  it('protects operands that begin with a dash', () => {
    const { args, values } = parseArguments(operands, allNames, ['--seed', '2', '--', '-odd.csv']);
    expect(args).toEqual(['-odd.csv']);
    expect(commandLine('fit', args, values)).toBe('mixplan fit --seed 2 -- -odd.csv');
    expect(commandLine('fit', ['-'], {})).toBe('mixplan fit -');
  });
});

describe('shellQuote', () => {
  it('leaves plain words alone and quotes the rest', () => {
    expect(shellQuote('runs/a-1.csv')).toBe('runs/a-1.csv');
    expect(shellQuote('')).toBe("''");
    expect(shellQuote("it's $HOME")).toBe("'it'\\''s $HOME'");
    expect(shellQuote('~')).toBe("'~'");
  });

  it('is undone by shellWords, which takes no other lines', () => {
    for (const text of ['', ' ', "it's", "''", 'a\nb', '$x `y`', '\\'])
      expect(shellWords(`${shellQuote(text)} ${shellQuote('b')}`)).toEqual([text, 'b']);
    expect(shellWords(' a  b ')).toEqual(['a', 'b']);
    expect(shellWords('')).toEqual([]);
    for (const line of ["a 'b", 'a\\ b']) expect(shellWords(line)).toBeUndefined();
  });
});
