import { describe, expect, it } from 'vitest';
import { type OptionName, optionOf, options } from '../../src/options/all.ts';
import { settingKeys } from '../../src/options/settings.ts';
import { parseSettings } from '../../src/options/settingsFile.ts';
import { Refusal } from '../../src/problems/problem.ts';
import * as problems from '../../src/problems/settings.ts';
import { looksLikePercentage, notAQuantity, unitMissing } from '../../src/problems/units.ts';

const read = (text: string, file = 'mixplan.yaml') => parseSettings(text, file);

/** `line:column key code` of every fault. */
function faults(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(({ code, place }) => {
      expect(place?.file).toBe('mixplan.yaml');
      return [`${place?.line}:${place?.column}`, place?.field, code]
        .filter((part) => part !== undefined)
        .join(' ');
    });
  }
  return [];
}

describe('parseSettings', () => {
  it('reads what each option reads on the command line', () => {
    const { values, operands } = read(`
# a comment
fit: pilots.fit.json
runs: [a.csv, 'b c.csv']
tolerance: 0.03
budget: 512gpu-h
params: [7B, 1.8e9]
draws: 500
replay: 20%
extrapolate: true
verify: False
base-loss: {general: 1.43, domain: "2.10"}
law:
  - d-cpt-l3
  - chinchilla
map: params=N,tokens=D
`);
    expect(Object.fromEntries(values)).toEqual({
      tolerance: { kind: 'everySet', tolerance: { kind: 'absolute', nats: 0.03 } },
      budget: { kind: 'gpuHours', gpuHours: 512 },
      params: [7e9, 1.8e9],
      draws: 500,
      domainRatio: 0.8,
      extrapolate: true,
      verify: false,
      baseLoss: { general: 1.43, domain: 2.1 },
      law: ['d-cpt-l3', 'chinchilla'],
      map: { params: 'N', tokens: 'D' },
    });
    expect(Object.fromEntries(operands)).toEqual({ fit: ['pilots.fit.json'], runs: ['a.csv', 'b c.csv'] });
  });

  it('takes tolerances by set as keys, and anchors as what they stand for', () => {
    const { values } = read('tolerance: {fineweb: &t 3%, wiki: *t}\n');
    const tolerance = { kind: 'relative', share: 0.03 };
    expect(values.get('tolerance')).toEqual({
      kind: 'bySet',
      tolerances: { fineweb: tolerance, wiki: tolerance },
    });
  });

  it('keeps the items of a list apart, whatever they are', () => {
    expect(read('tokens: [1, 100]').values.get('tokens')).toEqual([1, 100]);
  });

  it.each(['', '# only a comment\n', '---\n', '{}'])('reads %j as no settings', (text) => {
    const { values, operands } = read(text);
    expect([values.size, operands.size]).toEqual([0, 0]);
  });

  it('takes paths from the folder of the file', () => {
    const { operands } = read(
      'runs: [a.csv, /b.csv, "-", ../c.csv]\nfit: x/y.json',
      'team/night/mixplan.yaml',
    );
    expect(operands.get('runs')).toEqual(['team/night/a.csv', '/b.csv', '-', 'team/c.csv']);
    expect(operands.get('fit')).toEqual(['team/night/x/y.json']);
  });

  it('refuses everything that is wrong, each with its place', () => {
    const text = `fit: [a, b]
tolerence: 3%
tolerance: {general: 3, x: 1%}
budget: 512
gpus: {a: 3}
extrapolate: yes
map: [1, 2]
level:
replay: 20%
domain-ratio: 20%
base_loss: 3
output: x
law: [[a]]
params: [1B, 2h]
runs: ""
`;
    expect(faults(text)).toEqual([
      `1:6 fit ${problems.settingShape.code}`,
      `2:1 tolerence ${problems.settingUnknown.code}`,
      `3:22 tolerance ${looksLikePercentage.code}`,
      `4:9 budget ${unitMissing.code}`,
      `5:7 gpus ${problems.settingShape.code}`,
      `6:14 extrapolate ${problems.settingShape.code}`,
      `7:6 map ${problems.settingShape.code}`,
      `8:7 level ${problems.settingShape.code}`,
      `10:1 domain-ratio ${problems.settingTwice.code}`,
      `11:1 base_loss ${problems.settingUnknown.code}`,
      `12:1 output ${problems.settingOnlyOnCommandLine.code}`,
      `13:6 law ${problems.settingShape.code}`,
      '14:14 params unit-unexpected',
      `15:7 runs ${problems.settingShape.code}`,
    ]);
  });

  it.each([
    ['budget: 512gpu-h\n  gpu: 3', problems.settingsSyntax.code],
    ['budget: [', problems.settingsSyntax.code],
    ['gpu: a\ngpu: b', problems.settingsSyntax.code],
    ['gpu: *nobody', problems.settingShape.code],
    ['gpu: a\n---\ngpu: b', problems.settingsSyntax.code],
    ['law: &a [*a]', problems.settingShape.code],
    ['budget: [[[[', problems.settingsSyntax.code],
    ['- a\n- b', problems.settingsNotKeys.code],
    ['hello', problems.settingsNotKeys.code],
    ['[a]: b', problems.settingUnknown.code],
    ['gpus: 4k', 'unit-ambiguous'],
    ['gpu: " "', notAQuantity.code],
    ['model: null', problems.settingShape.code],
    ['__proto__: 3', problems.settingUnknown.code],
    ['"--gpu": a', problems.settingUnknown.code],
  ])('refuses %j', (text, code) => {
    const [first, ...others] = faults(text).map((fault) => fault.split(' ').at(-1));
    expect(first).toBe(code);
    expect(others.every((other) => other === code)).toBe(true);
  });

  it('suggests the key that was meant, with or without dashes', () => {
    for (const [key, meant] of [
      ['base_loss', 'base-loss'],
      ['--gpu', 'gpu'],
      ['tolerence', 'tolerance'],
      ['runz', 'runs'],
    ]) {
      try {
        read(`${JSON.stringify(key)}: 3`);
        expect.fail('accepted');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.problems[0].hint).toBe(`Did you mean ${meant}?`);
      }
    }
  });
});

describe('the options', () => {
  it('say so where they hold several values, so that files may hold lists and keys', () => {
    for (const name of Object.keys(options) as OptionName[]) {
      const option = optionOf(name);
      if (option.kind === 'switch') continue;
      const { collects, examples } = option.unit;
      if (option.merge !== undefined || examples.some((text) => /[a-z]=/i.test(text)))
        expect({ name, collects }).toEqual({ name, collects: expect.stringMatching(/^(items|names)$/) });
    }
  });

  it('are all settings but for those of one command line', () => {
    const outside = [...settingKeys].flatMap(([key, { kind }]) => (kind === 'commandLineOnly' ? [key] : []));
    expect(outside.sort()).toEqual(
      [
        'run',
        'check',
        'list',
        'output',
        'fit-output',
        'force',
        'config',
        'no-config',
        'json',
        'quiet',
        'no-color',
        'debug',
      ].sort(),
    );
  });
});
