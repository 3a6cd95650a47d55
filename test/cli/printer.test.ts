import { describe, expect, it } from 'vitest';
import { createPrinter, formatPlace, mostProblemsShown } from '../../src/cli/printer.ts';
import type { Problem } from '../../src/problems/problem.ts';

function printed(problems: readonly Problem[], settings: { json?: boolean; quiet?: boolean } = {}) {
  let stdout = '';
  let stderr = '';
  const printer = createPrinter({
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    json: false,
    quiet: false,
    colour: true,
    ...settings,
  });
  printer.problems(problems);
  printer.say('wrote plan.json');
  expect(stdout).toBe('');
  return stderr;
}

const problem = (severity: Problem['severity'], code: string, more: Partial<Problem> = {}): Problem => ({
  severity,
  code,
  message: `About ${code}.`,
  ...more,
});

describe('problems', () => {
  it('name their place, and give their advice', () => {
    const place = { file: 'runs.csv', line: 12, field: 'domain_ratio' };
    expect(printed([problem('error', 'ratio-wrong', { place, hint: 'Write 0.3.' })])).toBe(
      'error: runs.csv:12: domain_ratio: About ratio-wrong.\nhint: Write 0.3.\nmore about this: mixplan explain ratio-wrong\nwrote plan.json\n',
    );
  });

  it('come by severity, in their own order otherwise', () => {
    const text = printed([
      problem('note', 'n'),
      problem('error', 'e1'),
      problem('warning', 'w'),
      problem('error', 'e2'),
    ]);
    expect(text.split('\n').slice(0, 4)).toEqual([
      'error: About e1.',
      'error: About e2.',
      'warning: About w.',
      'note: About n.',
    ]);
  });

  it('share the advice of their neighbours', () => {
    const text = printed([
      problem('error', 'a', { hint: 'Do this.' }),
      problem('error', 'a', { hint: 'Do this.' }),
      problem('error', 'b', { hint: 'Do that.' }),
    ]);
    expect(text.match(/hint: Do this\./g)).toHaveLength(1);
    expect(text.match(/hint: Do that\./g)).toHaveLength(1);
  });

  it('are counted by code beyond the first twenty', () => {
    const many = [
      ...Array.from({ length: mostProblemsShown }, () => problem('error', 'a')),
      problem('error', 'b'),
      ...Array.from({ length: 3 }, () => problem('error', 'c')),
    ];
    const text = printed(many);
    expect(text.match(/About a\./g)).toHaveLength(mostProblemsShown);
    expect(text).toContain('... and 4 more: 3 c, 1 b\n');
    expect(text).toContain('mixplan explain a b c\n');
  });

  it('are all JSON lines with --json', () => {
    const many = Array.from({ length: 30 }, (_, index) => problem('warning', `w${index}`, { hint: 'x\ny' }));
    const lines = printed(many, { json: true }).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      many.map((item) => ({ schema: 'mixplan.problem/1', ...item })),
    );
  });

  it('are errors only with --quiet', () => {
    expect(printed([problem('warning', 'w'), problem('note', 'n')], { quiet: true })).toBe('');
    expect(printed([problem('warning', 'w'), problem('error', 'e')], { quiet: true })).toMatch(
      /^error: About e\.\n/,
    );
  });
});

it('writes as much of a place as is known', () => {
  expect(formatPlace({ file: 'a.csv', line: 3, field: 'tokens' })).toBe('a.csv:3: tokens');
  expect(formatPlace({ file: 'a.csv' })).toBe('a.csv');
  expect(formatPlace({ line: 3, field: 'tokens' })).toBe('line 3: tokens');
  expect(formatPlace({ field: '--budget' })).toBe('--budget');
  expect(formatPlace({})).toBe('');
});

describe('foreign names', () => {
  const foreign = 'a\u001b]0;title\u0007\u202eb\u009b2Jc\rd';
  const written = (isTTY: boolean, colour: boolean) => {
    const texts = { stdout: '', stderr: '' };
    const sink = (name: keyof typeof texts) => ({ isTTY, write: (text: string) => (texts[name] += text) });
    const streams = { stdout: sink('stdout'), stderr: sink('stderr') };
    const printer = createPrinter({ ...streams, json: false, quiet: false, colour });
    return { printer, texts };
  };

  it('do not steer a terminal, in answers, remarks or messages', () => {
    const { printer, texts } = written(true, true);
    printer.data(`${printer.paint('bold', 'Title')}\n\t${foreign}\nnext\r\n`);
    expect(texts.stdout).toBe(
      '\u001b[1mTitle\u001b[22m\n\ta\\u001b]0;title\\u0007\\u202eb\\u009b2Jc\\u000dd\nnext\r\n',
    );
  });

  it('do not steer it in remarks or messages', () => {
    const { printer, texts } = written(true, false);
    printer.say(foreign);
    printer.problems([problem('error', 'e', { message: foreign, hint: foreign })]);
    expect(texts.stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    printer.transient(foreign);
    expect(texts.stderr.endsWith('\r\u001b[Ka\\u001b]0;title\\u0007\\u202eb\\u009b2Jc\\rd')).toBe(true);
  });

  it('stay as they are in answers that go to a file', () => {
    const { printer, texts } = written(false, false);
    printer.data(foreign);
    expect(texts.stdout).toBe(`${foreign}\n`);
  });

  it('that are a damaged file have their middle left out', () => {
    const text = printed([problem('error', 'e', { message: `Run ${'x'.repeat(1e6)} is odd.` })]);
    expect(text.length).toBeLessThan(3000);
    expect(text).toContain('is odd.');
    expect(printed([problem('error', 'e', { message: 'x'.repeat(1e5) })], { json: true })).toContain(
      'x'.repeat(1e5),
    );
  });
});
