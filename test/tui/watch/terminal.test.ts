/** A watched run in a real terminal, its log growing underneath. */
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fitPath } from '../../cli/pilots.ts';
import { hasTmux, terminals } from '../tmux.ts';
import { TOKENS, watchedStage } from './stage.ts';

describe.skipIf(!hasTmux)('a watched run in a terminal (needs tmux)', { timeout: 180_000 }, () => {
  const { terminal, open, program } = terminals();
  const { path, write, logged } = watchedStage();
  const watch = (log: string): string => `${open} tui ${path('plan.json')} ${path(log)}`;

  it('is followed from before it began, through a resize, to the command', async () => {
    await rm(path('run.csv'), { force: true });
    const { run, shows, hides, screen, keys, resize, mode } = terminal('watch', 100, 45);
    run(watch('run.csv'));
    await shows('Waiting for the first evaluation');
    await shows(/was not there at \d\d:\d\d:\d\d/);
    await write('run.csv', logged(0.4 * TOKENS));
    await shows('On course: after 2M of 5M');
    expect(mode('#{alternate_on}')).toBe('1');
    resize(200, 50);
    await shows(/1 verdict.*2 general loss/);
    await write('run.csv', logged(0.6 * TOKENS, { from: 0.45 * TOKENS, by: 0.03 }));
    await shows('Unexpected: after');
    await shows('✕ unexpected by then');
    resize(80, 24);
    await shows(/Unexpected: after/);
    await shows('1 verdict  2 chart  3 evaluations');
    await hides('3 evaluations on general');
    keys('3');
    await shows('3 evaluations on general');
    resize(70, 20);
    await shows('3 evaluations on general');
    await hides('1 verdict ─');
    resize(50, 12);
    await shows('mixplan needs a terminal of 60 × 16');
    resize(100, 30);
    keys('y');
    await shows('mixplan watch');
    keys('x', 'q');
    await shows(/^ready>$/m);
    expect(mode('#{alternate_on} #{cursor_flag}')).toBe('0 1');
    expect(screen().replaceAll('\n', '')).toMatch(/mixplan watch \S+plan\.json \S+run\.csv/);
  });

  it('an interrupt from outside gives the terminal back', async () => {
    await write('interrupted.csv', logged(0.6 * TOKENS));
    const { run, shows, mode, processId } = terminal('interrupt', 100, 30);
    run(`${watch('interrupted.csv')}; echo status $?; stty -a | grep -o ' -\\?icanon\\| -\\?echo '`);
    await shows('On course');
    process.kill(processId(), 'SIGINT');
    await shows('status 130');
    await shows(/ icanon\s+ echo/);
    expect(mode('#{alternate_on} #{cursor_flag}')).toBe('0 1');
  });

  it('ctrl-z stops it, and fg goes on with what came meanwhile', async () => {
    await write('stopped.csv', logged(0.6 * TOKENS));
    const { run, shows, keys, mode } = terminal('stop', 100, 30);
    run(watch('stopped.csv'));
    await shows('On course: after 3M');
    keys('C-z');
    await shows(/Stopped/);
    expect(mode('#{alternate_on}')).toBe('0');
    await write('stopped.csv', logged(0.7 * TOKENS));
    run('fg');
    await shows('On course: after 3.5M');
    keys('q');
    await shows(/^ready>$/m);
  });

  it('what cannot be watched is refused before the screen opens', async () => {
    await write('refused.csv', logged(0.6 * TOKENS));
    const { run, shows } = terminal('refused', 200, 50);
    run(`${open} tui ${path('plan.json')}`);
    await shows('plan.json is a plan: expected the logs of the run that carries it out after it.');
    await shows(/mixplan tui \S+plan\.json LOGS\.\.\. watches the run/);
    run(`${watch('refused.csv')} --tolerance 2%`);
    await shows('--tolerance and');
    run(`${open} tui ${fitPath} --run plan`);
    await shows('--run belongs to PLAN LOGS');
    run(`${open} tui ${path('plan.json')} -`);
    await shows('reads keys from its standard input');
  });

  it('without a terminal it is refused too', () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'tui', path('plan.json'), 'run.csv'], {
      encoding: 'utf8',
      input: '',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('mixplan tui needs a terminal');
  });
});
