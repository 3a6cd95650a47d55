import { describe, expect, it } from 'vitest';
import { read, repositoryFiles } from './tree.ts';

/** Text only; data and pictures have no addresses to give away. */
const texts = repositoryFiles.filter((file) => !/\.(png|gz|parquet|ttf|otf|woff2?|zip)$/.test(file));

/** Spelled in pieces, so that this file does not hold what it looks for. */
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'a path of one machine',
    new RegExp(`(?<![\\w.~@$}])/(?:${['work', 'root', 'home', 'Users'].join('|')})/[\\w.-]`),
  ],
  ['a path of one machine', new RegExp('\\b[A-Z]:\\\\' + 'Users\\\\')],
  ['an address of a package registry', new RegExp(`https?://${'regis'}${'try'}\\.`)],
  ['an address on a private network', /https?:\/\/(?:localhost|127\.|10\.\d|192\.168\.)/],
];

describe('the files of the repository', () => {
  it('were found', () => {
    expect(texts).toContain('package.json');
    expect(texts).toContain('.ci/run');
  });

  it.each(forbidden)('hold no %s (%s)', (_, pattern) => {
    const found = texts.flatMap((file) => {
      const match = pattern.exec(read(file));
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
    expect(found).toEqual([]);
  });

  it('finds them where they are', () => {
    const [[, path], [, windows], [, registry]] = forbidden as [
      (typeof forbidden)[0],
      (typeof forbidden)[0],
      (typeof forbidden)[0],
    ];
    expect(path.test(`read "/${'home'}/someone/data.csv"`)).toBe(true);
    expect(path.test('see notebooks/work/one.md')).toBe(false);
    expect(windows.test(`C:\\${'Users'}\\someone`)).toBe(true);
    expect(registry.test(`https://${'registry'}.npmjs.org/zod`)).toBe(true);
  });
});
