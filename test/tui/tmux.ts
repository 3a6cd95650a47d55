/** The program in a real terminal, driven and read through tmux. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, vi } from 'vitest';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the program for the tests of a file; terminals start in an empty folder. */
export function terminals() {
  /** Beside the packages, so that the bundle finds them. */
  const bundle = mkdtempSync(join(root, 'node_modules', '.mixplan-tui-test-'));
  const socket = basename(bundle).slice(1);
  const folder = mkdtempSync(join(tmpdir(), 'mixplan-tui-'));
  beforeAll(() => {
    execFileSync(process.execPath, ['build.mjs', bundle], { cwd: root });
  }, 120_000);
  afterAll(() => {
    spawnSync('tmux', ['-L', socket, 'kill-server']);
    rmSync(bundle, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const tmux = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-L', socket, ...words], { encoding: 'utf8' });

  /** A shell in a terminal of this size, the prompt `ready>` so that one sees when it is back. */
  function terminal(name: string, columns: number, rows: number) {
    const shell = `env -u CI -u NO_COLOR PS1='ready> ' TERM=xterm-256color bash --norc --noprofile`;
    const to = ['-t', name];
    tmux('new-session', '-d', '-s', name, '-x', String(columns), '-y', String(rows), '-c', folder, shell);
    const screen = (): string => tmux('capture-pane', ...to, '-p');
    const shows = (text: string | RegExp) =>
      vi.waitFor(() => expect(screen()).toMatch(text), { timeout: 20_000, interval: 100 });
    const hides = (text: string | RegExp) =>
      vi.waitFor(() => expect(screen()).not.toMatch(text), { timeout: 20_000, interval: 100 });
    const keys = (...names: readonly string[]) => void tmux('send-keys', ...to, ...names);
    const type = (text: string) => void tmux('send-keys', ...to, '-l', text);
    const run = (command: string) => {
      type(command);
      keys('Enter');
    };
    const resize = (width: number, height: number) =>
      void tmux('resize-window', ...to, '-x', String(width), '-y', String(height));
    /** Of the process in front, as the terminal has it. */
    const mode = (format: string): string => tmux('display-message', ...to, '-p', format).trim();
    const processId = (): number => {
      const [pane] = tmux('list-panes', ...to, '-F', '#{pane_pid}')
        .trim()
        .split('\n');
      return Number(
        execFileSync('ps', ['-o', 'pid=', '--ppid', pane], { encoding: 'utf8' }).trim().split(/\s+/)[0],
      );
    };
    return { screen, shows, hides, keys, type, run, resize, mode, processId };
  }

  const program = join(bundle, 'cli/bin/mixplan.js');
  return { terminal, program, open: `${process.execPath} ${program}` };
}
