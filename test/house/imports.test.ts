import { describe, expect, it } from 'vitest';
import { importsOf, read, repositoryFiles, sources, specifiersOf } from './tree.ts';

/**
 * Imports point one way. A folder may import from folders of a lower floor and from itself; folders on one floor
 * do not know each other. Whoever needs something from above has it in the wrong place.
 */
const floors: readonly (readonly string[])[] = [
  ['problems'],
  ['units', 'lsq', 'stats'],
  ['documents', 'hardware', 'options'],
  ['runs'],
  ['logs', 'laws'],
  ['fit'],
  ['mixture'],
  ['plan', 'simulate', 'pilots'],
  ['watch', 'trainers', 'launchers'],
  ['explain'],
  ['charts'],
  ['report'],
  ['cli', 'tui'],
];

/** Folders that know less than their floor would let them: they write files from documents, and nothing else. */
const narrow: Readonly<Record<string, readonly string[]>> = {
  trainers: ['problems', 'units', 'documents'],
  launchers: ['problems', 'units', 'documents'],
};

const floorOf = new Map(
  floors.flatMap((folders, floor) => folders.map((folder) => [folder, floor] as const)),
);

/** The one place where the command line reaches the terminal UI: its command, which tells it how commands answer. */
const bridge = 'src/cli/commands/tui.ts';

function allowed(from: string, to: string): boolean {
  if (from === to) return true;
  if (narrow[from] !== undefined) return narrow[from].includes(to);
  return floorOf.get(to)! < floorOf.get(from)!;
}

const folderOf = (file: string) => file.split('/')[1]!;

describe('the modules of src', () => {
  const inFolders = sources.filter((file) => file.split('/').length > 2);

  it('were found', () => {
    expect(inFolders.length).toBeGreaterThan(20);
    expect(inFolders.flatMap(importsOf).length).toBeGreaterThan(50);
  });

  it('stand in folders that have a floor', () => {
    expect([...new Set(inFolders.map(folderOf))].filter((folder) => !floorOf.has(folder))).toEqual([]);
  });

  it('import downwards only', () => {
    const wrong = inFolders.flatMap((file) =>
      importsOf(file)
        .filter(
          (target) =>
            !(
              target.startsWith('src/') &&
              floorOf.has(folderOf(target)) &&
              (allowed(folderOf(file), folderOf(target)) || (file === bridge && folderOf(target) === 'tui'))
            ),
        )
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('name the files they import, with the ending .ts, and import files that exist', () => {
    const known = new Set(repositoryFiles);
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => !known.has(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('know packages and Node only by name', () => {
    const wrong = sources.flatMap((file) =>
      specifiersOf(file).filter((name) => /^(\/|file:|https?:)/.test(name)),
    );
    expect(wrong).toEqual([]);
  });

  it('take zod as a namespace, of which a bundle holds only what is used', () => {
    const wrong = sources.filter((file) => /^import \{[^}]*\bz\b[^}]*\} from 'zod'/m.test(read(file)));
    expect(wrong).toEqual([]);
    expect(sources.filter((file) => /^import \* as z from 'zod'/m.test(read(file))).length).toBeGreaterThan(
      10,
    );
  });

  it('are no barrels: only src/index.ts gathers exports of others', () => {
    const gathers = (file: string) => {
      const statements = read(file)
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .split(';')
        .map((statement) => statement.trim())
        .filter((statement) => statement !== '');
      const onward = statements.filter((statement) => /^export\b[^;]*\bfrom\s+'/.test(statement));
      return (
        statements.some((statement) => /^export\s+\*/.test(statement)) || onward.length === statements.length
      );
    };
    expect(sources.filter((file) => file !== 'src/index.ts' && gathers(file))).toEqual([]);
  });

  it('the library does not reach into the command line or the terminal UI', () => {
    const wrong = importsOf('src/index.ts').filter((target) => ['cli', 'tui'].includes(folderOf(target)));
    expect(wrong).toEqual([]);
  });
});

describe('the rules of this test', () => {
  it('let a higher folder use a lower one, and not the other way round', () => {
    expect(allowed('plan', 'fit')).toBe(true);
    expect(allowed('fit', 'plan')).toBe(false);
    expect(allowed('cli', 'tui')).toBe(false);
    expect(allowed('trainers', 'documents')).toBe(true);
    expect(allowed('trainers', 'fit')).toBe(false);
    expect(allowed('plan', 'trainers')).toBe(false);
  });
});
