/** Several evaluation sets in several units, and pilots trained otherwise than the full run, through the commands. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { criticalSchema } from '../../src/documents/critical.ts';
import { fitSchema } from '../../src/documents/fit.ts';
import { mixplan } from './harness.ts';
import { codesOf, runsPath, scratch, size } from './pilots.ts';

const { path, put } = scratch();
const ROLES = ['--role', 'wiki=general,web=general,code=domain'];
const UNITS = [...ROLES, '--unit', 'wiki=ppl,web=bpb', '--bytes-per-token', 'web=1'];

/** The shipped pilots with the general loss twice, as perplexity and as bits per byte, and how they were trained. */
async function table(method: (run: string) => string = () => 'full'): Promise<string> {
  const [header, ...lines] = (await readFile(runsPath, 'utf8')).trimEnd().split('\n');
  const names = header.split(',');
  const column = (name: string) => names.indexOf(name);
  const head = header.replace('loss_general', 'loss_wiki').replace('loss_domain', 'loss_code');
  const rows = lines.map((line) => {
    const cells = line.split(',');
    const nats = Number(cells[column('loss_general')]);
    cells[column('loss_general')] = String(Math.exp(nats));
    return [...cells, nats / Math.LN2, method(cells[column('run')]), 'bytes'].join(',');
  });
  return [`${head},loss_web,method,tokenizer`, ...rows].join('\n');
}

const ask = (...options: readonly string[]) =>
  mixplan(['critical', path('fit.json'), ...size, '--tokens', '5M', ...options, '--json']);

async function answerTo(...options: readonly string[]) {
  const { status, stdout, stderr } = await ask(...options);
  expect(status).toBe(0);
  return { document: criticalSchema.parse(JSON.parse(stdout)), codes: codesOf(stderr) };
}

beforeAll(async () => {
  const runs = await put('runs.csv', await table());
  const options = [...UNITS, '--replay-eval', 'web', '--draws', '40', '-o', path('fit.json')];
  expect((await mixplan(['fit', runs, ...options])).status).toBe(0);
}, 60_000);

describe('a fit of several sets', () => {
  it('keeps what was said of each', async () => {
    const fit = fitSchema.parse(JSON.parse(await readFile(path('fit.json'), 'utf8')));
    const facts = fit.evals.map(({ name, role, unit, measuredIn, bytesPerToken, replayed }) => {
      return [name, role, unit, measuredIn, bytesPerToken, replayed];
    });
    expect(facts).toEqual([
      ['web', 'general', 'bpb', undefined, 1, true],
      ['wiki', 'general', 'nats', 'ppl', undefined, false],
      ['code', 'domain', 'nats', undefined, undefined, undefined],
    ]);
    expect(fit.pilots.training).toEqual({
      method: ['full'],
      sequence_length: ['128'],
      tokenizer: ['bytes'],
    });
  });
});

describe('mixplan critical on several sets', () => {
  it('holds all of them and names the one that decides', async () => {
    const web = await answerTo('--tolerance', 'web=2%,wiki=4%');
    const wiki = await answerTo('--tolerance', 'web=4%,wiki=2%');
    expect([web.document.points[0].binding, wiki.document.points[0].binding]).toEqual(['web', 'wiki']);
    expect(web.codes).toEqual([]);
    const { stdout } = await mixplan([
      'critical',
      path('fit.json'),
      ...size,
      '--tokens',
      '5M',
      '--tolerance',
      'web=2%,wiki=4%',
    ]);
    expect(stdout).toMatch(/keeps\s+web\s+within\s+2%\s+of\s+its\s+base\s+and\s+wiki\s+within\s+4%/);
    expect(stdout).toContain('It is web that decides.');
    expect(stdout).toMatch(/web may rise from \d\.\d+ to \d\.\d+ bits per byte/);
  });

  it('answers alike for the same rise in nats, in bits per byte and as perplexity', async () => {
    const ratioOf = async (tolerance: string): Promise<number> => {
      const { point } = (await answerTo('--tolerance', tolerance)).document.points[0];
      return point.kind === 'at' ? point.ratio : Number.NaN;
    };
    const nats = await ratioOf('wiki=0.05nats');
    expect(await ratioOf('web=0.05nats')).toBeCloseTo(nats, 4);
    expect(await ratioOf(`web=${0.05 / Math.LN2}bpb`)).toBeCloseTo(nats, 4);
  });

  it('says what the rise means: perplexity, and pre-training undone', async () => {
    const { document } = await answerTo('--tolerance', '0.05nats');
    for (const set of ['wiki', 'web']) {
      expect(document.meaning?.[set].perplexity).toBeCloseTo(Math.exp(0.05), 9);
      expect(document.meaning?.[set].computeLost?.source).toBe('ladder');
    }
  });

  it('warns of a general set without tolerance', async () => {
    expect((await answerTo('--tolerance', 'wiki=3%')).codes).toEqual(['general-set-without-tolerance']);
  });

  it('takes base losses in the unit of the column: perplexity as perplexity', async () => {
    const target = ['--params', '788k', '--tokens', '5M', '--tolerance', 'wiki=3%', '--json'];
    const { status, stdout } = await mixplan([
      'critical',
      path('fit.json'),
      ...target,
      '--base-loss',
      'wiki=4.2',
    ]);
    expect(status).toBe(0);
    expect(criticalSchema.parse(JSON.parse(stdout)).tolerance.wiki.base).toBe(Math.log(4.2));
    const below = await mixplan(['critical', path('fit.json'), ...target, '--base-loss', 'wiki=0.9']);
    expect({ status: below.status, codes: codesOf(below.stderr) }).toEqual({
      status: 2,
      codes: ['perplexity-below-one'],
    });
  });
});

describe('a full run that is trained otherwise', () => {
  const tolerance = ['--tolerance', '3%'];

  it.each([
    ['lr=1e-3', '--assume-lr-transfer'],
    ['method=lora', '--assume-transfer method'],
    ['sequence_length=4096', '--assume-transfer sequence-length'],
    ['tokenizer=llama-3', '--assume-transfer tokenizer'],
    ['schedule=cosine', '--assume-transfer schedule'],
    ['base=other-333k', '--assume-transfer base'],
  ])('%s is refused, and answered without a promise under %s', async (told, flag) => {
    const refused = await ask(...tolerance, '--train-as', told);
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 2,
      codes: ['target-trained-otherwise'],
    });
    expect(refused.stderr).toContain(flag);
    const { document, codes } = await answerTo(...tolerance, '--train-as', told, ...flag.split(' '));
    expect(codes).toEqual(['transfer-assumed']);
    expect(document.promise).toContain('assumed');
    expect((await answerTo(...tolerance)).document.promise).toBeNull();
  });

  it('in a way that no table tells is a misspelling', async () => {
    const { stderr } = await ask(...tolerance, '--train-as', 'optimiser=muon');
    expect(codesOf(stderr)).toEqual(['training-column-unknown']);
  });
});

describe('pilots that were trained in two ways', () => {
  it('are refused by check and fit, and fitted where that is assumed, with a warning that stays', async () => {
    const text = await table((run) => (run.includes('r050') ? 'lora' : 'full'));
    const runs = await put('mixed.csv', text);
    const checked = await mixplan(['check', runs, ...UNITS, '--json']);
    expect({ status: checked.status, codes: codesOf(checked.stderr) }).toMatchObject({
      status: 2,
      codes: expect.arrayContaining(['methods-mixed']),
    });
    const fitting = ['fit', runs, ...UNITS, '--draws', '0', '-o', path('mixed.json')];
    expect((await mixplan(fitting)).stderr).toContain('one fit takes one method');
    expect((await mixplan([...fitting, '--assume-transfer', 'method'])).status).toBe(0);
    const asked = await mixplan(['critical', path('mixed.json'), ...size, '--tolerance', '3%', '--json']);
    expect(codesOf(asked.stderr)).toContain('transfer-assumed');
  });
});
