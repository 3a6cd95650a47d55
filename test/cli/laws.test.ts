import { describe, expect, it } from 'vitest';
import { REPETITION_LAWS } from '../../src/laws/modifiers/repetitionLaws.ts';
import { LAWS, PUBLISHED } from '../../src/laws/registry.ts';
import { mixplan } from './harness.ts';
import { codesOf } from './pilots.ts';

describe('mixplan laws', () => {
  it('lists every law with its formula and what it needs', async () => {
    const { status, stdout, stderr } = await mixplan(['laws']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const text = stdout.replace(/\s+/g, ' ');
    for (const { id, title, formula } of [...LAWS, ...PUBLISHED, ...REPETITION_LAWS]) {
      expect(text).toContain(`${id}: ${title}`);
      expect(text).toContain(formula);
    }
  });

  it('shows each with its parameters, in words and as data', async () => {
    for (const { id, parameters, source } of [...LAWS, ...PUBLISHED]) {
      const { status, stdout } = await mixplan(['laws', id]);
      expect(status).toBe(0);
      expect(stdout.replace(/\s+/g, ' ')).toContain(source.slice(0, 30));
      for (const { name } of parameters) expect(stdout).toMatch(new RegExp(`^ {2}${name} +`, 'm'));
      const [data] = JSON.parse((await mixplan(['laws', id, '--json'])).stdout) as {
        id: string;
        parameters: object[];
      }[];
      expect([data.id, data.parameters.length]).toEqual([id, parameters.length]);
    }
  });

  it('shows laws of repetition with the value of every epoch, where their constant is known', async () => {
    for (const { id, source, constant } of REPETITION_LAWS) {
      const { status, stdout } = await mixplan(['laws', id]);
      expect(status).toBe(0);
      expect(stdout.replace(/\s+/g, ' ')).toContain(source.slice(0, 30));
      expect(stdout.match(/^ {2}\d+ +\d+%/gm)?.length).toBe(constant === undefined ? undefined : 16);
      const [data] = JSON.parse((await mixplan(['laws', id, '--json'])).stdout) as {
        constant: object | null;
      }[];
      expect(data.constant).toEqual(constant ?? null);
    }
  });

  it('shows where a published law splits compute', async () => {
    const { stdout } = await mixplan(['laws', 'zheng']);
    // 4.789 · 1e21^0.3846 params, and the tokens that the rest buys.
    expect(stdout).toMatch(/continual +1e\+21 +572M +292B +510\n/);
  });

  it('says what is fitted and what is used as published', async () => {
    const laws = JSON.parse((await mixplan(['laws', '--json'])).stdout) as { id: string; fitted?: boolean }[];
    const fitted = laws.filter((law) => law.fitted === true).map(({ id }) => id);
    expect(fitted).toEqual(LAWS.map(({ id }) => id));
    expect(laws.length).toBe(LAWS.length + PUBLISHED.length + REPETITION_LAWS.length);
  });

  it('refuses one that does not exist, and names those that do', async () => {
    const { status, stdout, stderr } = await mixplan(['laws', 'd-cpt', '--json']);
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({
      status: 2,
      stdout: '',
      codes: ['unknown-law'],
    });
    for (const { id } of LAWS) expect(stderr).toContain(id);
  });
});
