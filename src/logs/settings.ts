/** Settings of a run that lie beside its log: config.yaml and config.json as trackers and trainers write them. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { settingsUnreadable } from '../problems/logs.ts';
import type { Problem } from '../problems/problem.ts';
import { type JsonObject, parseObject } from './json.ts';

const NAMES = [
  'config.yaml',
  'config.yml',
  'config.json',
  'hparams.yaml',
  'hyperparameters.yaml',
  'training_args.json',
];
const LARGEST = 16 * 1024 * 1024;

/** The settings in some folders and in files named after the log, later folders before earlier ones. */
export async function settingsBeside(
  folders: readonly string[],
  stem: string,
  report: (problem: Problem) => void,
): Promise<JsonObject> {
  const merged: Record<string, unknown> = Object.create(null);
  for (const folder of folders) {
    for (const name of [...NAMES, ...NAMES.map((each) => `${stem}.${each}`)]) {
      const path = join(folder, name);
      const size = await stat(path).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      );
      if (size === 0) continue;
      const read = size <= LARGEST ? await readSettings(path) : undefined;
      if (read === undefined) report(settingsUnreadable({}, { file: path }));
      else Object.assign(merged, unwrapped(read));
    }
  }
  return merged;
}

async function readSettings(path: string): Promise<JsonObject | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const value: unknown = path.endsWith('.json')
      ? parseObject(text)
      : parse(text, { maxAliasCount: 100, logLevel: 'error' });
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

/** W&B wraps each setting as `{desc, value}`, and adds some of its own under names with an underscore. */
function unwrapped(settings: JsonObject): JsonObject {
  const entries = Object.entries(settings);
  const isWrapped = (value: unknown): value is { value: unknown } =>
    typeof value === 'object' &&
    value !== null &&
    'value' in value &&
    Object.keys(value).every((key) => key === 'value' || key === 'desc');
  return Object.fromEntries(entries.map(([key, value]) => [key, isWrapped(value) ? value.value : value]));
}

/**
 * The setting at a path such as `data.domain_share`, as text; undefined where there is none, or it is no single value.
 * Keys may have dots and slashes themselves.
 */
export function settingAt(settings: unknown, path: string): string | undefined {
  if (typeof settings !== 'object' || settings === null) return undefined;
  const keyed = settings as JsonObject;
  if (path in keyed) {
    const value = keyed[path];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
  }
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    const found = head in keyed ? settingAt(keyed[head], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Paths of all single values. */
export function settingPaths(settings: unknown, before = ''): string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? settingPaths(value, `${before}${key}.`) : [before + key],
  );
}
