import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAllAtomically, writeAtomically } from '../../src/documents/atomic.ts';
import * as problems from '../../src/problems/files.ts';
import { refusalOf } from '../units/refusals.ts';

const fresh = { force: false };
const force = { force: true };
let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const codes = async (action: () => Promise<unknown>) =>
  (await refusalOf(action)).problems.map(({ code }) => code);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixplan-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('one file', () => {
  it('is written whole and leaves nothing beside it', async () => {
    await writeAtomically(at('plan.json'), 'text\n', fresh);
    expect(readFileSync(at('plan.json'), 'utf8')).toBe('text\n');
    expect(readdirSync(folder)).toEqual(['plan.json']);
  });

  it('is replaced only by force, and keeps its permissions', async () => {
    writeFileSync(at('plan.json'), 'old');
    chmodSync(at('plan.json'), 0o640);
    expect(await codes(() => writeAtomically(at('plan.json'), 'new', fresh))).toEqual([
      problems.fileExists.code,
    ]);
    expect(readFileSync(at('plan.json'), 'utf8')).toBe('old');
    await writeAtomically(at('plan.json'), 'new', force);
    expect(readFileSync(at('plan.json'), 'utf8')).toBe('new');
    expect(statSync(at('plan.json')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['plan.json']);
  });

  it('is written behind a symbolic link, which stays one', async () => {
    writeFileSync(at('real.json'), 'old');
    symlinkSync('real.json', at('link.json'));
    await writeAtomically(at('link.json'), 'new', force);
    expect(readFileSync(at('real.json'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['link.json', 'real.json']);
  });

  it('is refused where it cannot be, naming the reason', async () => {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), '');
    for (const [path, reason] of [
      [at('folder'), 'it is a folder'],
      [at('missing', 'plan.json'), 'the folder does not exist'],
      [at('file', 'plan.json'), 'a part of the path is a file'],
      [at('x'.repeat(300)), 'the name is too long'],
      ['/dev/null', 'it is not a regular file'],
    ] as const) {
      const refusal = await refusalOf(() => writeAtomically(path, 'text', force));
      expect(refusal.problems.map(({ code }) => code)).toEqual([problems.fileUnwritable.code]);
      expect(refusal.message).toContain(reason);
    }
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder']);
  });

  it.skipIf(process.getuid?.() === 0)('is refused in a read-only folder (root may write there)', async () => {
    mkdirSync(at('closed'), { mode: 0o555 });
    expect(await codes(() => writeAtomically(at('closed', 'a'), 'text', fresh))).toEqual([
      problems.fileUnwritable.code,
    ]);
  });
});

describe('several files', () => {
  it('are all written', async () => {
    await writeAllAtomically(
      [
        { path: at('a'), text: '1' },
        { path: at('b'), text: '2' },
      ],
      fresh,
    );
    expect([readFileSync(at('a'), 'utf8'), readFileSync(at('b'), 'utf8')]).toEqual(['1', '2']);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  it('are all refused when one cannot be written, with every reason', async () => {
    writeFileSync(at('old'), 'old');
    const files = [at('new'), at('old'), at('missing', 'x'), at('new')].map((path) => ({
      path,
      text: 'text',
    }));
    expect(await codes(() => writeAllAtomically(files, fresh))).toEqual([
      problems.fileExists.code,
      problems.fileUnwritable.code,
      problems.fileTwice.code,
    ]);
    expect(readdirSync(folder)).toEqual(['old']);
    expect(readFileSync(at('old'), 'utf8')).toBe('old');
  });

  it('sees one file behind two names', async () => {
    writeFileSync(at('real'), 'old');
    symlinkSync('real', at('link'));
    const files = [
      { path: at('real'), text: '1' },
      { path: at('link'), text: '2' },
    ];
    expect(await codes(() => writeAllAtomically(files, force))).toEqual([problems.fileTwice.code]);
    expect(readFileSync(at('real'), 'utf8')).toBe('old');
  });

  it('are put back when a later one fails after all', async () => {
    writeFileSync(at('a'), 'old');
    // Reading the text of `c` puts a folder in the place of `b`, which was looked at before.
    const treacherous = {
      path: at('c'),
      get text() {
        mkdirSync(at('b'));
        return 'c';
      },
    };
    const files = ['a', 'fresh', 'b'].map((name) => ({ path: at(name), text: 'new' }));
    expect(await codes(() => writeAllAtomically([...files, treacherous], force))).toEqual([
      problems.fileUnwritable.code,
    ]);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
  });

  it('leave nothing behind when the program is interrupted', async () => {
    const module = new URL('../../src/documents/atomic.ts', import.meta.url).href;
    const script = `
      import { readdirSync } from 'node:fs';
      import { writeAllAtomically } from ${JSON.stringify(module)};
      const files = Array.from({ length: 200 }, (_, i) => ({ path: 'file' + i, text: 'text' }));
      const interruptOnceThereIsSomething = () => {
        if (readdirSync('.').length > 0) process.kill(process.pid, 'SIGINT');
        else setImmediate(interruptOnceThereIsSomething);
      };
      interruptOnceThereIsSomething();
      await writeAllAtomically(files, { force: false });
    `;
    const tsx = import.meta.resolve('tsx');
    const child = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
      cwd: folder,
    });
    const [status, signal] = await once(child, 'exit');
    expect([status, signal]).toEqual([null, 'SIGINT']);
    expect(readdirSync(folder)).toEqual([]);
  });
});
