/** The frame of every screen: a line above, panes or a window over them, a line below. */
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { Drawn } from './Drawn.tsx';
import { ANY_PANE, type Layout, type Size } from './layout.ts';
import { Pane } from './Pane.tsx';
import type { Area } from './panes/model.ts';
import { fitted, type Line, type Look } from './styled.ts';

export interface Titled {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface PanesProps<Id extends string> {
  readonly layout: Layout<Id>;
  readonly size: Size;
  readonly look: Look;
  readonly head: Line;
  readonly foot: Line;
  /** What lies over the panes, for the room there is. */
  readonly window: (area: Area) => Titled | undefined;
  /** The pane that the keys go to. */
  readonly focused: Id;
  readonly paneOf: (pane: Id, area: Area) => Titled;
}

export function Panes<Id extends string>(props: PanesProps<Id>): ReactElement {
  const { layout, size, look, paneOf } = props;
  if (layout.kind === 'tooSmall') {
    return (
      <Text>
        {`mixplan needs a terminal of ${ANY_PANE.columns} × ${ANY_PANE.rows} characters, and this one has ${size.columns} × ${size.rows}: make it larger, or quit with q.`}
      </Text>
    );
  }
  const whole: Area = { width: size.columns, height: size.rows - 3 };
  const inside: Area = { width: size.columns - 4, height: whole.height - 2 };
  const columns = layout.kind === 'panes' ? layout.columns : undefined;
  const alone = props.window(inside) ?? (columns === undefined ? paneOf(props.focused, inside) : undefined);
  const body =
    alone !== undefined ? (
      <Pane {...alone} {...whole} focused look={look} />
    ) : (
      <Box>
        {columns?.map(({ width, panes }) => (
          <Box key={panes[0].pane} flexDirection="column" width={width}>
            {panes.map(({ pane, height }) => {
              const told = paneOf(pane, { width: width - 4, height: height - 2 });
              const focused = props.focused === pane;
              return <Pane key={pane} {...told} {...{ width, height, focused, look }} />;
            })}
          </Box>
        ))}
      </Box>
    );
  return (
    <Box flexDirection="column">
      <Drawn lines={[fitted(props.head, size.columns)]} width={size.columns} look={look} />
      {body}
      <Drawn lines={[fitted(props.foot, size.columns)]} width={size.columns} look={look} />
    </Box>
  );
}
