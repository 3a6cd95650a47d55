/** The screen of a watched run. */
import { onScreen, type Shown } from '../onScreen.tsx';
import { WatchApp } from './WatchApp.tsx';
import type { Watching } from './watching.ts';

/** The command lines of the screen as it was left. */
export function runWatchTui(shown: Shown & { readonly watching: Watching }): Promise<readonly string[]> {
  const { watching, look } = shown;
  return onScreen(shown, (around) => <WatchApp {...{ watching, look, clock }} {...around} />);
}

/** `14:03:22`, where the person is. */
const clock = (): string => new Date().toTimeString().slice(0, 8);
