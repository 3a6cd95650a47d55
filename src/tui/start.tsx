/** The screen of a plan. */
import { App } from './App.tsx';
import { onScreen, type Shown } from './onScreen.tsx';
import { threadRefitter } from './refit.ts';
import type { Host, Source } from './source.ts';
import type { Values } from './values.ts';

export interface TuiOptions extends Shown {
  readonly host: Host;
  /** Undefined: the first screen asks for one. */
  readonly source: Source | undefined;
  readonly asked: Values;
}

/** The command lines of the screen as it was left, none where nothing was opened. */
export async function runTui(options: TuiOptions): Promise<readonly string[]> {
  const { host, source, asked, look } = options;
  const refitter = threadRefitter();
  try {
    return await onScreen(options, (around) => (
      <App {...{ host, source, asked, look, refitter }} {...around} />
    ));
  } finally {
    refitter.cancel();
  }
}
