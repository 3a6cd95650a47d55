import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../src/documents/canonical.ts';
import type { DocumentKind } from '../../src/documents/kind.ts';
import { jsonPath, parseDocument, readDocument } from '../../src/documents/read.ts';
import { allDocumentKinds, documentKinds, publishSchema } from '../../src/documents/schemas.ts';
import { sha256 } from '../../src/documents/sha256.ts';
import * as problems from '../../src/problems/files.ts';
import { refusalOf } from '../units/refusals.ts';

const schema = z.strictObject({
  schema: z.literal('mixplan.sample/2'),
  evals: z.array(z.strictObject({ name: z.string(), noise: z.number().min(0) })),
});
const sample: DocumentKind<z.infer<typeof schema>> = {
  name: 'sample',
  version: 2,
  summary: 'a sample',
  load: async () => schema,
};
const document = { schema: 'mixplan.sample/2' as const, evals: [{ name: 'wiki', noise: 0.01 }] };
const parse = (text: string) => parseDocument(text, sample, 'a.json');
const nothing = Readable.from([]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixplan-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('readDocument', () => {
  it('reads what was written, from a file, from standard input, and with a byte order mark', async () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, `\uFEFF${canonicalJson(document)}`);
    expect(await readDocument(path, sample, nothing)).toEqual(document);
    expect(await readDocument('-', sample, Readable.from([canonicalJson(document)]))).toEqual(document);
  });

  it('says that a file is not there, or is no file', async () => {
    const missing = await refusalOf(() => readDocument(join(folder, 'no.json'), sample, nothing));
    expect(missing.problems[0]!.code).toBe(problems.fileMissing.code);
    const isFolder = await refusalOf(() => readDocument(folder, sample, nothing));
    expect(isFolder.problems[0]!.code).toBe(problems.fileUnreadable.code);
    expect(isFolder.message).toContain('it is a folder');
  });
});

describe('parseDocument', () => {
  it('names file, line and column of a syntax error', async () => {
    const [problem] = (await refusalOf(() => parse('{\n  "schema": oops\n}'))).problems;
    expect(problem!.code).toBe(problems.jsonSyntax.code);
    expect(problem!.place).toEqual({ file: 'a.json', line: 2 });
    expect(problem!.message).toContain('column 13');
  });

  it.each([
    ['null', problems.notADocument.code],
    ['[]', problems.notADocument.code],
    ['{"evals": []}', problems.notADocument.code],
    ['{"schema": 2}', problems.notADocument.code],
    ['{"schema": "vega-lite"}', problems.notADocument.code],
    ['{"schema": "mixplan.plan/1"}', problems.otherDocument.code],
    ['{"schema": "mixplan.sample/1"}', problems.otherVersion.code],
    ['{"schema": "mixplan.sample/3"}', problems.otherVersion.code],
  ])('tells %s apart as %s', async (text, code) => {
    const refusal = await refusalOf(() => parse(text));
    expect(refusal.problems.map((problem) => problem.code)).toEqual([code]);
    expect(refusal.problems[0]!.place).toEqual({ file: 'a.json', field: 'schema' });
  });

  it('reports every field that breaks the schema, by its path', async () => {
    const broken = {
      ...document,
      evals: [
        { name: 'wiki', noise: -1 },
        { name: 7, noise: 0 },
      ],
      extra: 1,
    };
    const refusal = await refusalOf(() => parse(JSON.stringify(broken)));
    expect(refusal.problems.every((problem) => problem.code === problems.documentInvalid.code)).toBe(true);
    expect(refusal.problems.map((problem) => problem.place?.field)).toEqual(
      expect.arrayContaining(['evals[0].noise', 'evals[1].name']),
    );
    expect(refusal.message).toContain('extra');
  });

  it('answers any text with the document or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        const refusal = await refusalOf(() => parse(text));
        expect(refusal.exitStatus).toBe(2);
      }),
    );
  });
});

it('writes paths as JavaScript does', () => {
  expect(jsonPath([])).toBe('');
  expect(jsonPath(['evals', 0, 'noise', 'wiki-en', 1])).toBe('evals[0].noise["wiki-en"][1]');
  expect(jsonPath([0, 'a'])).toBe('[0].a');
});

describe('the registry', () => {
  it('publishes a JSON Schema for each kind, whose schema field is its id', async () => {
    for (const kind of allDocumentKinds) {
      const published = await publishSchema(kind);
      const id = `mixplan.${kind.name}/${kind.version}`;
      expect(published.$id).toBe(id);
      // A kind of several forms publishes them side by side.
      const forms = (published.oneOf ?? published.anyOf ?? [published]) as readonly unknown[];
      for (const form of forms) expect(form).toMatchObject({ properties: { schema: { const: id } } });
      expect(() => canonicalJson(published)).not.toThrow();
    }
  });

  it('has each kind under its name', () => {
    for (const [name, kind] of Object.entries(documentKinds)) expect(kind.name).toBe(name);
  });
});

it('hashes text as its UTF-8 bytes (FIPS 180-2, the one-block example)', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(new TextEncoder().encode('ü'))).toBe(sha256('ü'));
});
