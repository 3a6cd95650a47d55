import { describe, expect, test } from 'vitest';
import type { TableOptions } from '../../src/runs/assemble.ts';
import {
  codes,
  fromText,
  fromTexts,
  HEADER,
  ROWS,
  refusal,
  refusedCodes,
  table,
  withColumn,
  withoutPlaces,
  withRow,
} from './tables.ts';

const renamed = (from: string, to: string): string => table().replace(from, to);
const without = (column: string): string => {
  const position = HEADER.split(',').indexOf(column);
  const cut = (line: string): string => line.split(',').toSpliced(position, 1).join(',');
  return table().split('\n').map(cut).join('\n');
};

describe('a sound table', () => {
  const runs = fromText(table());

  test('holds observations by run and tokens, and bases apart', () => {
    expect(runs.n).toBe(4);
    expect(runs.runs.map(({ id, domainRatio }) => [id, domainRatio])).toEqual([
      ['r0', 0],
      ['r5', 0.5],
    ]);
    expect([...runs.run]).toEqual([0, 0, 1, 1]);
    expect([...runs.tokens]).toEqual([100, 200, 100, 200]);
    expect(runs.bases).toEqual([{ id: 'small', params: 1000, loss: [2, 3], rows: 2 }]);
    expect(runs.evals.map(({ name, role, unit }) => [name, role, unit])).toEqual([
      ['general', 'general', 'nats'],
      ['domain', 'domain', 'nats'],
    ]);
    expect([...runs.evals[1].loss]).toEqual([2.99, 2.98, 2.7, 2.6]);
    expect(runs.problems).toEqual([]);
    expect(runs.setAside).toEqual([]);
  });

  test('says where each observation stands', () => {
    expect(runs.files).toEqual(['a.csv']);
    expect([...runs.line]).toEqual([3, 4, 6, 7]);
  });

  test('carries optional numeric columns, and facts of runs', () => {
    const text = [
      `${HEADER},lr,step,seed,schedule,warmup_tokens,unique_domain,metric_mmlu`,
      ...ROWS.map((row, k) => `${row},${k === 1 ? 0.001 : 0.002},${k},7,constant_with_warmup,50,5B,-1.5`),
    ].join('\n');
    const read = fromText(text);
    expect(Object.keys(read.columns)).toEqual([
      'lr',
      'metric_mmlu',
      'step',
      'unique_domain',
      'warmup_tokens',
    ]);
    expect([...read.columns.unique_domain]).toEqual([5e9, 5e9, 5e9, 5e9]);
    expect([...read.columns.lr]).toEqual([0.001, 0.002, 0.002, 0.002]);
    expect(read.runs[0]).toMatchObject({
      seed: '7',
      schedule: 'constant',
      lr: 0.002,
      warmupTokens: 50,
      lastTokens: 200,
    });
  });

  test('warm-up in steps becomes tokens', () => {
    const text = [`${HEADER},warmup_steps,batch_tokens`, ...ROWS.map((row) => `${row},3,16`)].join('\n');
    expect(fromText(text).runs[0].warmupTokens).toBe(48);
  });

  test.each([
    ['cosine_with_min_lr', 'cosine'],
    ['Constant', 'constant'],
    ['warmup_stable_decay', 'wsd'],
    ['WSD', 'wsd'],
    ['linear', 'linear'],
    ['unknown', 'unknown'],
  ])('schedule %s is %s', (written, schedule) => {
    expect(fromText(withColumn('schedule', () => written)).runs[0].schedule).toBe(schedule);
  });

  test('simulated runs are marked', () => {
    const read = fromText(withColumn('simulated', (row) => (row < 3 ? 'true' : '0')));
    expect(read.runs.map(({ simulated }) => simulated)).toEqual([true, false]);
  });

  test('facts of a run may stand in one of its rows only', () => {
    const read = fromText(table().replace('r5,small,1000,200,0.5', 'r5,small,,200,'));
    expect(read.runs[1]).toMatchObject({ params: 1000, domainRatio: 0.5 });
    expect([...read.params]).toEqual([1000, 1000, 1000, 1000]);
  });

  test('the size of a run is that of its base, where another run gives it', () => {
    const read = fromText(table().replaceAll('r5,small,1000', 'r5,small,'));
    expect(read.runs[1].params).toBe(1000);
  });

  test('a base row needs neither run nor ratio nor size', () => {
    const text = [
      HEADER,
      ',small,,0,,2.5,3.5',
      ...ROWS.filter((row) => !row.includes(',0,0') && !row.includes(',0,0.5')),
    ];
    expect(fromText(text.join('\n')).bases).toEqual([
      { id: 'small', params: 1000, loss: [2.5, 3.5], rows: 1 },
    ]);
  });

  test('one run may stand in several files', () => {
    const first = [HEADER, ...ROWS.slice(0, 2), ...ROWS.slice(3, 5)].join('\n');
    const second = [HEADER, ROWS[2], ROWS[5]].join('\n');
    const read = fromTexts([first, second]);
    expect(withoutPlaces(read)).toEqual(withoutPlaces(runs));
    expect([...read.file]).toEqual([0, 1, 0, 1]);
  });

  test('base models may come in a file of their own, without runs', () => {
    const observed = ROWS.filter((row) => !/,0,0(\.5)?,/.test(row));
    const bases = 'base,params,tokens,loss_general,loss_domain\nsmall,1000,0,2.0,3.0';
    const read = fromTexts([[HEADER, ...observed].join('\n'), bases]);
    expect(read.bases).toEqual([{ id: 'small', params: 1000, loss: [2, 3], rows: 1 }]);
    expect(read.problems).toEqual([]);
  });

  test.each(['run', 'tokens'])('a file without %s beside others that have it is refused once', (column) => {
    const problems = refusal(() =>
      fromTexts([table(), without(column).replaceAll('r0', 'r1').replaceAll('r5', 'r6')]),
    );
    expect(problems).toMatchObject([{ code: 'missing-column', place: { file: 'b.csv' } }]);
  });

  test('a column of metrics that is not known is mentioned once', () => {
    const read = fromText(withColumn('lerning_rate', () => '1'));
    expect(codes(read.problems)).toEqual(['column-ignored']);
  });
});

describe('mixtures in other words', () => {
  const ratios = (text: string): number[] => fromText(text).runs.map(({ domainRatio }) => domainRatio);

  test('replay is one minus the ratio, without binary dust', () => {
    const text = table().replace('domain_ratio', 'replay').replaceAll(',0.5,', ',0.9,');
    expect(ratios(text)).toEqual([0.1, 1]);
  });

  test('shares within rounding are scaled, and that is said', () => {
    const text = without('domain_ratio')
      .split('\n')
      .map((line, k) => `${line},${k === 0 ? 'share_general,share_domain' : k < 4 ? '1,0' : '0.333,0.666'}`);
    const read = fromText(text.join('\n'));
    expect(read.runs[1].domainRatio).toBeCloseTo(2 / 3, 12);
    expect(codes(read.problems)).toEqual(['shares-renormalised']);
  });

  const withShares = (general: string, domain: string): string =>
    without('domain_ratio')
      .split('\n')
      .map((line, k) => `${line},${k === 0 ? 'share_general,share_domain' : `${general},${domain}`}`)
      .join('\n');

  test('shares that sum to exactly 1 are left alone', () => {
    expect(codes(fromText(withShares('0.7', '0.3')).problems)).toEqual([]);
  });

  test.each([
    ['shares-do-not-sum', withShares('0.5', '0.4')],
    ['ratio-out-of-range', withShares('50', '50')],
    ['corpus-unsupported', withColumn('share_wiki', () => '0.1')],
    ['ratio-disagrees', withColumn('replay', () => '0.9')],
    [
      'ratio-disagrees',
      withColumn('share_general', () => '0.9')
        .replaceAll('\n', ',0.1\n')
        .replace('share_general,0.1', 'share_general,share_domain')
        .concat(',0.1'),
    ],
    [
      'missing-column',
      without('domain_ratio')
        .replace('loss_domain', 'loss_domain,share_domain')
        .replaceAll(/(\d)$/gm, '$1,0.5'),
    ],
  ])('%s', (code, text) => {
    expect(refusedCodes(text)).toContain(code);
  });

  test('replay that agrees within rounding is accepted', () => {
    expect(ratios(withColumn('replay', (row) => (row < 3 ? '1' : '0.501')))).toEqual([0, 0.5]);
  });

  test('a percentage is recognised as one', () => {
    const [problem] = refusal(() => fromText(withRow(4, 'r5,small,1000,100,50,2.1,2.7')));
    expect(problem.code).toBe('ratio-out-of-range');
    expect(problem.message).toContain('looks like a percentage');
    expect(problem.place).toEqual({ file: 'a.csv', line: 6, field: 'domain_ratio' });
  });
});

describe('columns', () => {
  test.each(['run', 'params', 'tokens', 'domain_ratio'])(
    'without %s there is one problem, not one a row',
    (column) => {
      expect(refusedCodes(without(column))).toEqual(['missing-column']);
    },
  );

  test('all missing columns are reported together', () => {
    expect(refusedCodes('x,y\n1,2').sort()).toEqual([
      'missing-column',
      'missing-column',
      'missing-column',
      'missing-column',
      'no-losses',
    ]);
  });

  test.each([
    ['params', 'parms'],
    ['params', 'N'],
    ['tokens', 'tokesn'],
    ['tokens', 'num_tokens'],
    ['domain_ratio', 'ratio'],
  ])('a missing %s is found again in %s', (column, name) => {
    const problem = refusal(() => fromText(renamed(column, name))).find(
      ({ code }) => code === 'missing-column',
    );
    expect(problem?.hint).toContain(`--map ${column}=${name}`);
  });

  test('--map renames, and a column of that name gives way', () => {
    const text = withColumn('N', () => '2000');
    const read = fromText(text, { map: { params: 'N' } });
    expect(read.runs.map(({ params }) => params)).toEqual([2000, 2000]);
    expect(withoutPlaces(fromText(renamed('tokens', 'D'), { map: { tokens: 'D' } }))).toEqual(
      withoutPlaces(fromText(table())),
    );
  });

  test.each<[string, TableOptions]>([
    ['map-target-unknown', { map: { N: 'params' } }],
    ['map-source-missing', { map: { params: 'M' } }],
    ['eval-unknown', { roles: { wiki: 'general' } }],
    ['eval-unknown', { units: { genral: 'ppl' } }],
    ['eval-unknown', { bytesPerToken: { genral: 4 } }],
    ['eval-unknown', { replayEvals: ['genral'] }],
  ])('%s', (code, options) => {
    expect(refusedCodes(table(), options)).toEqual([code]);
  });

  test.each([
    ['warmup-without-unit', withColumn('warmup', () => '100')],
    ['warmup-steps-without-batch', withColumn('warmup_steps', () => '100')],
    ['eval-role-missing', withColumn('loss_wiki', () => '2')],
    ['eval-name-unusable', withColumn('loss___proto__', () => '2')],
    ['eval-name-unusable', withColumn('loss_constructor', () => '2')],
    ['eval-name-unusable', withColumn('loss_general_a\u001b[31m', () => '2')],
    ['eval-name-unusable', withColumn('"loss_general_a\nb"', () => '2')],
    [
      'no-losses',
      without('loss_general')
        .split('\n')
        .map((line) => line.split(',').slice(0, -1).join(','))
        .join('\n'),
    ],
    ['unknown-schedule', withColumn('schedule', () => 'polynomial')],
    ['not-a-boolean', withColumn('simulated', () => 'maybe')],
    ['tokenizers-mixed', withColumn('tokenizer', (row) => (row < 3 ? 'a' : 'b'))],
  ])('%s', (code, text) => {
    expect(new Set(refusedCodes(text))).toEqual(new Set([code]));
  });

  test('two tokenizers compare in bits per byte, and there alone', () => {
    const text = withColumn('tokenizer', (row) => (row < 3 ? 'a' : 'b'));
    expect(fromText(text, { units: { general: 'bpb', domain: 'bpb' } }).n).toBe(4);
    const [problem, ...others] = refusal(() => fromText(text, { units: { general: 'bpb' } }));
    expect(others).toEqual([]);
    expect(problem.message).toBe(
      'loss_domain was measured under 2 tokenizers: a, b; expected one, or bits per byte.',
    );
  });

  test('a tokenizer may be told for one set alone, and goes before that of the run', () => {
    const text = withColumn('tokenizer_domain', (row) => (row < 3 ? 'a' : 'b'));
    const [problem, ...others] = refusal(() => fromText(text));
    expect([problem.code, problem.place?.field, others]).toEqual(['tokenizers-mixed', 'loss_domain', []]);
    const both = text.split('\n').map((line, k) => `${line},${k === 0 ? 'tokenizer' : k < 4 ? 'c' : 'd'}`);
    const same = both.map((line) => line.replace(/,b,/, ',a,')).join('\n');
    expect(refusal(() => fromText(same)).map(({ place }) => place?.field)).toEqual(['loss_general']);
  });
});

describe('evaluation sets', () => {
  test('roles come from names and from the caller; general sets come first, then by name', () => {
    const text = table().replace(HEADER, 'run,base,params,tokens,domain_ratio,loss_wiki,loss_domain_law');
    const read = fromText(text, { roles: { wiki: 'general' } });
    expect(read.evals.map(({ name, role }) => [name, role])).toEqual([
      ['wiki', 'general'],
      ['domain_law', 'domain'],
    ]);
  });

  test('bits per byte are kept as they are', () => {
    const [general, domain] = fromText(table(), { units: { domain: 'bpb' } }).evals;
    expect([general.unit, domain.unit]).toEqual(['nats', 'bpb']);
    expect([...domain.loss]).toEqual([2.99, 2.98, 2.7, 2.6]);
  });

  test('perplexities become nats a token, base rows too, which is said', () => {
    const read = fromText(table(), { units: { domain: 'ppl' } });
    expect(read.evals[1]).toMatchObject({ name: 'domain', unit: 'nats', measuredIn: 'ppl' });
    expect([...read.evals[1].loss]).toEqual([2.99, 2.98, 2.7, 2.6].map(Math.log));
    expect(read.bases[0].loss).toEqual([2, Math.log(3)]);
    expect(codes(read.problems)).toEqual(['perplexity-converted']);
  });

  test.each(['0.5', '1'])('a perplexity of %s is refused', (value) => {
    expect(refusedCodes(table().replace('2.99', value), { units: { domain: 'ppl' } })).toEqual([
      'perplexity-below-one',
    ]);
  });

  test('what is told of sets is kept: bytes a token, and whether their text is replayed', () => {
    const text = withColumn('loss_general_wiki', () => '2.5');
    const { evals } = fromText(text, { bytesPerToken: { domain: 4.2 }, replayEvals: ['general'] });
    expect(evals.map(({ name, replayed, bytesPerToken }) => [name, replayed, bytesPerToken])).toEqual([
      ['general', true, undefined],
      ['general_wiki', false, undefined],
      ['domain', undefined, 4.2],
    ]);
  });

  test('a large loss in nats is questioned, in perplexity it is not', () => {
    const text = table().replace('2.99', '29.9').replace('2.98', '');
    expect(codes(fromText(text).problems)).toContain('loss-looks-like-perplexity');
    expect(codes(fromText(text, { units: { domain: 'ppl' } }).problems)).not.toContain(
      'loss-looks-like-perplexity',
    );
  });

  test.each(['general', 'domain'])('without any %s set only half the questions can be answered', (role) => {
    const read = fromText(without(`loss_${role}`));
    expect(codes(read.problems)).toEqual(['no-eval-of-role']);
    expect(read.problems[0].message.toLowerCase()).toContain(role);
  });

  test('a set may be missing in some rows', () => {
    const read = fromText(withRow(1, 'r0,small,1000,100,0,,2.99'));
    expect([...read.evals[0].loss]).toEqual([Number.NaN, 2.02, 2.1, 2.15]);
    expect(read.setAside).toEqual([]);
  });

  test('a row without any loss is set aside with its reason', () => {
    const read = fromText(withRow(1, 'r0,small,1000,100,0,,'));
    expect(read.n).toBe(3);
    expect(read.setAside).toMatchObject([
      { file: 'a.csv', line: 3, run: 'r0', tokens: 100, reason: { code: 'row-without-loss' } },
    ]);
  });
});

describe('cells', () => {
  test.each(['0x10', '1_000', '1,5', '1e', '--1', '1 2', '1.2.3', 'two', '30%', '7B', '\u0661'])(
    '%s is no loss',
    (value) => {
      expect(refusedCodes(withRow(1, `r0,small,1000,100,0,"${value}",2.99`))).toEqual(['not-a-number']);
    },
  );

  test.each(['NaN', 'nan', 'inf', '-Infinity', '1e999'])('%s is not finite', (value) => {
    expect(refusedCodes(withRow(1, `r0,small,1000,100,0,${value},2.99`))).toEqual(['not-finite']);
  });

  test.each([
    ['loss', 'r0,small,1000,100,0,0,2.99'],
    ['loss', 'r0,small,1000,100,0,-2,2.99'],
    ['tokens', 'r0,small,1000,-100,0,2,2.99'],
  ])('a %s outside its range', (_, row) => {
    expect(refusedCodes(withRow(1, row))).toEqual(['value-out-of-range']);
  });

  test('sizes are above zero', () => {
    expect(refusedCodes(table().replaceAll(',1000,', ',0,'))).toContain('value-out-of-range');
  });

  test.each(['1_000', '1,000', '7X', '0x10'])('%s is no count', (value) => {
    const found = refusedCodes(withRow(1, `r0,small,1000,"${value}",0,2,2.99`));
    expect(found).toHaveLength(1);
    expect(['not-a-number', 'unit-unexpected']).toContain(found[0]);
  });

  test('tokens need not be whole', () => {
    expect(fromText(withRow(1, 'r0,small,1000,99.5,0,2,2.99')).tokens[0]).toBe(99.5);
  });

  test.each([
    ['run', ',small,1000,100,0,2,2.99'],
    ['tokens', 'r0,small,1000,,0,2,2.99'],
  ])('a missing %s is named with its place', (field, row) => {
    const problems = refusal(() => fromText(withRow(1, row)));
    expect(problems).toMatchObject([{ code: 'value-missing', place: { file: 'a.csv', line: 3, field } }]);
  });

  test.each([
    ['params', 'r9,large,,100,0.9,2,3'],
    ['domain_ratio', 'r9,small,1000,100,,2,3'],
    ['base', 'r9,,1000,100,0.9,2,3'],
  ])('a run without %s is named', (field, row) => {
    const text = table(row);
    const problems = refusal(() => fromText(text));
    expect(problems[0]).toMatchObject({ code: 'value-missing', place: { line: 8, field } });
    expect(problems[0].message).toContain('r9');
  });

  test('all faults of a table come together, in the order of its lines', () => {
    const text = [
      HEADER,
      'a,b,1,10,30,2,3',
      'a,b,1,20,0.3,-1,3',
      'a,b,1,30,0.3,2,x',
      'c,b,0,10,0.3,2,3',
    ].join('\n');
    expect(refusal(() => fromText(text)).map(({ code, place }) => [place?.line, code])).toEqual([
      [2, 'ratio-out-of-range'],
      [3, 'value-out-of-range'],
      [4, 'not-a-number'],
      [5, 'value-out-of-range'],
    ]);
  });
});

describe('runs that contradict themselves', () => {
  test.each([
    ['params', 'r0,small,1001,100,0,2,2.99'],
    ['base', 'r0,large,1000,100,0,2,2.99'],
    ['domain_ratio', 'r0,small,1000,100,0.1,2,2.99'],
  ])('%s changes inside a run', (field, row) => {
    expect(refusal(() => fromText(withRow(1, row)))[0]).toMatchObject({
      code: 'run-changes',
      place: { line: 3, field },
    });
  });

  test.each(['seed', 'schedule'])('%s changes inside a run', (field) => {
    const text = withColumn(field, (row) => (row % 2 === 0 ? 'cosine' : 'linear'));
    expect(new Set(refusedCodes(text))).toEqual(new Set(['run-changes']));
  });

  test('two rows at the same tokens', () => {
    const problems = refusal(() => fromText(table(ROWS[1])));
    expect(problems).toMatchObject([{ code: 'duplicate-observation', place: { line: 8 } }]);
    expect(problems[0].message).toContain('a.csv:3');
  });

  test('two files with runs of one name', () => {
    expect(codes(refusal(() => fromTexts([table(), table()])))).toContain('duplicate-observation');
  });

  test('tokens that fall while steps rise', () => {
    const text = withColumn('step', (row) => String([0, 20, 10, 0, 10, 20][row]));
    expect(refusedCodes(text)).toEqual(['tokens-go-backwards']);
  });

  test('sizes with and without embeddings', () => {
    const mixed = withColumn('params_total', () => '1500')
      .replace('r5,small,1000,0', 'r5,big,,0')
      .replace('r5,small,1000,100', 'r5,big,,100')
      .replace('r5,small,1000,200', 'r5,big,,200');
    expect(refusedCodes(mixed)).toContain('params-mixed');
  });

  test('total sizes alone are accepted, and that is said', () => {
    const read = fromText(renamed('params', 'params_total'));
    expect(read.runs[0].params).toBe(1000);
    expect(codes(read.problems)).toEqual(['params-are-total']);
  });
});

describe('base models', () => {
  test('without a base column each size has one, and that is said', () => {
    const read = fromText(without('base'));
    expect(read.bases).toEqual([{ id: 'base-1k', params: 1000, loss: [2, 3], rows: 2 }]);
    expect(codes(read.problems)).toEqual(['base-from-params']);
  });

  test('a base of two sizes', () => {
    expect(refusedCodes(table('r9,small,2000,100,0.1,2,3'))).toEqual(['base-changes-size']);
  });

  test('a base whose loss is not known is a warning that names the sets', () => {
    const text = [HEADER, ...ROWS.filter((row) => !/,0,0(\.5)?,/.test(row))].join('\n');
    const read = fromText(text);
    expect(read.bases).toEqual([{ id: 'small', params: 1000, loss: [Number.NaN, Number.NaN], rows: 0 }]);
    expect(codes(read.problems)).toEqual(['base-missing']);
    expect(read.problems[0].message).toContain('loss_general, loss_domain');
  });

  test('bases only are no runs', () => {
    expect(refusedCodes([HEADER, ROWS[0], ROWS[3]].join('\n'))).toEqual(['no-observations']);
  });

  test('base rows that disagree are averaged, and that is said', () => {
    const read = fromText(withRow(3, 'r5,small,1000,0,0.5,2.2,3.0'));
    expect(read.bases[0].loss).toEqual([2.1, 3]);
    expect(codes(read.problems)).toEqual(['bases-disagree']);
  });

  test('what evaluation noise explains is no disagreement', () => {
    const noisy = (amplitude: number): string => {
      const rows = Array.from(
        { length: 20 },
        (_, k) => `r,b,1,${k + 1},0.5,${2 + amplitude * ((k * 7) % 5)},3`,
      );
      return [HEADER, 'r,b,1,0,0.5,2,3', ',b,1,0,,2.02,3', ...rows].join('\n');
    };
    expect(codes(fromText(noisy(0.01)).problems)).toEqual([]);
    expect(codes(fromText(noisy(0.0001)).problems)).toEqual(['bases-disagree']);
  });
});
