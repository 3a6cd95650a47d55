import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findProblemKind, problemKinds } from '../../src/problems/catalogue.ts';

const folder = new URL('../../src/problems/', import.meta.url);

describe('the catalogue', () => {
  it('holds every kind that any file declares, once', async () => {
    const codes: string[] = [];
    for (const file of readdirSync(folder)) {
      const exports: Readonly<Record<string, unknown>> = await import(new URL(file, folder).href);
      for (const value of Object.values(exports)) {
        if (typeof value === 'function' && 'code' in value) codes.push(String(value.code));
      }
    }
    expect(problemKinds.map(({ code }) => code)).toEqual([...codes].sort());
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('has a kebab-case code, a short title and a whole explanation for each', () => {
    for (const { code, title, explanation } of problemKinds) {
      expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
      expect(title, code).toMatch(/^.{5,70}[^.]$/);
      expect(explanation, code).toMatch(/^.{40,}[.?!`]$/s);
    }
  });

  it('is sorted by code and finds by code', () => {
    const codes = problemKinds.map(({ code }) => code);
    expect(codes).toEqual(codes.toSorted());
    expect(findProblemKind(codes[0]!)?.code).toBe(codes[0]);
    expect(findProblemKind('no-such-code')).toBeUndefined();
  });
});
