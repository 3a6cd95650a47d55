/** What holds for every trainer: nothing in it depends on which. */
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/problems/problem.ts';
import type { Emission, EmitRequest, TrainerAdapter } from '../../src/trainers/adapter.ts';
import { trainers } from '../../src/trainers/registry.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { refusal } from '../runs/tables.ts';
import { expectAgreement } from './agreement.ts';
import { python, pythonHas } from './python.ts';
import { requestOf } from './randomRequests.ts';

describe.each(trainers.map(({ id, load }) => [id, load] as const))('%s', (_, load) => {
  let adapter: TrainerAdapter;
  beforeAll(async () => {
    adapter = await load();
  });

  const whole = (request: EmitRequest): Emission => {
    const emission = adapter.emit(request);
    expectAgreement(request, adapter.readBack(emission.files, request));
    return emission;
  };

  it('names the plan in a file that takes comments', () => {
    const { files } = whole(requestOf());
    const commented = files.filter(({ text }) => text.includes('Written by mixplan from plan.json'));
    expect(commented.length).toBeGreaterThan(0);
    for (const { text } of commented)
      expect(text).toContain('# Written by mixplan from plan.json (sha256 0123abcd).');
  });

  it('writes no value that was not there, and ends each file with its last line', () => {
    for (const { path, text } of whole(requestOf({ kind: 'cosine' })).files) {
      expect(text, path).not.toMatch(/undefined|NaN|\[object/);
      expect(text.endsWith('\n') && !text.endsWith('\n\n'), path).toBe(true);
    }
  });

  it('leaves a corpus out that has no share, and asks nothing about it', () => {
    const request = requestOf({ shares: { general: 1, domain: 0 }, evals: ['general'], meanTokens: null });
    const { files } = whole(request);
    expect(files.some(({ text }) => text.includes('data/domain'))).toBe(false);
  });

  it('takes five corpora', () => {
    const shares = { general: 0.5, general_code: 0.2, domain: 0.15, domain_law: 0.1, domain_tax: 0.05 };
    whole(requestOf({ shares }));
  });

  it('takes paths with spaces and quotes as they are, or refuses them', () => {
    const data = { general: '/data/a "b" c/x', domain: "/data/it's #1/y" };
    const request = requestOf({ data });
    try {
      whole(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(new Set(error.problems.map(({ code }) => code))).toEqual(new Set(['name-unsafe']));
    }
  });

  it('refuses a share that would never be drawn', () => {
    const request = requestOf({ shares: { general: 1 - 1e-9, domain: 1e-9 } });
    expect(refusal(() => adapter.emit(request)).map(({ code }) => code)).toEqual(['share-below-quantum']);
  });

  it('says which corpus is seen more than once', () => {
    const request = requestOf({ available: { general: 1e12, domain: 1e8 } });
    const repeats = whole(request).notes.filter(({ code }) => code === 'corpus-repeats');
    expect(repeats.map(({ message }) => message.split(' ')[0])).toEqual(['domain']);
    expect(repeats[0]?.message).toContain('6.30 times');
  });

  it('writes scripts that Python and the shell can parse', ({ skip }) => {
    const scripts = whole(requestOf({ kind: 'constant' })).files;
    for (const { path, text } of scripts) {
      if (path.endsWith('.py') && !pythonHas([])) skip('there is no python3');
      if (path.endsWith('.py'))
        python('import ast, json, sys; ast.parse(json.load(sys.stdin)); print("null")', text);
      if (path.endsWith('.sh')) expect(spawnSync('bash', ['-n'], { input: text }).stderr.toString()).toBe('');
    }
  });

  it('writes YAML that PyYAML reads as we do', ({ skip }) => {
    if (!pythonHas(['yaml'])) skip('there is no PyYAML');
    for (const peakLr of [1e-5, 0.00020712352850360292]) {
      const { files } = whole(requestOf({ peakLr, evals: ['general', 'domain'] }));
      for (const { path, text } of files.filter((file) => /\.ya?ml$/.test(file.path)))
        expect(
          python('import json, sys, yaml; print(json.dumps(yaml.safe_load(json.load(sys.stdin))))', text),
        ).toEqual(parseYaml(text, path));
    }
  });
});
