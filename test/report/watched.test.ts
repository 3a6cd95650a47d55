/** `mixplan report --watched`: a run beside what its plan predicted; and what `--json` says was written. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/read.ts';
import type { ReportDocument } from '../../src/documents/report.ts';
import { documentKinds } from '../../src/documents/schemas.ts';
import { sha256 } from '../../src/documents/sha256.ts';
import { mixplan } from '../cli/harness.ts';
import { codesOf, fitPath } from '../cli/pilots.ts';
import { file, logFile, planFile } from './plans.ts';

let plan: string;
let log: string;
let jumped: string;
beforeAll(async () => {
  plan = await planFile('near');
  log = await logFile('near', 0.6);
  jumped = await logFile('near', 0.6, 0.03);
}, 60_000);

const report = (...words: string[]) => mixplan(['report', plan, ...words]);
/** Lines of a terminal or of Markdown as running text. */
const running = (text: string): string => text.replaceAll('\\', '').replace(/\s+/g, ' ');

describe('mixplan report --watched', () => {
  it('says right after the answer what watch says, verdict first, and draws the run over its path', async () => {
    const watched = await mixplan(['watch', plan, jumped]);
    const { status, stdout, stderr } = await report('--watched', jumped, '--md', '-');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const parts = stdout.split(/^## /m);
    expect(parts[1]).toMatch(/^The run against its plan\n\nUnexpected: after 1\.\d+M tokens run plan-s1/);
    const told = running(watched.stdout).split('How sure')[0].trim();
    expect(told).toContain('Goal at risk');
    expect(running(parts[1])).toContain(told);
    for (const part of ['### How sure', 'end now', '### The last evaluations', '### What to do'])
      expect(parts[1]).toContain(part);
    expect(parts[1]).toMatch(/\*\*The run has left what the plan said after 60% of its tokens: general/);
    // The chart has moved here, and is told once.
    expect(stdout.match(/ends at 1\.\d{3} .* The run has \d+ evaluations/g)).toHaveLength(1);
    expect(stdout).not.toContain('the plan leaves general loss');
  }, 60_000);

  it('writes every format, the page and the chart of one run with the same bytes again', async () => {
    const to = (name: string, ...words: string[]) =>
      report(...words, '--watched', log, '--vl', file.path(name), '--png', file.path(name), '--json');
    const first = await to('one', '--html', file.path('one.html'), '--svg', file.path('one'));
    const alone = await to('two', '--chart', 'trajectory');
    const second = await to('three', '--html', file.path('three.html'), '--svg', file.path('three'));
    expect([first.status, alone.status, second.status]).toEqual([0, 0, 0]);
    const page = readFileSync(file.path('one.html'), 'utf8');
    expect(readFileSync(file.path('three.html'), 'utf8')).toBe(page);
    expect(page.indexOf('<section id="watched"')).toBe(page.indexOf('<section'));
    expect(page).toContain('The run is where the plan said after 60% of its tokens: general');
    for (const ending of ['vl.json', 'png'])
      expect(readFileSync(file.path(`two/trajectory.${ending}`))).toEqual(
        readFileSync(file.path(`one/trajectory.${ending}`)),
      );
    expect(readFileSync(file.path('one/trajectory.svg'), 'utf8')).toContain('after 60% of its tokens');
  }, 120_000);

  it('takes several logs, from words that a shell made of a pattern too, and standard input', async () => {
    const whole = await report('--watched', log, '--md', '-');
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const half = Math.floor(lines.length / 2);
    writeFileSync(file.path('a.csv'), `${lines.slice(0, half).join('\n')}\n`);
    writeFileSync(file.path('b.csv'), `${[lines[0], ...lines.slice(half)].join('\n')}\n`);
    const [a, b] = [file.path('a.csv'), file.path('b.csv')];
    for (const words of [
      ['--watched', `${a},${b}`],
      ['--watched', a, '--watched', b],
      ['--watched', a, b],
    ])
      expect((await report(...words, '--md', '-')).stdout, words.join(' ')).toBe(whole.stdout);
    const stdin = readFileSync(log, 'utf8');
    const piped = await mixplan(['report', plan, '--watched', '-', '--md', '-'], { stdin });
    expect(piped.stdout).toBe(whole.stdout);
  }, 60_000);

  it.each([
    ['a fit', 'watched-needs-plan', async () => fitPath],
    ['a plan without pilots', 'nothing-predicted', () => planFile('assumed')],
    ['a published curve', 'nothing-predicted', () => planFile('published')],
  ])('refuses %s in one sentence', async (_, code, path) => {
    const refused = await mixplan(['report', await path(), '--watched', log, '--md', '-', '--debug']);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^error: [^\n]+\.\nhint: /);
    expect(refused.stderr).toContain(`mixplan explain ${code}`);
  });

  it.each([
    ['charts without it', 'options-exclude', ['--watched', 'LOG', '--svg', 'charts', '--chart', 'trade-off']],
    ['options of logs alone', 'option-needs', ['--set', 'params=1B', '--md', '-']],
    ['logs alone', 'operand-surplus', ['LOG', '--md', '-']],
  ])('refuses %s', async (_, code, words) => {
    const at = words.map((word) => (word === 'LOG' ? log : word));
    const { status, stdout, stderr } = await report(...at);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`mixplan explain ${code}`);
  });

  it('refuses a plan and logs that would both come through one pipe', async () => {
    const stdin = readFileSync(plan, 'utf8');
    const { status, stderr } = await mixplan(['report', '-', '--watched', '-', '--md', '-'], { stdin });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: --watched - and a plan - exclude each other: both would be read/);
  });

  it('gives the errors that watch gives, and writes nothing', async () => {
    const put = (name: string, text: string): string => {
      writeFileSync(file.path(name), text);
      return file.path(name);
    };
    const text = readFileSync(log, 'utf8');
    mkdirSync(file.path('empty'), { recursive: true });
    const far = await logFile('far', 0.4);
    const bad = [
      file.path('empty'),
      file.path('gone.csv'),
      put('empty.csv', ''),
      put('words.csv', text.replaceAll(/,1\.\d+,1,/g, ',much,1,')),
      far,
      put('two.csv', text + text.slice(text.indexOf('\n') + 1).replaceAll('plan-s1', 'other')),
    ];
    for (const path of bad) {
      const watched = await mixplan(['watch', plan, path, '--json']);
      expect(watched.status, path).toBe(2);
      const { status, stdout, stderr } = await report(
        '--watched',
        path,
        '--html',
        file.path('no.html'),
        '--json',
      );
      expect({ status, stdout, stderr }, path).toEqual({ status: 2, stdout: '', stderr: watched.stderr });
    }
    expect(() => readFileSync(file.path('no.html'))).toThrow();
    // The one of two that is meant can be named.
    const named = await report('--watched', file.path('two.csv'), '--run', 'other', '--md', '-');
    expect(named.stdout).toContain('run other follows its prediction');
  }, 60_000);

  it('says first that a run diverged', async () => {
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const at = lines[0].split(',').indexOf('loss_general');
    const nan = lines.map((line, i) =>
      line
        .split(',')
        .map((cell, k) => (k === at && i > 20 ? 'NaN' : cell))
        .join(','),
    );
    const path = file.path('nan.csv');
    writeFileSync(path, `${nan.join('\n')}\n`);
    const { status, stdout, stderr } = await report('--watched', path, '--md', '-');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /## The run against its plan\n\nRun plan-s1 diverged: its loss is NaN or infinity on general/,
    );
    expect(stdout).toContain('**The run diverged: its last losses');
    expect(stderr).toContain('watched-run-diverged');
  });
});

describe('mixplan report --json', () => {
  it('tells each file with its bytes, and the charts, as its schema says', async () => {
    const words = ['--watched', log, '--md', file.path('told.md'), '--svg', file.path('told')];
    const { stdout, stderr } = await report(...words, '--json');
    expect(stderr).toBe('');
    const told: ReportDocument = await parseDocument(stdout, documentKinds.report, 'stdout');
    expect(told.watched).toBe('plan-s1');
    expect(told.source).toEqual({ name: 'near.json', sha256: sha256(readFileSync(plan)) });
    for (const { path, bytes, sha256: sum, written } of told.files) {
      const found = readFileSync(path);
      expect({ bytes, sum, written }, path).toEqual({
        bytes: found.length,
        sum: sha256(found),
        written: true,
      });
    }
    expect(told.charts[0]).toMatchObject({
      id: 'trajectory',
      title: expect.stringContaining('60%') as string,
    });
    expect(told.files.map(({ chart }) => chart)).toEqual([...told.charts.map(({ id }) => id), null]);
    expect(told.command).toMatch(/^mixplan report .*near\.json .*--watched /);
    const again = await report(...words, '--json', '--force');
    expect((JSON.parse(again.stdout) as ReportDocument).files.some(({ written }) => written)).toBe(false);
  }, 60_000);

  it('tells what must be said of the report, and that a fit watches nothing', async () => {
    const lone = file.path('lone.json');
    writeFileSync(
      lone,
      readFileSync(plan, 'utf8').replace(/"path": "[^"]*fit\.json"/, '"path": "gone.json"'),
    );
    const { stdout, stderr } = await mixplan([
      ...['report', lone, '--vl', file.path('lone'), '--watched', log],
      '--json',
    ]);
    const told = JSON.parse(stdout) as ReportDocument;
    expect(told.problems.map(({ code }) => code)).toEqual(['report-fit-missing', 'fit-of-plan-missing']);
    expect(codesOf(stderr)).toEqual(told.problems.map(({ code }) => code));
    const fit = await mixplan(['report', fitPath, '--vl', file.path('fit'), '--chart', 'laws', '--json']);
    expect(JSON.parse(fit.stdout)).toMatchObject({ watched: null, charts: [{ id: 'laws' }], problems: [] });
  }, 60_000);

  it.each(['--html', '--md'])('refuses %s - beside it', async (flag) => {
    const { status, stdout, stderr } = await report(flag, '-', '--json');
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({
      status: 2,
      stdout: '',
      codes: ['options-exclude'],
    });
  });
});
