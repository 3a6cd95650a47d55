/** Finding an entry of a catalogue by what people type: any spelling, with or without the organisation. */
import { editDistance } from '../problems/nearest.ts';

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Lower case, without the organisation before a slash, and with one kind of separator. */
function spelling(text: string): string {
  return text
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/[^a-z0-9.]+/g, '');
}

/** The entry whose id, name or alias is spelled like `text`; undefined where none is. */
export function findEntry<E extends Entry>(entries: readonly E[], text: string): E | undefined {
  const wanted = spelling(text);
  return entries.find((entry) =>
    [entry.id, entry.name, ...entry.aliases].some((known) => spelling(known) === wanted),
  );
}

/** The `count` entries whose ids are nearest to `text` by edit distance, nearest first. */
export function nearestIds(entries: readonly Entry[], text: string, count = 3): string[] {
  const wanted = spelling(text);
  return entries
    .map(({ id, name, aliases }) => ({
      id,
      distance: Math.min(...[id, name, ...aliases].map((known) => editDistance(wanted, spelling(known)))),
    }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ id }) => id);
}
