/** Reading documents: every way in which a file may not be the document that is wanted has its own message. */
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import {
  documentInvalid,
  fileMissing,
  fileUnreadable,
  jsonSyntax,
  notADocument,
  otherDocument,
  otherVersion,
} from '../problems/files.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { findJsonFault } from './jsonFault.ts';
import { type DocumentKind, schemaId } from './kind.ts';
import { reasonOf } from './reason.ts';
import { allDocumentKinds } from './schemas.ts';

/** How `-` is named in messages. */
const stdinName = 'standard input';

/**
 * The text of a file, or of `stdin` for the path `-`, as UTF-8 without byte order mark. Throws a `Refusal`
 * where there is none to read.
 */
export async function readText(path: string, stdin: Readable): Promise<string> {
  try {
    const text = path === '-' ? await readAll(stdin) : await readFile(path, 'utf8');
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new Refusal([
      reason.code === 'ENOENT' ? fileMissing({ path }) : fileUnreadable({ path, reason: reason.text }),
    ]);
  }
}

/** Reads and checks a document of one kind from a path, or from `stdin` for `-`. */
export async function readDocument<T>(path: string, kind: DocumentKind<T>, stdin: Readable): Promise<T> {
  return parseDocument(await readText(path, stdin), kind, path === '-' ? stdinName : path);
}

/**
 * A document from its text. Throws a `Refusal` with all that is wrong with it: the place of a syntax error, a
 * wrong kind or version, or every field that breaks the schema, named by its JSON path. `file` is what
 * messages call the source.
 */
export async function parseDocument<T>(text: string, kind: DocumentKind<T>, file: string): Promise<T> {
  const value = parseJson(text, file);
  const wrongKind = kindProblem(value, kind, file);
  if (wrongKind !== undefined) throw new Refusal([wrongKind]);
  // A document is read once in a process: code that checks it faster the second time would cost more than it gains.
  const result = (await kind.load()).safeParse(value, { jitless: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) =>
    documentInvalid({ issue: lowerFirst(message) }, { file, field: jsonPath(path) }),
  );
  throw new Refusal(problems);
}

/** `JSON.parse` whose refusal names line and column. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    if (fault === undefined) throw error;
    const { line, column, found, expected } = fault;
    throw new Refusal([jsonSyntax({ found, expected, column }, { file, line })]);
  }
}

/** What a JSON value says that it is, such as `mixplan.fit/1`; undefined where it does not. */
export function schemaIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return undefined;
  return typeof value.schema === 'string' ? value.schema : undefined;
}

/** `evals[0].noise.run`, as in JavaScript; keys that are no identifiers in brackets and quotes. */
export function jsonPath(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`;
  });
  return parts.join('').replace(/^\./, '');
}

function kindProblem<T>(value: unknown, kind: DocumentKind<T>, file: string): Problem | undefined {
  const expected = schemaId(kind);
  const found = schemaIn(value);
  if (found === expected) return undefined;
  const match = /^mixplan\.([^/]*)\/(.*)$/.exec(found ?? '');
  const place = { file, field: 'schema' };
  if (found === undefined || match === null) return notADocument({ expected }, place);
  const [, name = '', version = ''] = match;
  if (name === kind.name) return otherVersion({ kind: name, found: version, expected: kind.version }, place);
  return otherDocument({ found, expected, kinds: allDocumentKinds.map(schemaId) }, place);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
