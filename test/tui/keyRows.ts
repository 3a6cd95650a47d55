/** The table of keys as the README has it. */
import { keyTable } from '../../src/tui/keys.ts';

export function keyRows(): string[] {
  return keyTable.map(
    ({ keys, place, help }) => `| ${keys.map((key) => `\`${key}\``).join(', ')} | ${place} | ${help} |`,
  );
}
