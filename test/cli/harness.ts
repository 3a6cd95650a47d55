import { Readable } from 'node:stream';
import { main } from '../../src/cli/main.ts';

interface Terminal {
  /** Whether stdout and stderr are terminals. */
  readonly isTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs the command line in this process and collects what it wrote. */
export async function mixplan(
  argv: readonly string[],
  { isTTY = false, env = {}, stdin = '' }: Terminal = {},
) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof written) => ({
    isTTY,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const streams = { stdin: Readable.from([stdin]), stdout: sink('stdout'), stderr: sink('stderr'), env };
  const status = await main(argv, streams);
  return { status, ...written };
}
