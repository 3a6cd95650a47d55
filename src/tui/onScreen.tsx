/** A screen in a terminal, from when it is taken until it is given back. */
import { render } from 'ink';
import type { ReactElement } from 'react';
import type { Look } from './styled.ts';
import { type Terminal, takeTerminal } from './terminal.ts';

/** How a screen is shown. */
export interface Shown {
  readonly look: Look;
  readonly terminal: Terminal;
  /** The screen in words; false: as the environment has it. */
  readonly screenReader: boolean;
}

/** What a screen asks of the terminal around it. */
export interface Around {
  /** Gives the terminal back to the shell until it is continued. */
  readonly suspend: () => Promise<void>;
  /** Hears of the commands of the screen when it is left. */
  readonly onQuit: (commands: readonly string[]) => void;
}

/** Opens a screen and stays until it is left; the command lines of it as it was left then. */
export async function onScreen(
  { terminal, screenReader }: Shown,
  screen: (around: Around) => ReactElement,
): Promise<readonly string[]> {
  const taken = takeTerminal(terminal);
  let commands: readonly string[] = [];
  const onQuit = (last: readonly string[]): void => {
    commands = last;
  };
  try {
    const { waitUntilExit } = render(screen({ suspend: taken.suspend, onQuit }), {
      ...terminal,
      exitOnCtrlC: false,
      patchConsole: false,
      ...(screenReader ? { isScreenReaderEnabled: true } : {}),
    });
    await waitUntilExit();
  } finally {
    taken.release();
  }
  return commands;
}
