/** Opens the screen and stays until it is left. */
import { render } from 'ink';
import { App } from './App.tsx';
import { threadRefitter } from './refit.ts';
import type { Host, Source } from './source.ts';
import type { Look } from './styled.ts';
import { type Terminal, takeTerminal } from './terminal.ts';
import type { Values } from './values.ts';

export interface TuiOptions {
  readonly host: Host;
  /** Undefined: the first screen asks for one. */
  readonly source: Source | undefined;
  readonly asked: Values;
  readonly look: Look;
  readonly terminal: Terminal;
  /** The screen in words; undefined: as the environment has it. */
  readonly screenReader: boolean;
}

/** The command lines of the screen as it was left, none where nothing was opened. */
export async function runTui(options: TuiOptions): Promise<readonly string[]> {
  const { host, source, asked, look, terminal, screenReader } = options;
  const taken = takeTerminal(terminal);
  const refitter = threadRefitter();
  let commands: readonly string[] = [];
  try {
    const { waitUntilExit } = render(
      <App
        {...{ host, source, asked, look, refitter }}
        suspend={taken.suspend}
        onQuit={(last) => {
          commands = last;
        }}
      />,
      {
        ...terminal,
        exitOnCtrlC: false,
        patchConsole: false,
        ...(screenReader ? { isScreenReaderEnabled: true } : {}),
      },
    );
    await waitUntilExit();
  } finally {
    refitter.cancel();
    taken.release();
  }
  return commands;
}
