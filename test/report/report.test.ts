import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { specification } from '../../src/charts/chart.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import { strainCrossing } from '../../src/report/crossing.ts';
import { compiled, svgOf } from '../../src/report/draw.ts';
import { pngOf } from '../../src/report/png.ts';
import { mixplan } from '../cli/harness.ts';
import { codesOf, fitPath } from '../cli/pilots.ts';
import { chartsOf, file, planFile, reportOf } from './plans.ts';

let plan: string;
beforeAll(async () => {
  plan = await planFile('far');
}, 60_000);

describe('mixplan report', () => {
  it('writes a page, Markdown, drawings, pictures and specifications at once, the same bytes again', async () => {
    const write = (to: string, ...more: string[]) =>
      mixplan([
        ...['report', plan, '--html', file.path(`${to}.html`), '--md', file.path(`${to}.md`)],
        ...['--svg', file.path(`${to}/svg`), '--png', file.path(`${to}/png`), '--vl', file.path(`${to}/vl`)],
        ...more,
      ]);
    expect((await write('one')).status).toBe(0);
    expect((await write('two')).status).toBe(0);
    const read = (path: string) => readFileSync(file.path(path));
    expect(read('one.html').equals(read('two.html'))).toBe(true);
    expect(read('one.html').length).toBeLessThan(2e6);
    expect(
      read('one.md')
        .toString()
        .replaceAll(/\bone\//g, 'two/'),
    ).toBe(read('two.md').toString());
    const names = chartsOf(await reportOf('far'))
      .map(({ id }) => id)
      .sort();
    for (const [kind, ending] of [
      ['svg', 'svg'],
      ['png', 'png'],
      ['vl', 'vl.json'],
    ] as const) {
      expect(readdirSync(file.path(`one/${kind}`)).sort()).toEqual(
        names.map((name) => `${name}.${ending}`).sort(),
      );
      for (const name of names) {
        const path = `${kind}/${name}.${ending}`;
        expect(read(`one/${path}`).equals(read(`two/${path}`)), path).toBe(true);
      }
    }
    // The same text is no replacement.
    const again = (...more: string[]) => mixplan(['report', plan, '--md', file.path('again.md'), ...more]);
    expect([(await again()).status, (await again()).status]).toEqual([0, 0]);
    writeFileSync(file.path('again.md'), 'mine');
    const refused = await again('--json');
    expect(refused.status).toBe(2);
    expect(codesOf(refused.stderr)).toEqual(['file-exists']);
    expect(read('again.md').toString()).toBe('mine');
    expect((await again('--force')).status).toBe(0);
    expect(read('again.md').toString()).toMatch(/^# Plan for/);
  }, 240_000);

  it('replaces neither the plan nor its fit, even with --force', async () => {
    const { fit } = JSON.parse(readFileSync(plan, 'utf8')) as PlanDocument;
    const fitFile = join(dirname(plan), fit.path);
    const before = readFileSync(fitFile, 'utf8');
    for (const input of [plan, fitFile]) {
      const { status, stderr } = await mixplan(['report', plan, '--md', input, '--force', '--json']);
      expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['output-is-input'] });
    }
    expect(readFileSync(fitFile, 'utf8')).toBe(before);
  });

  it('refuses a plan whose base losses are edited beyond sense', async () => {
    const edited = JSON.parse(readFileSync(plan, 'utf8')) as PlanDocument;
    const [[set, base]] = Object.entries(edited.base);
    const text = JSON.stringify({ ...edited, base: { ...edited.base, [set]: { ...base, sd: 1e308 } } });
    const { status, stderr } = await mixplan(['report', '-', '--md', file.path('edited.md'), '--json'], {
      stdin: text,
    });
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['document-invalid'] });
    expect(stderr).toContain(`base.${set}.sd`);
  });

  it('writes nothing where something cannot be written', async () => {
    writeFileSync(file.path('taken'), '');
    const { status } = await mixplan([
      'report',
      plan,
      '--svg',
      file.path('new/svg'),
      '--vl',
      file.path('taken/vl'),
    ]);
    expect(status).toBe(2);
    expect(existsSync(file.path('new'))).toBe(false);
  });

  it('writes the charts that are asked for, the same as with all others', async () => {
    const all = await mixplan(['report', plan, '--svg', file.path('all')]);
    const two = ['--chart', 'trajectory', '--chart', 'trade-off'];
    const some = await mixplan(['report', plan, '--svg', file.path('some'), ...two]);
    expect([all.status, some.status]).toEqual([0, 0]);
    const written = readdirSync(file.path('some')).sort();
    expect(written).toEqual(['trade-off.svg', 'trajectory.svg']);
    for (const name of written)
      expect(readFileSync(file.path(`some/${name}`))).toEqual(readFileSync(file.path(`all/${name}`)));
  }, 120_000);

  it('lists the charts where one is not known, and leaves pages whole', async () => {
    const ask = (...more: string[]) => mixplan(['report', plan, '--chart', 'tradeoff', ...more, '--json']);
    const unknown = await ask('--svg', file.path('none'));
    expect(unknown.status).toBe(2);
    expect(codesOf(unknown.stderr)).toEqual(['report-chart-unknown']);
    for (const { id } of chartsOf(await reportOf('far'))) expect(unknown.stderr).toContain(id);
    // The domain corpus of this plan has no limit.
    expect(unknown.stderr).not.toContain('repeats');
    expect(existsSync(file.path('none'))).toBe(false);
    const excluded = await ask('--html', file.path('part.html'));
    expect(codesOf(excluded.stderr)).toEqual(['options-exclude']);
  }, 120_000);

  it('asks for a format', async () => {
    const { status, stderr } = await mixplan(['report', plan, '--json']);
    expect(status).toBe(2);
    expect(codesOf(stderr)).toEqual(['report-needs-output']);
  });

  it('answers in the order in which a reader asks', async () => {
    const { stdout } = await mixplan(['report', plan, '--html', '-']);
    const anchors = [...stdout.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    expect(anchors).toEqual([
      'trade-off',
      'how-sure',
      'compared',
      'changes',
      'reach',
      'pilots',
      'laws',
      'parameters',
      'assumptions',
      'reproduce',
    ]);
    expect(stdout.indexOf('class="answer"')).toBeLessThan(stdout.indexOf('<section'));
    expect(stdout).toMatch(
      /Train the 788k model on 10\.3M tokens at domain ratio 0\.3\d\d, which keeps general within 3% of its base in 90\.\d% of new runs; the limit lies between 0\.\d+ and 0\.\d+ for 90% of them\./,
    );
  });

  it('carries data that cannot end its script, and no address that would be fetched', async () => {
    const { stdout } = await mixplan(['report', plan, '--html', '-']);
    const [, json] = /<script type="application\/json" id="mixplan-data">([\s\S]*?)<\/script>/.exec(stdout)!;
    expect(json).not.toContain('<');
    expect(() => JSON.parse(json) as unknown).not.toThrow();
    // The rest is Vega itself, which a browser without a network tries in page.test.ts.
    const [page] = stdout.split('<script type="module">');
    expect(page.match(/(?:\b(?:src|href)="|@import|url\()(?!#|data:)[^\s]{0,40}/g)).toBe(null);
  });

  it('shows what files are called, whatever that looks like', async () => {
    const named = JSON.parse(readFileSync(plan, 'utf8')) as PlanDocument;
    named.model.name = '<img src=x onerror=alert(1)>';
    const path = file.path('named.json');
    writeFileSync(
      path,
      JSON.stringify({ ...named, fit: { ...named.fit, path: 'gone.json' } }).replace(/^\{/, '{'),
    );
    const { stdout } = await mixplan(['report', withSchemaLast(path), '--html', '-']);
    expect(stdout).not.toContain('<img');
    expect(stdout).toContain('&lt;img');
  });

  it('is short, and says so, where the fit cannot be read; refuses another fit', async () => {
    const document = JSON.parse(readFileSync(plan, 'utf8')) as PlanDocument;
    const write = (name: string, fit: PlanDocument['fit']) => {
      writeFileSync(file.path(name), JSON.stringify({ ...document, fit }));
      return withSchemaLast(file.path(name));
    };
    const gone = await mixplan([
      'report',
      write('gone.json', { ...document.fit, path: 'no.fit.json' }),
      '--md',
      '-',
    ]);
    expect(gone.status).toBe(0);
    expect(gone.stderr).toContain('mixplan explain report-fit-missing');
    expect(gone.stdout).toContain('## What it was compared with');
    expect(gone.stdout).not.toContain('## The laws compared');
    const other = await mixplan([
      'report',
      write('other.json', { ...document.fit, sha256: '0'.repeat(64) }),
      '--md',
      file.path('other.md'),
      '--json',
    ]);
    expect(other.status).toBe(2);
    expect(codesOf(other.stderr)).toEqual(['report-fit-changed']);
  });

  it.each([
    ['published', 'published-curve'],
    ['assumed', 'published-evidence'],
  ] as const)('tells a %s plan shortly', async (name, chart) => {
    const path = await planFile(name);
    const { stdout, status } = await mixplan(['report', path, '--html', '-']);
    expect(status).toBe(0);
    expect(stdout).toContain(`id="chart-${chart}"`);
    expect(stdout).not.toContain('<script');
  });

  it('tells a fit', async () => {
    const { stdout, status } = await mixplan(['report', fitPath, '--md', '-']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# A fit to 29 pilots of 3 base models/);
    expect(stdout).toContain('| change-general |');
    expect(stdout).toContain('first-stretch');
  });
});

describe('strains', () => {
  it('give the ratios of the plan, which came from its draws one by one', async () => {
    const { plan: document, evidence } = (await reportOf('far')).levers!;
    const { strains } = evidence;
    const at = strains.tokens.indexOf(document.runs[0].tokens);
    const crossing = (level: number) =>
      strainCrossing(strains.ratios, strains.newRun[at][strains.levels.indexOf(level)], 1);
    expect(crossing(0.9)).toBeCloseTo(document.runs[0].phases[0].domainRatio, 2);
    expect(crossing(0.95)).toBeCloseTo(document.critical.interval![0], 2);
    expect(crossing(0.05)).toBeCloseTo(document.critical.interval![1], 2);
    const { point } = document.critical;
    expect(strainCrossing(strains.ratios, strains.point[at], 1)).toBeCloseTo(
      point.kind === 'at' ? point.ratio : 0,
      2,
    );
  });

  it('rise with the tolerance, and reach none and all', () => {
    const ratios = [0, 0.5, 1];
    const curve = [-1, 1, 5];
    const found = [-2, 0, 1, 3, 6].map((scale) => strainCrossing(ratios, curve, scale));
    expect(found).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});

describe('pictures', () => {
  it('have their text: dark pixels where the title and the labels are, none without a font', async () => {
    const chart = chartsOf(await reportOf('far')).find(({ id }) => id === 'reach')!;
    const svg = await svgOf(compiled(specification(chart)), chart.description);
    const title = (picture: string) => darkPixels(pngOf(picture, 2), 90);
    expect(title(svg)).toBeGreaterThan(1500);
    expect(title(svg.replace(/<text[\s\S]*?<\/text>/g, ''))).toBe(0);
  });
});

/** A document is told by its schema wherever that stands. */
function withSchemaLast(path: string): string {
  const { schema, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as PlanDocument;
  writeFileSync(path, JSON.stringify({ ...rest, schema }));
  return path;
}

/** Dark pixels in the first `rows` rows of a PNG of 8 bits, RGBA, not interlaced (PNG 1.2, sections 6 and 9). */
function darkPixels(png: Uint8Array, rows: number): number {
  const bytes = Buffer.from(png);
  const width = bytes.readUInt32BE(16);
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = 4 * width;
  let above = Buffer.alloc(stride);
  let dark = 0;
  for (let row = 0; row < rows; row++) {
    const filter = raw[row * (stride + 1)];
    const line = Buffer.from(raw.subarray(row * (stride + 1) + 1, (row + 1) * (stride + 1)));
    for (let i = 0; i < stride; i++) {
      const [a, b, c] = [line[i - 4] ?? 0, above[i], i < 4 ? 0 : above[i - 4]];
      line[i] = (line[i] + [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter]) & 255;
    }
    for (let i = 0; i < stride; i += 4)
      if (line[i] + line[i + 1] + line[i + 2] < 240 && line[i + 3] > 200) dark += 1;
    above = line;
  }
  return dark;
}

function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
}
