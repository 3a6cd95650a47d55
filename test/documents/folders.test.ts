import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeIntoFolders } from '../../src/documents/folders.ts';
import { fileExists, fileUnwritable } from '../../src/problems/files.ts';
import { refusalOf } from '../units/refusals.ts';

const fresh = { force: false };
let root: string;
const at = (...names: readonly string[]): string => join(root, ...names);
const refused = async (...paths: readonly string[]) =>
  (
    await refusalOf(() =>
      writeIntoFolders(
        paths.map((path) => ({ path, text: 'text' })),
        fresh,
      ),
    )
  ).problems;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mixplan-folders-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('files in folders', () => {
  it('come with the folders that they need, and say which were written', async () => {
    const files = [
      { path: at('a', 'b', 'one'), text: '1' },
      { path: at('a', 'two'), text: '2' },
    ];
    expect(await writeIntoFolders(files, fresh)).toEqual(files.map(({ path }) => path));
    expect(await readFile(at('a', 'b', 'one'), 'utf8')).toBe('1');
    // What is there already is not written again.
    expect(await writeIntoFolders(files, fresh)).toEqual([]);
  });

  it('leave no folder behind where one of them cannot be written', async () => {
    await writeFile(at('there'), 'mine');
    const problems = await refused(at('new', 'deep', 'one'), at('there'));
    expect(problems.map(({ code }) => code)).toEqual([fileExists.code]);
    expect(await readdir(root)).toEqual(['there']);
  });

  it('are refused beneath a file, and at a link to nowhere', async () => {
    await writeFile(at('file'), 'mine');
    await symlink(at('nowhere'), at('link'));
    for (const folder of [at('file'), at('file', 'deep'), at('link')])
      expect((await refused(join(folder, 'one'))).map(({ code }) => code)).toEqual([fileUnwritable.code]);
    expect((await readdir(root)).sort()).toEqual(['file', 'link']);
  });

  it('are refused where the file system takes no folders, which Node itself tries for ever', async ({
    skip,
  }) => {
    if (!existsSync('/proc/self')) skip('there is no /proc');
    const [{ message }] = await refused('/proc/mixplan/deep/one');
    expect(message).toBe(
      '"/proc/mixplan/deep" cannot be written: its file system takes no new folders there.',
    );
  });
});
