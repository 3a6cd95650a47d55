/** `main` as a process: the real streams, a reader that stops reading, and the exit status. */
import { main } from '../main.ts';

export async function runAsProcess(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `mixplan ... | head` has what it wanted.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const { stdin, stdout, stderr, env } = process;
  // Not process.exit: what is still on its way into a pipe would be cut off.
  process.exitCode = await main(argv, { stdin, stdout, stderr, env });
}
