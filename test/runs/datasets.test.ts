import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describeRuns } from '../../src/runs/describe.ts';
import { setAside } from '../../src/runs/honesty.ts';
import { readRuns } from '../../src/runs/read.ts';
import { codes } from './tables.ts';

const root = fileURLToPath(new URL('../../datasets/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.csv'),
);

describe('datasets that ship', () => {
  test.each(files)('%s has a card that names the file, its source and its licence', (file) => {
    const card = join(root, dirname(file), 'README.md');
    expect(existsSync(card)).toBe(true);
    const text = readFileSync(card, 'utf8');
    expect(text).toContain(file.slice(dirname(file).length + 1));
    for (const heading of ['Source', 'What it can show', 'What it cannot show', 'Licence'])
      expect(text).toContain(heading);
  });
});

describe('pilots-kernel-c', async () => {
  const runs = await readRuns([join(root, 'pilots-kernel-c/runs.csv')]);

  test('reads without a word', () => {
    expect(runs.n).toBe(580);
    expect(runs.runs).toHaveLength(29);
    expect(runs.problems).toEqual([]);
    expect(runs.bases.map(({ id, rows }) => [id, rows])).toEqual([
      ['gpt-55k', 13],
      ['gpt-148k', 9],
      ['gpt-333k', 7],
    ]);
  });

  test('the evaluation within 2 x warm-up of each run is set aside', () => {
    const kept = setAside(runs);
    expect(kept.n).toBe(551);
    expect(new Set(kept.setAside.map(({ tokens }) => tokens))).toEqual(new Set([249856]));
    expect(kept.problems).toEqual([]);
  });

  test('carries laws in ratio, tokens and size; repeats differ by about 0.3% of the loss', () => {
    const { usable, problems, laws, evals, suggestions } = describeRuns(runs);
    expect(usable).toBe(true);
    expect(codes(problems)).toEqual(['one-general-set']);
    expect(laws.map(({ support }) => support)).toEqual(['tested', 'tested', 'tested']);
    expect(suggestions).toEqual([]);
    for (const { repeats } of evals) {
      expect(repeats).toMatchObject({ groups: 4, degreesOfFreedom: 8 });
      expect(repeats.relative).toBeGreaterThan(0.002);
      expect(repeats.relative).toBeLessThan(0.004);
    }
  });
});
