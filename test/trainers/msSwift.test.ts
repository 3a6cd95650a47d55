import { describe, expect, it } from 'vitest';
import { trainerCannot } from '../../src/problems/trainers.ts';
import { msSwift } from '../../src/trainers/msSwift.ts';
import { shellWords } from '../../src/trainers/startScript.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { type Asked, requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(msSwift);

const words = (asked: Asked = {}): string[] => shellWords(msSwift.emit(requestOf(asked)).files[0].text);
const valuesOf = (asked: Asked, flag: string, count: number): string[] => {
  const all = words(asked);
  return all.slice(all.indexOf(flag) + 1).slice(0, count);
};

describe('ms-swift', () => {
  it('is given shares of documents', () => {
    expect(valuesOf({}, '--interleave_prob', 2)).toEqual(['0.318181818182', '0.681818181818']);
  });

  it('cuts long documents instead of dropping them', () => {
    expect(valuesOf({}, '--truncation_strategy', 1)).toEqual(['split']);
  });

  it('calls the tuner as its version does', () => {
    expect(words()).toContain('--tuner_type');
    expect(words({ version: '3.12' })).toContain('--train_type');
    expect(words({ version: 'v3' })).toContain('--train_type');
    expect(words({ version: '30.1' })).toContain('--tuner_type');
    expect(refusal(() => words({ version: 'newest' })).map(({ code }) => code)).toEqual([trainerCannot.code]);
  });

  it('keeps the options of a schedule together', () => {
    const [options] = valuesOf({ kind: 'wsd', decay: 100 }, '--lr_scheduler_kwargs', 1);
    expect(JSON.parse(options)).toEqual({ num_decay_steps: 100, decay_type: 'linear', min_lr_ratio: 0.1 });
  });

  it('refuses a path that would be read with a number of rows', () => {
    const data = { general: 'web#100', domain: 'law' };
    expect(refusal(() => words({ data })).map(({ code }) => code)).toEqual(['name-unsafe']);
  });
});

describe('words of a shell', () => {
  it('are split, quoted, continued and commented as in a script', () => {
    const script = `# one\nrun --a 'two words' \\\n  --b "it's \\"so\\"" c\\ d # tail\n--e=f#g 'it'\\''s'\n`;
    expect(shellWords(script)).toEqual([
      'run',
      '--a',
      'two words',
      '--b',
      `it's "so"`,
      'c d',
      '--e=f#g',
      "it's",
    ]);
  });
});
