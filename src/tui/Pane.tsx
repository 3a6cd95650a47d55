import type { ReactElement } from 'react';
import { Drawn } from './Drawn.tsx';
import { fitted, type Line, type Look } from './styled.ts';

/** Lines in a frame with a title; the frame stands out where the keys go to it. */
export function Pane({
  title,
  lines,
  width,
  height,
  focused,
  look,
}: {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
  readonly focused: boolean;
  readonly look: Look;
}): ReactElement {
  const style = focused ? 'title' : 'dim';
  const inner = width - 4;
  const head = [...title].slice(0, width - 6).join('');
  const frame: Line[] = [
    [
      { text: '╭─ ', style },
      { text: head, style: focused ? 'title' : 'bold' },
      { text: ` ${'─'.repeat(Math.max(width - 5 - head.length, 0))}╮`, style },
    ],
    ...Array.from(
      { length: height - 2 },
      (_, k): Line => [{ text: '│ ', style }, ...fitted(lines[k] ?? [], inner), { text: ' │', style }],
    ),
    [{ text: `╰${'─'.repeat(width - 2)}╯`, style }],
  ];
  return <Drawn lines={frame} width={width} look={look} />;
}
