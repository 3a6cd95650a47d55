/**
 * The terminal taken over and given back: on a screen of its own, so that the shell's lines are there again afterwards,
 * whether one quits, the program dies, is interrupted, or is stopped for a while.
 */
import { hearKeysOnly } from './strangers.ts';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export interface TakenTerminal {
  /** Gives it back for good. */
  release(): void;
  /** Gives it back, stops this process and those started with it, and takes it again once they are continued. */
  suspend(): Promise<void>;
}

const OWN_SCREEN = '\u001b[?1049h\u001b[H';
const SHELL_SCREEN = '\u001b[?1049l\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';
const CLEAR = '\u001b[2J\u001b[H';

/** What ends a process from outside, with the exit status that shells expect. */
const ENDS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export function takeTerminal({ stdin, stdout }: Terminal): TakenTerminal {
  let taken = false;
  const take = (): void => {
    stdout.write(OWN_SCREEN);
    taken = true;
  };
  const giveBack = (): void => {
    if (!taken) return;
    taken = false;
    stdin.setRawMode?.(false);
    stdout.write(SHELL_SCREEN);
  };
  const ended = (Object.keys(ENDS) as (keyof typeof ENDS)[]).map((signal) => {
    const end = (): void => {
      giveBack();
      process.exit(ENDS[signal]);
    };
    process.on(signal, end);
    return () => void process.off(signal, end);
  });
  // What was drawn for another width lies askew: everything is drawn anew on an empty screen.
  const resized = (): void => void stdout.write(CLEAR);
  stdout.prependListener('resize', resized);
  process.on('exit', giveBack);

  const suspend = async (): Promise<void> => {
    giveBack();
    process.off('SIGTSTP', onStop);
    const continued = new Promise<void>((resolve) => process.once('SIGCONT', () => resolve()));
    // As the terminal itself does on ctrl-z: all processes of the job.
    process.kill(0, 'SIGTSTP');
    await continued;
    process.on('SIGTSTP', onStop);
    take();
    stdin.setRawMode?.(true);
    stdout.write(HIDE_CURSOR);
  };
  const onStop = (): void => void suspend();
  process.on('SIGTSTP', onStop);
  const hearAll = hearKeysOnly(stdin);
  take();
  return {
    suspend,
    release() {
      giveBack();
      for (const off of ended) off();
      process.off('SIGTSTP', onStop);
      process.off('exit', giveBack);
      stdout.off('resize', resized);
      hearAll();
    },
  };
}
