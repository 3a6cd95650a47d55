/** `main` as a process: the real streams, readers that stop reading, disks that are full, and the exit status. */
import { reasonOf } from '../../documents/reason.ts';
import { fileUnwritable } from '../../problems/files.ts';
import { exitStatus } from '../exit.ts';
import { main } from '../main.ts';
import { createPrinter } from '../printer.ts';

export async function runAsProcess(argv: readonly string[]): Promise<void> {
  const { stdin, stdout, stderr, env } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `mixplan ... | head` has what it wanted.
    if (error.code === 'EPIPE') process.exit(exitStatus.done);
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    const json = argv.includes('--json');
    const printer = createPrinter({ stdout, stderr, json, quiet: true, colour: false });
    printer.problems([fileUnwritable({ path: 'standard output', reason: reason.text })]);
    process.exit(exitStatus.badInput);
  });
  // Nobody listens to what is said beside the answer: that changes neither the answer nor the status.
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (reasonOf(error) === undefined) throw error;
  });
  // Not process.exit: what is still on its way into a pipe would be cut off.
  process.exitCode = await main(argv, { stdin, stdout, stderr, env });
}
