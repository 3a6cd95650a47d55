import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineCommand } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { createPrinter } from '../../src/cli/printer.ts';
import { parseDocument } from '../../src/documents/read.ts';
import { documentKinds } from '../../src/documents/schemas.ts';
import { problemKinds } from '../../src/problems/catalogue.ts';
import * as problems from '../../src/problems/options.ts';
import { mixplan } from './harness.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The codes of the problems on stderr, with --json. */
async function codesOf(argv: readonly string[]): Promise<{ status: number; codes: readonly string[] }> {
  const { status, stdout, stderr } = await mixplan([...argv, '--json']);
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  const told = await Promise.all(lines.map((line) => parseDocument(line, documentKinds.problem, 'stderr')));
  return { status, codes: told.map(({ code }) => code) };
}

describe('help and version', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']], [['--json', '-h']]])(
    '%j lists every command',
    async (argv) => {
      const { status, stdout, stderr } = await mixplan(argv);
      expect(status).toBe(0);
      expect(stderr).toBe('');
      for (const { name, summary } of commands)
        expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
    },
  );

  it.each(commands.map(({ name }) => name))(
    '%s --help shows usage, operands, options and examples',
    async (name) => {
      const { status, stdout } = await mixplan([name, '--help']);
      expect(status).toBe(0);
      expect(stdout).toContain(`Usage: mixplan ${name}`);
      expect(stdout).toContain('--json');
      expect((await mixplan(['help', name])).stdout).toBe(stdout);
      const { examples } = commands.find((command) => command.name === name)!;
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(stdout).toContain(`  ${example}`);
    },
  );

  it('prints the version of the package', async () => {
    for (const flag of ['--version', '-V']) {
      expect(await mixplan([flag])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    }
  });
});

describe('wrong usage exits 2, with a code', () => {
  it.each([
    [['explan'], problems.unknownCommand.code],
    [['explain', '--bogus'], problems.unknownOption.code],
    [['--bogus'], problems.unknownOption.code],
    [['explain', 'no-such-code'], problems.unknownCode.code],
    [['schema', 'no-such-kind'], problems.unknownSchema.code],
    [['schema', 'problem', 'surplus'], problems.surplusOperand.code],
    [['help', 'explan'], problems.unknownCommand.code],
  ])('%j', async (argv, code) => {
    expect(await codesOf(argv)).toEqual({ status: 2, codes: [code] });
  });

  it('suggests what was probably meant', async () => {
    expect((await mixplan(['explian'])).stderr).toContain('hint: Did you mean explain?');
    expect((await mixplan(['explain', '--jsn'])).stderr).toContain('hint: Did you mean --json?');
    expect((await mixplan(['explain', 'unit-misisng'])).stderr).toContain('hint: Did you mean unit-missing?');
  });
});

describe('explain', () => {
  it('lists every kind of problem', async () => {
    const { status, stdout } = await mixplan(['explain']);
    expect(status).toBe(0);
    for (const { code } of problemKinds) expect(stdout).toMatch(new RegExp(`^  ${code}( |$)`, 'm'));
  });

  it('explains each of them, alone and together', async () => {
    for (const { code, title, explanation } of problemKinds) {
      const { status, stdout } = await mixplan(['explain', code]);
      expect(status).toBe(0);
      expect(stdout).toContain(`${code} (`);
      expect(stdout.replace(/\s+/g, ' ')).toContain(explanation.replace(/\s+/g, ' '));
      expect(stdout).toContain(title);
    }
    const both = await mixplan(['explain', 'file-exists', 'unit-missing', '--json']);
    expect(JSON.parse(both.stdout)).toMatchObject([{ code: 'file-exists' }, { code: 'unit-missing' }]);
  });
});

describe('schema', () => {
  it('lists the kinds, or prints a JSON Schema', async () => {
    expect((await mixplan(['schema'])).stdout).toContain('mixplan.problem/1');
    expect(JSON.parse((await mixplan(['schema', '--json'])).stdout)).toContainEqual(
      expect.objectContaining({ name: 'problem', schema: 'mixplan.problem/1' }),
    );
    expect(JSON.parse((await mixplan(['schema', 'problem'])).stdout)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
    });
  });
});

describe('streams', () => {
  it('are coloured on a terminal, and not without one or where colour is unwanted', async () => {
    const colour = '\u001b[';
    expect((await mixplan(['explan'], { isTTY: true })).stderr).toContain(colour);
    expect((await mixplan(['--help'], { isTTY: true })).stdout).toContain(colour);
    for (const plain of [
      await mixplan(['explan']),
      await mixplan(['explan'], { isTTY: true, env: { NO_COLOR: '1' } }),
      await mixplan(['explan'], { isTTY: true, env: { TERM: 'dumb' } }),
      await mixplan(['explan', '--no-color'], { isTTY: true }),
    ]) {
      expect(plain.stderr).toContain('error: ');
      expect(plain.stderr).not.toContain(colour);
    }
    expect((await mixplan(['explan'], { isTTY: true, env: { NO_COLOR: '' } })).stderr).toContain(colour);
  });

  it('never carry control characters from foreign text', async () => {
    const { stderr } = await mixplan(['a\u001b[31mb\nc'], { isTTY: true, env: { NO_COLOR: '1' } });
    expect(stderr).not.toContain('\u001b');
    expect(stderr.split('\n')[0]).toContain('a\\u001b[31mb\\nc');
  });
});

describe('a fault of the program', () => {
  const broken = (argv: readonly string[]) => {
    let stderr = '';
    const stdout = {
      write: () => {
        throw new TypeError('the paper is out');
      },
    };
    const status = main(argv, {
      stdin: Readable.from([]),
      stdout,
      stderr: { write: (text: string) => (stderr += text) },
      env: {},
    });
    return status.then((code) => ({ code, stderr }));
  };

  it('exits 70, apologises and says how to report it', async () => {
    const { code, stderr } = await broken(['explain']);
    expect(code).toBe(70);
    expect(stderr).toContain(`mixplan ${version}`);
    expect(stderr).toContain('TypeError: the paper is out');
    expect(stderr).toContain('--debug');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('shows where it happened with --debug', async () => {
    const { code, stderr } = await broken(['explain', '--debug']);
    expect(code).toBe(70);
    expect(stderr).toMatch(/^ +at .*main\.test\.ts/m);
  });
});

describe('a command', () => {
  const sink = { write: () => undefined };
  const printer = createPrinter({ stdout: sink, stderr: sink, json: false, quiet: false, colour: false });

  it('runs with typed values and the line that reproduces it', async () => {
    const seen: unknown[] = [];
    const command = defineCommand({
      name: 'sample',
      summary: 'a sample',
      arguments: [{ name: 'RUNS', help: 'runs', required: true, variadic: true }],
      options: ['budget', 'draws'],
      examples: [],
      load: async () => ({
        run: async ({ args, values, reproduce }) => {
          const draws: number = values.draws;
          seen.push(args, draws, values.budget?.kind, reproduce);
          return 1;
        },
      }),
    });
    expect(await command.start(['a b.csv', '--budget', '512gpu-h'], printer, Readable.from([]))).toBe(1);
    expect(seen).toEqual([['a b.csv'], 1000, 'gpuHours', "mixplan sample 'a b.csv' --budget 512gpu-h"]);
  });

  it('is not loaded when its command line is wrong', async () => {
    const command = defineCommand({
      name: 'sample',
      summary: 'a sample',
      arguments: [],
      options: [],
      examples: [],
      load: () => expect.fail('loaded'),
    });
    await expect(command.start(['surplus'], printer, Readable.from([]))).rejects.toThrow('surplus');
  });
});

it('ends with 0, 1 or 2 whatever the words are, and says why when it is 2', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      'explain',
      'schema',
      'help',
      'problem',
      '--help',
      '--json',
      '--',
      '-',
      '--version',
      '-h',
      '--quiet',
    ),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (argv) => {
      const { status, stdout, stderr } = await mixplan(argv);
      expect([0, 2]).toContain(status);
      expect(status === 0 ? stdout : stderr).not.toBe('');
      if (status === 0) expect(stderr).toBe('');
    }),
    { numRuns: 300 },
  );
});
