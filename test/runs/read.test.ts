import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../src/problems/problem.ts';
import { readRuns } from '../../src/runs/read.ts';
import {
  codes,
  fromText,
  HEADER,
  ROWS,
  refusal,
  refusedCodes,
  table,
  withoutPlaces,
  withRow,
} from './tables.ts';

const plain = withoutPlaces(fromText(table()));

describe('ways of writing the same table', () => {
  const ways: Record<string, string | Uint8Array> = {
    'byte order mark': `\uFEFF${table()}`,
    'CRLF line ends': table().replaceAll('\n', '\r\n'),
    'old Mac line ends': table().replaceAll('\n', '\r'),
    'mixed line ends': table().replace('\n', '\r\n'),
    'blank lines': `\n\n${table().replaceAll('\n', '\n\n  \n')}\n\n`,
    'rows of empty cells': table(',,,,,,', ',,,,,,'),
    'quoted cells': table().replaceAll('r5', '"r5"').replaceAll('small', '"small"'),
    'spaces around cells': table().replaceAll(',', ' , '),
    'delimiter at the end of every line': table().replaceAll('\n', ',\n').concat(','),
    'delimiter at the end of the rows only': [HEADER, ...ROWS.map((row) => `${row},`)].join('\n'),
    gzip: gzipSync(table()),
    'tab-separated': table().replaceAll(',', '\t'),
    'exponents and leading points': table().replaceAll(',1000,', ',1E+3,').replaceAll('0.5', '.5'),
    'scale letters': table().replaceAll(',1000,', ',1k,').replaceAll(',200,', ',0.2k tokens,'),
    'percent signs': table().replaceAll(',0.5,', ',50%,'),
    'columns in another order': table()
      .split('\n')
      .map((line) => line.split(',').reverse().join(','))
      .join('\n'),
  };
  test.each(Object.entries(ways))('%s', (_, text) => {
    expect(withoutPlaces(fromText(text))).toEqual(plain);
  });

  test('lines are counted in the file, also behind quoted line breaks', () => {
    const rows = ROWS.map((row) => `${row},"two\nlines"`);
    const text = [`${HEADER},notes`, ...rows].join('\n').replace('0.5,2.15', '0.5,-2.15');
    expect(refusal(() => fromText(text))[0].place).toEqual({
      file: 'a.csv',
      line: 12,
      field: 'loss_general',
    });
  });
});

describe('files that are no table', () => {
  const cases: Record<string, readonly [string, string | Uint8Array]> = {
    empty: ['runs-file-empty', ''],
    'blank lines only': ['runs-file-empty', '\n \n'],
    'header only': ['runs-file-empty', HEADER],
    'JSON array': ['not-text', '[{"run": 1}]'],
    Parquet: ['not-text', 'PAR1 and more'],
    'xlsx or zip': ['not-text', 'PK\u0003\u0004 and more'],
    'UTF-16': ['not-text', Buffer.from(`\uFEFF${table()}`, 'utf16le')],
    Latin1: ['not-text', Buffer.from(table().replaceAll('small', 'gr\u00F6\u00DFer'), 'latin1')],
    'zero bytes': ['not-text', `${table()}\u0000`],
    'cut gzip': ['bad-gzip', gzipSync(table()).subarray(0, 40)],
    'open quote': ['csv-syntax', table('"r9,small,1000,100,0.1,2,3')],
    'quote inside a cell': ['csv-syntax', table('r"9",small,1000,100,0.1,2,3')],
    'text after a quote': ['csv-syntax', table('"r9"x,small,1000,100,0.1,2,3')],
    semicolons: ['wrong-delimiter', table().replaceAll(',', ';')],
    'short row': ['ragged-row', table('r9,small,1000,100,0.1,2')],
    'long row': ['ragged-row', table('r9,small,1000,100,0.1,2,3,4')],
    'decimal commas': ['ragged-row', table('r9,small,1000,100,0,1,2,1,3,2')],
    'same column twice': ['duplicate-column', table().replace('base', 'run')],
    'unnamed column with values': ['unnamed-column', table().replace('run,base', 'run,')],
    'bad JSON': ['json-line', '{"run": "a"}\n{"run": '],
    'JSON with NaN': ['json-line', '{"run": "a", "loss_general": NaN}'],
    'JSON number on a line': ['json-line', '{"run": "a"}\n7'],
    'JSON array on a line': ['json-line', '{"run": "a"}\n[7]'],
  };
  test.each(Object.entries(cases))('%s', (_, [code, text]) => {
    expect(refusedCodes(text)).toContain(code);
  });

  test('the first byte that is not UTF-8 has its line named', () => {
    const bytes = Buffer.concat([Buffer.from(table('r9,')), Buffer.from([0xe9]), Buffer.from(',1000\n')]);
    expect(refusal(() => fromText(bytes))[0].place).toEqual({ file: 'a.csv', line: ROWS.length + 2 });
  });

  test('a fault in one file does not hide those in the next', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mixplan-'));
    const bad = join(folder, 'bad.csv');
    await writeFile(bad, withRow(1, 'r0,small,1000,100,0,-1,2'));
    const refused = await readRuns([join(folder, 'none.csv'), bad, folder]).catch((error: unknown) => error);
    await rm(folder, { recursive: true });
    expect(refused).toBeInstanceOf(Refusal);
    expect(codes((refused as Refusal).problems).sort()).toEqual([
      'file-missing',
      'file-unreadable',
      'value-out-of-range',
    ]);
  });
});

describe('several files and standard input', () => {
  let folder = '';
  let path = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixplan-'));
    path = join(folder, 'runs.csv');
    await writeFile(path, table());
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('a file, standard input and gzipped standard input give the same', async () => {
    expect(withoutPlaces(await readRuns([path]))).toEqual(plain);
    expect(withoutPlaces(await readRuns(['-'], { stdin: Readable.from([table()]) }))).toEqual(plain);
    const packed = Readable.from([gzipSync(table())]);
    expect(withoutPlaces(await readRuns(['-'], { stdin: packed }))).toEqual(plain);
  });

  test('standard input is called by a name of its own', async () => {
    const runs = await readRuns(['-'], { stdin: Readable.from([table()]) });
    expect(runs.files).toEqual(['standard input']);
  });

  test('the same file twice is refused as such, not row by row', async () => {
    const refused = await readRuns([path, path]).catch((error: unknown) => error);
    expect(codes((refused as Refusal).problems)).toEqual(['runs-file-twice']);
  });

  test('no file at all is no table', async () => {
    const refused = await readRuns([join(folder, 'none.csv')]).catch((error: unknown) => error);
    expect(codes((refused as Refusal).problems)).toEqual(['file-missing']);
  });
});
