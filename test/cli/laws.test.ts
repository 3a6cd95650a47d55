import { describe, expect, it } from 'vitest';
import { LAWS } from '../../src/laws/registry.ts';
import { mixplan } from './harness.ts';
import { codesOf } from './pilots.ts';

describe('mixplan laws', () => {
  it('lists every law with its formula and what it needs', async () => {
    const { status, stdout, stderr } = await mixplan(['laws']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const text = stdout.replace(/\s+/g, ' ');
    for (const { id, title, formula } of LAWS) {
      expect(text).toContain(`${id}: ${title}`);
      expect(text).toContain(formula);
    }
  });

  it('shows each with its parameters, in words and as data', async () => {
    for (const { id, parameters, source } of LAWS) {
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
