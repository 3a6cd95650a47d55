import type { Area } from './panes/model.ts';
import { fitted, type Line } from './styled.ts';

/**
 * The lines from one on that have room in a pane, the last of them telling how many more there are.
 * @param from where there are fewer lines behind it than have room, those that do
 * @param keys that show the rest
 */
export function scrolledLines(
  lines: readonly Line[],
  from: number,
  { width, height }: Area,
  keys: string,
): Line[] {
  const first = Math.min(from, Math.max(lines.length - height, 0));
  const shown = lines.slice(first, first + height).map((line) => fitted(line, width));
  const below = lines.length - first - height;
  if (below > 0 && height > 2)
    shown[height - 1] = fitted([{ text: `  ↓ ${below + 1} more lines: ${keys}`, style: 'dim' }], width);
  return shown;
}
