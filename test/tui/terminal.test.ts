/** The program in a real terminal, driven and read through tmux. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fitPath } from '../cli/pilots.ts';
import { hasTmux, terminals } from './tmux.ts';

describe.skipIf(!hasTmux)('in a terminal (needs tmux)', { timeout: 180_000 }, () => {
  const { terminal, program, open } = terminals();

  it.each([
    [200, 50, ['3 levers', '2 loss against domain ratio', '1 runs', '4 plan', 'How sure', '55k-r050']],
    [100, 30, ['3 levers', '2 loss against domain ratio', '1 runs', '4 plan', 'critical ratio']],
    [80, 24, ['3 levers', '1 runs', '4 plan', 'critical ratio']],
    [70, 20, ['3 levers', '1 runs  2 chart  3 levers  4 plan']],
  ])('%d × %d', async (columns, rows, texts) => {
    const { run, shows, screen, keys, mode } = terminal(`size${columns}`, columns, rows);
    run(`${open} tui ${fitPath}`);
    for (const text of texts) await shows(text);
    expect(mode('#{alternate_on}')).toBe('1');
    // Nothing has scrolled: the first line is ours, the last one free.
    const lines = screen().split('\n');
    expect(lines[0]).toMatch(/^ mixplan/);
    keys('q');
    await shows(/^ready>$/m);
    expect(mode('#{alternate_on} #{cursor_flag}')).toBe('0 1');
    expect(screen()).toMatch(/mixplan plan \S+ --params/);
  });

  it('50 × 12: says that it is too small, and how large it should be', async () => {
    const { run, shows, keys } = terminal('small', 50, 12);
    run(`${open} tui ${fitPath}`);
    await shows('mixplan needs a terminal of 60 × 16');
    keys('q');
    await shows(/^ready>$/m);
  });

  it('plain mixplan opens the first screen, and the shipped pilots from there', async () => {
    const { run, shows, keys } = terminal('plain', 100, 30);
    run(open);
    await shows('▸ try the shipped pilots');
    keys('Enter');
    await shows('critical ratio');
    keys('C-c');
    await shows(/^ready>$/m);
  });

  it('from pilots to a command and a plan file, as the screen says', async () => {
    const { run, shows, keys } = terminal('whole', 120, 40);
    run(`${open} tui ${fitPath}`);
    await shows(/critical ratio +0\.\d+/);
    await shows('Twice the budget buys 10M tokens');
    keys('Down', 'S-Left', 'S-Left');
    await shows('← 1% →');
    await shows(/What binds is the tolerance on general/);
    keys('e', 'Enter', 'Enter');
    await shows('wrote plan.json');
    keys('y');
    await shows('--tolerance 1%');
    keys('x', 'q');
    await shows(/^ready>$/m);
    run('ls');
    await shows('plan.json');
  });

  it('leaves runs out, is resized in the middle of it, and goes on', async () => {
    const { run, shows, hides, keys, resize } = terminal('refit', 120, 40);
    run(`${open} tui ${fitPath}`);
    await shows('How sure');
    keys('1', 'Space');
    await shows('fitting the runs again');
    resize(90, 28);
    await shows(/fitting the runs again|How sure/);
    resize(130, 45);
    await hides('fitting the runs again');
    await shows(/✕ 148k-r000/);
    keys('y');
    await shows('--exclude 148k-r000');
    keys('x', 'q');
    await shows(/^ready>$/m);
  });

  it('an interrupt from outside gives the terminal back', async () => {
    const { run, shows, mode, processId } = terminal('interrupt', 100, 30);
    run(`${open} tui ${fitPath}; echo status $?; stty -a | grep -o ' -\\?icanon\\| -\\?echo '`);
    await shows('critical ratio');
    process.kill(processId(), 'SIGINT');
    await shows('status 130');
    await shows(/ icanon\s+ echo/);
    expect(mode('#{alternate_on} #{cursor_flag}')).toBe('0 1');
  });

  it('ctrl-z stops it, and fg goes on where it was', async () => {
    const { run, shows, keys, mode } = terminal('stop', 100, 30);
    run(`${open} tui ${fitPath}`);
    await shows('critical ratio');
    keys('Right');
    await shows('← 5.6M tokens →');
    keys('C-z');
    await shows(/Stopped/);
    expect(mode('#{alternate_on}')).toBe('0');
    run('fg');
    await shows('← 5.6M tokens →');
    keys('Right');
    await shows('← 6.3M tokens →');
    keys('q');
    await shows(/^ready>$/m);
  });

  it('without a terminal it is refused with a clear sentence', () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'tui', fitPath], {
      encoding: 'utf8',
      input: '',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('mixplan tui needs a terminal, and its standard input is a file or a pipe.');
  });
});
