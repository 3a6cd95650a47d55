import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { predictionSchema } from '../../src/documents/prediction.ts';
import { mixplan } from './harness.ts';
import { codesOf, edited, fitPath, runsPath, runsWhere, scratch, size } from './pilots.ts';

const { put } = scratch();
const predict = (...options: readonly string[]) => mixplan(['predict', fitPath, ...size, ...options]);

describe('mixplan predict', () => {
  it('names losses and intervals at a ratio, which may be given as replay', async () => {
    const { status, stdout, stderr } = await predict('--tokens', '5M', '--domain-ratio', '30%');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Predicted for a 333k model after 5M tokens at domain ratio 0\.300 \(replay 0\.700\)/,
    );
    expect(stdout).toMatch(/^ {2}general +\d\.\d{3} +\[\d\.\d{3}, \d\.\d{3}\]/m);
    expect((await predict('--tokens', '5M', '--replay', '0.7')).stdout).toBe(stdout);
  });

  it('says where it is trained otherwise than the pilots, and refuses unless that is assumed to make no difference', async () => {
    const point = ['--tokens', '5M', '--domain-ratio', '0.3'];
    const refused = await predict(...point, '--train-as', 'lr=0.001', '--json');
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 2,
      codes: ['target-trained-otherwise'],
    });
    const sizes = ['--params', '148k,333k', '--train-as', 'lr=0.001', '--assume-lr-transfer', '--json'];
    const assumed = await mixplan(['predict', fitPath, ...sizes, ...point]);
    expect({ status: assumed.status, codes: codesOf(assumed.stderr) }).toEqual({
      status: 0,
      codes: ['transfer-assumed'],
    });
    expect((await predict(...point, '--train-as', 'lr=0.0006')).stderr).toBe('');
  });

  it('prints a grid as CSV and as a document with the same numbers', async () => {
    const grid = ['--tokens', '5M', '--grid', '5'];
    const [header, ...lines] = (await predict(...grid)).stdout.trimEnd().split('\n');
    expect(header.split(',').slice(0, 6)).toEqual([
      'set',
      'params',
      'tokens',
      'domain_ratio',
      'replay',
      'loss',
    ]);
    const { predictions } = predictionSchema.parse(JSON.parse((await predict(...grid, '--json')).stdout));
    expect(
      lines.map((line) => line.split(',')).map((cells) => [cells[0], Number(cells[3]), Number(cells[5])]),
    ).toEqual(predictions.map(({ set, domainRatio, loss }) => [set, domainRatio, loss]));
    expect(predictions.map(({ domainRatio }) => domainRatio)).toEqual([
      0, 0.25, 0.5, 0.75, 1, 0, 0.25, 0.5, 0.75, 1,
    ]);
    for (const { loss, interval, meanInterval } of predictions) {
      expect(interval![0]).toBeLessThan(loss);
      expect(loss).toBeLessThan(interval![1]);
      // A new run scatters about the curve.
      expect(interval![1] - interval![0]).toBeGreaterThan(meanInterval![1] - meanInterval![0]);
    }
  });

  it('takes several sizes and token counts, every line of which is what it is alone', async () => {
    const grid = ['--params', '148k,333k', '--tokens', '2M..8M:3,1M', '--replay', '50%'];
    const { status, stdout } = await mixplan(['predict', fitPath, ...grid]);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(',').slice(0, 4).join(' '))).toEqual(
      ['148000', '333000'].flatMap((params) =>
        ['general', 'domain'].flatMap((set) =>
          ['2000000', '4000000', '8000000', '1000000'].map((tokens) => `${set} ${params} ${tokens} 0.5`),
        ),
      ),
    );
    const { predictions } = predictionSchema.parse(
      JSON.parse((await mixplan(['predict', fitPath, ...grid, '--json'])).stdout),
    );
    const alone = ['--params', '148k', '--tokens', '4M', '--replay', '50%', '--json'];
    const one = predictionSchema.parse(JSON.parse((await mixplan(['predict', fitPath, ...alone])).stdout));
    expect(predictions.filter(({ params, tokens }) => params === 148e3 && tokens === 4e6)).toEqual(
      one.predictions,
    );
  });

  it('reads the fit from standard input too', async () => {
    const options = ['--tokens', '5M', '--domain-ratio', '0.3'];
    const piped = await mixplan(['predict', '-', ...size, ...options], {
      stdin: await readFile(fitPath, 'utf8'),
    });
    expect(piped).toEqual(await predict(...options));
  });

  it('fits runs on the spot, and warns of a ratio beyond them', async () => {
    const runs = await runsWhere(({ domain_ratio }) => Number(domain_ratio) <= 0.75);
    const laws = ['--law', 'change-general,change-domain', '--draws', '0'];
    const options = [...size, '--tokens', '5M', '--domain-ratio', '0.9', ...laws, '--json'];
    const { status, stdout, stderr } = await mixplan(['predict', '-', ...options], { stdin: runs });
    expect(status).toBe(0);
    const { predictions } = predictionSchema.parse(JSON.parse(stdout));
    expect(predictions.map(({ interval, provenance }) => [interval, provenance])).toEqual([
      [null, 'extrapolated'],
      [null, 'extrapolated'],
    ]);
    expect(codesOf(stderr)).toContain('ratio-outside-pilots');
  });

  it('refuses training without replay where no pilot tried it, unless told to extrapolate', async () => {
    const runs = await runsWhere(({ domain_ratio }) => Number(domain_ratio) < 1);
    const laws = ['--law', 'change-general,change-domain', '--draws', '0'];
    const options = [...size, '--tokens', '5M', '--domain-ratio', '1', ...laws, '--json'];
    const refused = await mixplan(['predict', '-', ...options], { stdin: runs });
    expect([refused.status, codesOf(refused.stderr), refused.stdout]).toEqual([
      1,
      ['no-replay-not-piloted'],
      '',
    ]);
    const told = await mixplan(['predict', '-', ...options, '--extrapolate'], { stdin: runs });
    expect(told.status).toBe(0);
    expect(codesOf(told.stderr)).toContain('ratio-outside-pilots');
    // The shipped pilots went there.
    expect((await mixplan(['predict', fitPath, ...size, '--tokens', '5M', '--replay', '0'])).status).toBe(0);
  });

  it('refuses another size than the only one that was piloted, unless told to extrapolate', async () => {
    const runs = await runsWhere(({ params }) => Number(params) === 332_928);
    const laws = ['--law', 'change-general,change-domain-flat', '--draws', '0'];
    const asked = [
      '--tokens',
      '5M',
      '--domain-ratio',
      '0.3',
      '--base-loss',
      'general=1.4,domain=2.3',
      ...laws,
      '--json',
    ];
    const of = (...more: string[]) => mixplan(['predict', '-', ...asked, ...more], { stdin: runs });
    const refused = await of('--params', '788k');
    expect([refused.status, codesOf(refused.stderr)]).toEqual([1, ['size-not-piloted']]);
    expect((await of('--params', '788k', '--extrapolate')).status).toBe(0);
    expect((await of('--params', '333k')).status).toBe(0);
  });

  it('needs no base loss where no law starts from one', async () => {
    const unweighted = await edited((fit) => {
      fit.draws.count = 0;
      fit.evals.forEach((set, e) => {
        for (const member of set.members) member.weight = member.law === 'd-cpt-l3' ? 1 : 0;
        fit.draws.evals[e] = { member: [], parameters: [] };
      });
    });
    const options = ['--params', '1M', '--tokens', '5M', '--domain-ratio', '0.3', '--json'];
    expect((await mixplan(['predict', '-', ...options], { stdin: unweighted })).status).toBe(0);
    const { status, stderr } = await mixplan(['predict', fitPath, ...options]);
    expect({ status, codes: codesOf(stderr) }).toEqual({
      status: 2,
      codes: ['base-loss-unknown', 'base-loss-unknown'],
    });
  });
});

describe('mixplan predict refuses', () => {
  it.each([
    [[], 2, ['plan-needs', 'plan-needs']],
    [['--tokens', '5M'], 2, ['plan-needs']],
    [['--tokens', '0', '--domain-ratio', '0.3'], 2, ['quantity-out-of-range']],
    [['--tokens', '1e300', '--domain-ratio', '0.3'], 2, ['quantity-out-of-range']],
    [['--tokens', '5M', '--domain-ratio', '30'], 2, ['looks-like-percentage']],
    [['--tokens', '5M', '--domain-ratio', '0.3', '--grid', '5'], 2, ['options-exclude']],
    [['--tokens', '5M', '--grid', '1000000000'], 2, ['quantity-out-of-range']],
    [['--tokens', '5M', '--domain-ratio', '0.3', '--base-loss', 'wiki=2'], 2, ['unknown-set']],
    [['--tokens', '1k', '--domain-ratio', '0.3'], 1, ['too-few-tokens']],
    [['--tokens', '5B', '--domain-ratio', '0.3'], 1, ['too-far-extrapolation']],
    [['--tokens', '5M,5B', '--domain-ratio', '0.3'], 1, ['too-far-extrapolation']],
    [['--tokens', '5M..8M', '--domain-ratio', '0.3'], 2, ['range-malformed']],
    [['--tokens', '5M..8M:11', '--grid', '10000'], 2, ['grid-too-large']],
  ])('%j', async (options, status, codes) => {
    const told = await predict(...options, '--json');
    expect({ status: told.status, stdout: told.stdout, codes: codesOf(told.stderr) }).toEqual({
      status,
      stdout: '',
      codes,
    });
  });

  it('a base loss that does not say of which of several sizes, and takes one that does', async () => {
    const of = (...options: readonly string[]) =>
      mixplan(['predict', fitPath, '--params', '333k,788k', '--tokens', '5M', '--grid', '3', ...options]);
    const unknown = await of('--json');
    expect({ status: unknown.status, codes: codesOf(unknown.stderr) }).toEqual({
      status: 2,
      codes: ['base-loss-unknown', 'base-loss-unknown'],
    });
    expect(unknown.stderr).toContain('--base-loss 788k:general=LOSS');
    const nameless = await of('--base-loss', 'general=1.42', '--json');
    expect(codesOf(nameless.stderr)).toEqual(['base-loss-without-size']);
    const { status, stdout } = await of('--base-loss', '788k:general=1.42,788k:domain=2.2');
    expect(status).toBe(0);
    const alone = await mixplan([
      ...['predict', fitPath, '--params', '788k', '--tokens', '5M', '--grid', '3'],
      ...['--base-loss', 'general=1.42,domain=2.2'],
    ]);
    for (const line of alone.stdout.trimEnd().split('\n')) expect(stdout).toContain(line);
  });

  it('a fit among runs, and a size that is not said', async () => {
    const both = await mixplan(['predict', fitPath, runsPath, '--tokens', '5M', '--grid', '3', '--json']);
    expect(both.status).toBe(2);
    expect(codesOf(both.stderr)).toEqual(['document-as-runs']);
    const { status, stderr } = await mixplan(['predict', fitPath, '--tokens', '5M', '--grid', '3']);
    expect(status).toBe(2);
    expect(stderr).toContain('the pilots have 55.7k, 148k, 333k');
  });

  it('to be silent about what cannot be', async () => {
    const far = ['--params', '1e15', '--base-loss', 'general=1,domain=1', '--extrapolate'];
    const { status, stderr } = await mixplan([
      'predict',
      fitPath,
      ...far,
      '--tokens',
      '1e18',
      '--domain-ratio',
      '0.3',
      '--json',
    ]);
    expect(status).toBe(0);
    expect(codesOf(stderr)).toEqual(expect.arrayContaining(['far-extrapolation', 'impossible-loss']));
  });
});

describe('a fit that was edited by hand is refused with the place of its fault', () => {
  it.each<[string, Parameters<typeof edited>[0], string, string]>([
    [
      'another version',
      (fit) => Object.assign(fit, { schema: 'mixplan.fit/2' }),
      'schema',
      'document-of-other-version',
    ],
    ['a plan', (fit) => Object.assign(fit, { schema: 'mixplan.plan/1' }), 'schema', 'document-of-other-kind'],
    ['a field too many', (fit) => Object.assign(fit, { comment: 'mine' }), '', 'document-invalid'],
    [
      'a null',
      (fit) => Object.assign(fit.draws.evals[0].parameters[7], { 0: null }),
      'draws.evals[0].parameters[7][0]',
      'document-invalid',
    ],
    [
      'an unknown law',
      (fit) => Object.assign(fit.evals[0].members[0], { law: 'magic' }),
      'evals[0].members[0].law',
      'unknown-law',
    ],
    [
      'a short draw',
      (fit) => void fit.draws.evals[0].parameters[5].pop(),
      'draws.evals[0].parameters[5]',
      'document-inconsistent',
    ],
    [
      'a member that is not there',
      (fit) => void fit.draws.evals[1].member.fill(9, 7, 8),
      'draws.evals[1].member[7]',
      'document-inconsistent',
    ],
    ['a set without draws', (fit) => void fit.draws.evals.pop(), 'draws.evals', 'document-inconsistent'],
    [
      'fewer draws than said',
      (fit) => void fit.draws.evals[1].member.pop(),
      'draws.evals[1].member',
      'document-inconsistent',
    ],
    [
      'a renamed parameter',
      (fit) => Object.assign(fit.evals[0].members[0].parameters[0], { name: 'z' }),
      'evals[0].members[0].parameters',
      'document-inconsistent',
    ],
    [
      'weights that do not sum to 1',
      (fit) => Object.assign(fit.evals[0].members[0], { weight: 0.2 }),
      'evals[0].members',
      'document-inconsistent',
    ],
    [
      'a set of another name',
      (fit) => Object.assign(fit.evals[0], { name: 'wiki' }),
      'pilots.observations.loss.wiki',
      'document-inconsistent',
    ],
    [
      'two sets of one name',
      (fit) => Object.assign(fit.evals[1], { name: 'general' }),
      'evals[1].name',
      'document-inconsistent',
    ],
    [
      'no domain set',
      (fit) => Object.assign(fit.evals[1], { role: 'general' }),
      'evals',
      'document-inconsistent',
    ],
    [
      'a lost observation',
      (fit) => void fit.pilots.observations.tokens.shift(),
      'pilots.observations.tokens',
      'document-inconsistent',
    ],
    [
      'a run that is not there',
      (fit) => void fit.pilots.observations.run.fill(99, 0, 1),
      'pilots.observations.run[0]',
      'document-inconsistent',
    ],
    [
      'a file that is not there',
      (fit) => void fit.pilots.observations.file.fill(5, 3, 4),
      'pilots.observations.file[3]',
      'document-inconsistent',
    ],
    [
      'a base that is not there',
      (fit) => Object.assign(fit.pilots.runs[2], { base: 9 }),
      'pilots.runs[2].base',
      'document-inconsistent',
    ],
    [
      'a range that is not theirs',
      (fit) => Object.assign(fit.pilots.range, { tokens: [5, 1] }),
      'pilots.range.tokens',
      'document-inconsistent',
    ],
    [
      'an impossible autocorrelation',
      (fit) => Object.assign(fit.evals[0].noise, { rho: 5 }),
      'evals[0].noise.rho',
      'document-inconsistent',
    ],
  ])('%s', async (name, change, field, code) => {
    const file = await put(`${name.replaceAll(' ', '-')}.fit.json`, await edited(change));
    const options = [...size, '--tokens', '5M', '--domain-ratio', '0.3', '--json'];
    const { status, stdout, stderr } = await mixplan(['predict', file, ...options]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const problems = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { code: string; place: object });
    expect(problems[0]).toMatchObject({ code, place: { file, ...(field === '' ? {} : { field }) } });
    expect(problems.length).toBeLessThanOrEqual(4);
  });

  it('cut short', async () => {
    const file = await put('cut.fit.json', (await readFile(fitPath, 'utf8')).slice(0, 50_000));
    const { status, stderr } = await mixplan([
      'predict',
      file,
      ...size,
      '--tokens',
      '5M',
      '--grid',
      '3',
      '--json',
    ]);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['json-syntax'] });
  });
});
