import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anyPlanSchema } from '../../src/documents/basis.ts';
import {
  assumedPlanSchema,
  curvePlanSchema,
  publishedCriticalSchema,
} from '../../src/documents/unpiloted.ts';
import { mixplan } from './harness.ts';
import { codesOf, scratch } from './pilots.ts';

const { path, put } = scratch();
const lawPath = (size: string): string =>
  fileURLToPath(new URL(`../../fits/published/cmr-2024-finance-${size}.law.json`, import.meta.url));
const small = lawPath('460m');
const gpu = ['--budget', '512gpu-h', '--gpu', 'h100-sxm'];

describe('mixplan critical LAW', () => {
  it.each([
    ['460m', 0.2976],
    ['940m', 0.3489],
    ['1.6b', 0.4143],
    ['3.1b', 0.4783],
  ])('%s: %s at 20B tokens, without an interval', async (size, ratio) => {
    const { status, stdout, stderr } = await mixplan([
      'critical',
      lawPath(size),
      '--tokens',
      '20B',
      '--json',
    ]);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 0, codes: ['published-curve'] });
    const [point] = publishedCriticalSchema.parse(JSON.parse(stdout)).points;
    if (point.point.kind !== 'at') throw new Error(point.point.kind);
    expect(Math.abs(point.point.ratio - ratio)).toBeLessThan(6e-5);
    expect(point).toMatchObject({ provenance: 'published', times: 1, interval: null });
  });

  it('before the first turn: no ratio, an honest negative', async () => {
    const { status, stdout, stderr } = await mixplan(['critical', small, '--tokens', '2B']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('No turning point before 2B tokens: use tolerance.');
    const several = await mixplan(['critical', small, '--tokens', '2B,20B']);
    expect(several.status).toBe(0);
    expect(several.stdout).toContain('no turning point before 2B tokens: use tolerance');
    expect(several.stdout).not.toMatch(/[-−]0\.\d|-\d+%/);
  });

  it('beyond 20B tokens: extrapolated, with the factor', async () => {
    const { status, stdout, stderr } = await mixplan(['critical', small, '--tokens', '50B']);
    expect(status).toBe(0);
    expect(stdout).toContain('0.516');
    expect(stdout).toContain('extrapolated 2.5 ×');
    expect(stderr).toContain('Extrapolated: 50B tokens');
  });

  it.each([
    [['--tokens', '300B'], ['curve-beyond-one'], 1],
    [['--tokens', '500B'], ['curve-too-far'], 1],
    [['--params', '7B'], ['curve-of-other-size'], 1],
    [['--tolerance', '3%'], ['options-exclude'], 2],
    [['--definition', 'tolerance'], ['options-exclude'], 2],
    [['--base-loss', 'general=2'], ['options-exclude'], 2],
  ])('refuses %j', async (options, codes, status) => {
    const refused = await mixplan(['critical', small, ...options, '--json']);
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({ status, codes });
  });

  it('reads a curve from standard input, and names what is wrong with one', async () => {
    const stdin = await readFile(small, 'utf8');
    expect((await mixplan(['critical', '-', '--tokens', '20B'], { stdin })).stdout).toContain('0.298');
    const broken = stdin.replace('"s": 0.26944345', '"s": -0.26944345');
    const refused = await mixplan(['critical', '-', '--json'], { stdin: broken });
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 2,
      codes: ['document-invalid'],
    });
    expect(refused.stderr).toContain('parameters');
  });
});

describe('mixplan plan LAW', () => {
  it.each(['460m', '940m', '1.6b', '3.1b'])('%s: 512 GPU-hours, within what was measured', async (size) => {
    const file = path(`${size}.json`);
    const { status, stdout, stderr } = await mixplan(['plan', lawPath(size), ...gpu, '-o', file]);
    expect(status).toBe(0);
    expect(stdout).toContain('Published curve');
    expect(stderr).toContain('the plan stops at 20B');
    expect(`${stdout}${stderr}`).not.toMatch(/NaN|Infinity|undefined/);
    const plan = curvePlanSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(plan).toMatchObject({ predicted: null, within: null, critical: { interval: null } });
    expect(plan.runs[0].tokens).toBe(20e9);
    const [general, domain] = plan.runs[0].corpora;
    expect(general.share + domain.share).toBeCloseTo(1, 12);
    expect(plan.budget.gpuHours!.value).toBeLessThan(512);
  });

  it('with --extrapolate spends the whole budget and says how far that reaches', async () => {
    const options = ['plan', lawPath('3.1b'), ...gpu, '--extrapolate', '-o', '-'];
    const { status, stdout } = await mixplan(options);
    expect(status).toBe(0);
    const plan = curvePlanSchema.parse(JSON.parse(stdout));
    expect(plan.runs[0].tokens).toBe(Math.round(plan.budget.tokens.value));
    expect(plan.extrapolation.provenance).toBe('extrapolated');
    expect(plan.extrapolation.tokens).toBeCloseTo(plan.budget.tokens.value / 20e9, 9);
  });

  it('makes the same plan again from its own command, and refuses what it cannot use', async () => {
    const first = await mixplan(['plan', small, '--budget', '10Btokens', '-o', '-']);
    const { command } = curvePlanSchema.parse(JSON.parse(first.stdout));
    const words = command.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ''));
    const again = await mixplan(words.slice(1));
    expect(again.stdout).toBe(first.stdout);
    const early = await mixplan(['plan', small, '--budget', '2Btokens', '-o', '-', '--json']);
    expect({ status: early.status, codes: codesOf(early.stderr) }).toEqual({
      status: 1,
      codes: ['no-turning-point'],
    });
    const tolerant = await mixplan(['plan', small, ...gpu, '--tolerance', '3%', '-o', '-', '--json']);
    expect({ status: tolerant.status, codes: codesOf(tolerant.stderr) }).toEqual({
      status: 2,
      codes: ['options-exclude'],
    });
    expect((await mixplan(['plan', small, '-o', '-', '--json'])).status).toBe(2);
  });

  it('predicts nothing that could be simulated', async () => {
    const plan = await put(
      'curve.json',
      (await mixplan(['plan', small, '--budget', '10Btokens', '-o', '-'])).stdout,
    );
    const { status, stderr } = await mixplan(['simulate', plan, '--json']);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['nothing-predicted'] });
  });
});

describe('mixplan plan --no-pilots', () => {
  const ask = (...options: readonly string[]) =>
    mixplan(['plan', '--no-pilots', '--budget', '20Btokens', '--params', '1B', '-o', '-', ...options]);
  const planned = async (...options: readonly string[]) =>
    assumedPlanSchema.parse(JSON.parse((await ask(...options)).stdout));

  it('takes the published rule, with an interval over all studies, and says that it is assumed', async () => {
    const weak = await planned('--shift', 'weak');
    expect(weak.critical.point.ratio).toBeCloseTo(0.95, 12);
    expect(weak.critical.interval[0]).toBeCloseTo(0.2976, 4);
    expect(weak.critical.interval[1]).toBeCloseTo(0.957, 3);
    const strong = await planned('--shift', 'strong');
    expect(strong.critical.point.ratio).toBeCloseTo(0.7, 12);
    expect(strong.critical.interval[0]).toBe(0);
    for (const plan of [weak, strong]) {
      expect(anyPlanSchema.parse(plan).basis).toBe('assumed');
      expect(plan.provenance).toBe('assumed');
      expect(
        plan.evidence.every(({ where, mark, scale }) => where !== '' && mark !== undefined && scale !== ''),
      ).toBe(true);
      expect(plan.pilots.narrower).toBeCloseTo(plan.pilots.width / plan.pilots.piloted, 12);
      expect(plan.pilots.narrower).toBeGreaterThan(1);
    }
  });

  it('prints it as assumed', async () => {
    const file = path('assumed.json');
    const { status, stdout, stderr } = await mixplan([
      'plan',
      '--no-pilots',
      '--shift',
      'weak',
      ...gpu,
      '--model',
      'llama-3.1-8b',
      '-o',
      file,
    ]);
    expect(status).toBe(0);
    expect(stdout.startsWith('Assumed, without pilots: train Llama-3.1-8B')).toBe(true);
    expect(stdout).toContain('second hand');
    expect(stdout).toContain('What pilots would be worth');
    expect(stderr).toContain('Everything in this plan is assumed');
  });

  it('with a tolerance takes the most replay that a table asks for', async () => {
    const plan = await planned('--shift', 'weak', '--tolerance', '3%');
    expect(plan.critical.point.ratio).toBeCloseTo(0.92445, 4);
    for (const { rise } of plan.rises) expect(rise).toBeLessThanOrEqual(0.03 + 1e-9);
    const refused = await ask('--shift', 'strong', '--tolerance', '3%', '--json');
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 1,
      codes: ['evidence-too-narrow'],
    });
    const { hint } = JSON.parse(refused.stderr) as { hint: string };
    const feasible = /--tolerance (\S+)$/.exec(hint)![1];
    expect(
      (await planned('--shift', 'strong', '--tolerance', feasible)).critical.point.ratio,
    ).toBeGreaterThan(0.5);
  });

  it.each([
    [[], ['shift-missing']],
    [['--shift', 'weak', '--tolerance', '0.05nats'], ['tolerance-not-relative']],
    [['--shift', 'weak', '--base-loss', 'general=2'], ['options-exclude']],
    [['--shift', 'mild'], ['choice-unknown']],
  ])('refuses %j', async (options, codes) => {
    const { status, stdout, stderr } = await ask(...options, '--json');
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({ status: 2, stdout: '', codes });
  });

  it('and pilots exclude each other; without either the operand is missing', async () => {
    expect(
      codesOf((await mixplan(['plan', small, '--no-pilots', '--shift', 'weak', '--json'])).stderr),
    ).toEqual(['options-exclude']);
    expect(codesOf((await mixplan(['plan', '--shift', 'weak', '--json'])).stderr)).toEqual(['option-needs']);
    expect(codesOf((await mixplan(['plan', ...gpu, '--json'])).stderr)).toEqual(['operand-missing']);
  });
});
