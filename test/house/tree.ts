/** The files of the repository, for tests about all of them. Walks folders, so that it works without git too. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What .gitignore keeps out, and git itself. */
const notOurs = new Set(['.git', 'node_modules', 'dist', 'coverage']);

/** Paths from the root with forward slashes, in order. */
export const repositoryFiles: readonly string[] = walk(root).sort();

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** TypeScript files below src/. */
export const sources: readonly string[] = repositoryFiles.filter((file) => /^src\/.*\.tsx?$/.test(file));

/** What a module imports, exports from or loads later: the specifiers as written. */
export function specifiersOf(file: string): string[] {
  const text = read(file);
  const found = [
    ...text.matchAll(/\bfrom\s+'([^']+)'|\bimport\s*\(\s*'([^']+)'\s*\)|^\s*import\s+'([^']+)'/gm),
  ];
  return found.map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** The repository paths of the relative imports of a module. */
export function importsOf(file: string): string[] {
  return specifiersOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.normalize(posix.join(posix.dirname(file), specifier)));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [relative(root, path).split(sep).join('/')] : [];
  });
}
