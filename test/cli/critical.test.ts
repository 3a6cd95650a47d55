import { describe, expect, it } from 'vitest';
import { type CriticalDocument, criticalSchema } from '../../src/documents/critical.ts';
import { mixplan } from './harness.ts';
import { codesOf, edited, fitPath, runsPath, runsWhere, size } from './pilots.ts';

const critical = (...options: readonly string[]) => mixplan(['critical', fitPath, ...options]);

async function documentOf(...options: readonly string[]): Promise<CriticalDocument> {
  const { status, stdout } = await critical(...options, '--json');
  expect(status).toBe(0);
  return criticalSchema.parse(JSON.parse(stdout));
}

/** The shipped fit without its draws. */
const drawless = () =>
  edited((fit) => {
    fit.draws.count = 0;
    fit.draws.evals = fit.evals.map(() => ({ member: [], parameters: [] }));
  });

describe('mixplan critical', () => {
  it('answers with the ratio that is safe, then how that compares with what is predicted', async () => {
    const { status, stdout, stderr } = await critical(...size, '--tolerance', '3%');
    expect(status).toBe(0);
    // The pilots have one general set, and every answer says so.
    expect(stderr).toMatch(/^warning: general is the only general set: .*\nhint: .*\nmore about this: .*\n$/);
    const answer = stdout.split('\n\n')[0].replaceAll('\n', ' ');
    expect(answer).toMatch(
      /^Up to domain ratio 0\.\d{3} \(replay 0\.\d{3}\), a 333k model after 5M tokens keeps general within 3% of its base, with 90% confidence\. general may rise from 1\.537 to 1\.583\. /,
    );
  });

  it('goes against tokens within the pilots, every bound a ratio that was searched, or none, or all', async () => {
    const { points, searched, tolerance } = await documentOf(...size, '--tolerance', '0.05nats');
    expect(tolerance.general.limit).toBeCloseTo(tolerance.general.base + 0.05, 12);
    expect(points[0].tokens).toBeLessThan(points[1].tokens);
    expect(points[points.length - 1].tokens).toBe(4_997_120);
    for (const { interval, meanInterval, planned, provenance } of points) {
      expect(provenance).toBe('fitted');
      for (const bound of [...interval!, ...meanInterval!, planned!]) {
        expect(bound === 0 || bound === 1 || (bound >= searched[0] && bound <= searched[1])).toBe(true);
      }
    }
  });

  it('allows less where more confidence is asked, and more where more is accepted', async () => {
    const planned = async (tolerance: string, confidence: string): Promise<number> =>
      (await documentOf(...size, '--tokens', '5M', '--tolerance', tolerance, '--confidence', confidence))
        .points[0].planned!;
    expect(await planned('3%', '95%')).toBeLessThan(await planned('3%', '50%'));
    expect(await planned('3%', '90%')).toBeLessThan(await planned('6%', '90%'));
  });

  it('needs the base loss of the sets that have a tolerance, and of no other', async () => {
    const target = ['--params', '788k', '--tolerance', '3%', '--json'];
    expect(codesOf((await critical(...target)).stderr)).toEqual(['base-loss-unknown']);
    const given = await critical(...target, '--base-loss', 'general=1.45');
    expect({ status: given.status, codes: codesOf(given.stderr) }).toEqual({
      status: 0,
      codes: ['one-general-set'],
    });
    const assumed = await critical(...target, '--assume-base-from-size-law');
    expect({ status: assumed.status, codes: codesOf(assumed.stderr) }).toEqual({
      status: 0,
      codes: ['base-loss-assumed', 'one-general-set'],
    });
  });

  it.each([
    ['788k', '14.5'],
    ['788k', '0.5'],
    ['333k', '1.6'],
  ])('doubts a base loss of %s that is far from the pilots: %s', async (params, loss) => {
    const given = ['--params', params, '--tolerance', '3%', '--base-loss', `general=${loss}`];
    const { status, stderr } = await critical(...given, '--json');
    // A base loss far too high lets every ratio pass, which brings a reminder of its own.
    const codes = codesOf(stderr).filter((code) => code !== 'loss-hides-forgetting');
    expect({ status, codes }).toEqual({ status: 0, codes: ['base-loss-unlikely', 'one-general-set'] });
  });

  it('without draws has a point and claims no confidence', async () => {
    const options = ['critical', '-', ...size, '--tolerance', '3%'];
    const stdin = await drawless();
    const { status, stdout } = await mixplan(options, { stdin });
    expect(status).toBe(0);
    expect(stdout).toContain('cannot be told without draws');
    expect(stdout).not.toMatch(/NaN|confidence|safe with/);
    const { points } = criticalSchema.parse(
      JSON.parse((await mixplan([...options, '--json'], { stdin })).stdout),
    );
    for (const point of points)
      expect(point).toMatchObject({ interval: null, meanInterval: null, planned: null });
  });
});

describe('mixplan critical refuses', () => {
  it.each([
    [[...size], 2, 'plan-needs'],
    [['--tolerance', '3%'], 2, 'plan-needs'],
    [[...size, '--tolerance', '3'], 2, 'looks-like-percentage'],
    [[...size, '--tolerance', '-3%'], 2, 'quantity-out-of-range'],
    [[...size, '--tolerance', 'wiki=3%'], 2, 'unknown-set'],
    [[...size, '--tolerance', 'domain=3%'], 2, 'unknown-set'],
    [[...size, '--tolerance', '3%', '--confidence', '0'], 2, 'quantity-out-of-range'],
    [[...size, '--tolerance', '3%', '--confidence', '1'], 2, 'quantity-out-of-range'],
    [[...size, '--tolerance', '3%', '--confidence', '0.9999'], 2, 'confidence-beyond-draws'],
    [[...size, '--tolerance', '3%', '--tokens', '1'], 1, 'too-few-tokens'],
    [[...size, '--tolerance', '3%', '--tokens', '1B'], 1, 'too-far-extrapolation'],
    [['--params', '7B', '--tolerance', '3%', '--base-loss', 'general=1.4'], 1, 'too-far-extrapolation'],
  ])('%j', async (options, status, code) => {
    const told = await critical(...options, '--json');
    expect({ status: told.status, stdout: told.stdout, codes: codesOf(told.stderr) }).toEqual({
      status,
      stdout: '',
      codes: [code],
    });
  });

  it('says to which set a tolerance belongs', async () => {
    const { stderr } = await critical(...size, '--tolerance', 'domain=3%');
    expect(stderr).toContain('which is a domain set: expected general.');
  });

  it('nats on a set in another unit', async () => {
    const stdin = await edited((fit) => {
      fit.evals[0].unit = 'bpb';
    });
    const ask = (tolerance: string) =>
      mixplan(['critical', '-', ...size, '--tolerance', tolerance, '--json'], { stdin });
    const { status, stderr } = await ask('0.05nats');
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['tolerance-unit'] });
    expect((await ask('3%')).status).toBe(0);
  });

  it('where no law in use knows the mixture', async () => {
    const options = ['--law', 'chinchilla', '--draws', '0', ...size, '--tolerance', '3%', '--json'];
    const { status, stdout, stderr } = await mixplan(['critical', runsPath, ...options]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(codesOf(stderr)).toEqual(['ratio-not-modelled']);
  });

  it('where the pilots have one ratio', async () => {
    const stdin = await runsWhere(({ domain_ratio }) => domain_ratio === '0.5');
    const { status, stdout, stderr } = await mixplan(['critical', '-', ...size, '--tolerance', '3%'], {
      stdin,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('needs 4 distinct values of domain_ratio (found 1)');
  });
});

describe('mixplan critical --definition turning-point', () => {
  it('answers against tokens, with both intervals, the curve, and the pilots one by one', async () => {
    const { status, stdout, stderr } = await critical(...size, '--definition', 'turning-point');
    expect(status).toBe(0);
    expect(stdout.startsWith('Up to domain ratio 0.')).toBe(true);
    expect(stdout).toContain('R(D) = ');
    expect(stdout).toContain('without a law across ratios');
    expect(`${stdout}${stderr}`).not.toMatch(/NaN|nfinity|undefined/);
    const document = await documentOf(...size, '--definition', 'turning-point');
    expect(document.definition).toBe('turning-point');
    expect(document.tolerance.general.accepted).toEqual({ kind: 'absolute', nats: 0.05 });
    for (const { interval, meanInterval } of document.points) {
      expect(interval).not.toBeNull();
      expect(meanInterval).not.toBeNull();
    }
    expect(document.turning!.runs.general.length).toBeGreaterThan(3);
  });

  it('is an honest negative where it is not defined', async () => {
    const stdin = await edited((fit) => {
      for (const run of fit.pilots.runs) run.schedule = 'cosine';
    });
    const options = ['critical', '-', ...size, '--definition', 'turning-point', '--json'];
    const { status, stdout, stderr } = await mixplan(options, { stdin });
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({
      status: 1,
      stdout: '',
      codes: ['turning-point-undefined'],
    });
  });
});
