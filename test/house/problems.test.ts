import { describe, expect, it } from 'vitest';
import { problemKinds } from '../../src/problems/catalogue.ts';
import { read, sources } from './tree.ts';

const declarations = sources
  .filter((file) => file.startsWith('src/problems/'))
  .flatMap((file) =>
    [
      ...read(file).matchAll(
        /\bexport const (\w+)\s*(?::[^=]+)?=\s*declareProblem\b[\s\S]*?code:\s*'([^']+)'/g,
      ),
    ].map((match) => ({ file, name: match[1]!, code: match[2]! })),
  );

describe('the kinds of problems', () => {
  it('have codes of their own, in kebab case', () => {
    const codes = problemKinds.map(({ code }) => code);
    expect(codes.filter((code, k) => codes.indexOf(code) !== k)).toEqual([]);
    expect(codes.filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  it('are all in the catalogue, declared in src/problems and exported', () => {
    const declaredAnywhere = sources.flatMap((file) =>
      [...read(file).matchAll(/=\s*declareProblem\b/g)].map(() => file),
    );
    expect(declaredAnywhere.filter((file) => !file.startsWith('src/problems/'))).toEqual([]);
    expect(declarations.length).toBe(declaredAnywhere.length);
    expect(declarations.map(({ code }) => code).sort()).toEqual(problemKinds.map(({ code }) => code).sort());
  });

  it.each(problemKinds.map((kind) => [kind.code, kind] as const))(
    '%s is explained',
    (_, { title, explanation }) => {
      expect(title).toMatch(/^\S.*[^.\s]$/);
      expect(explanation.toLowerCase()).not.toBe(title.toLowerCase());
      // Whole sentences, and few enough to be read.
      expect(explanation).toMatch(/^\S[\s\S]{40,}[.?!]$/);
      expect(explanation.split(/[.?!]\s+(?=[A-Z])/).length).toBeLessThanOrEqual(6);
    },
  );

  it('are all told by somebody', () => {
    const users = sources.filter((file) => !file.startsWith('src/problems/')).map(read);
    const unused = declarations.filter(({ name }) => {
      const use = new RegExp(`\\b${name}\\b`);
      return !users.some((text) => use.test(text));
    });
    expect(unused).toEqual([]);
  });
});
