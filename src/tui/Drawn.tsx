import { Text, Transform } from 'ink';
import type { ReactElement } from 'react';
import { type Line, type Look, painted } from './styled.ts';

/**
 * Lines of exactly so many characters each. Ink measures every text letter by letter, in each frame anew, which takes longer than
 * to make it: here it measures as many blanks, and gets the lines when it draws.
 */
export function Drawn({
  lines,
  width,
  look,
}: {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly look: Look;
}): ReactElement {
  const blanks = ' '.repeat(width);
  return (
    <Transform transform={(_, row) => painted(lines[row] ?? [], look)}>
      <Text wrap="truncate">{lines.map(() => blanks).join('\n')}</Text>
    </Transform>
  );
}
