import { mkdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { LogFacts } from '../../src/logs/facts.ts';
import { readLogs } from '../../src/logs/read.ts';
import { LOG_FORMATS } from '../../src/options/logFormats.ts';
import { metricsTooMany } from '../../src/problems/logs.ts';
import type { Refusal } from '../../src/problems/problem.ts';
import { fixture, scratch } from './scratch.ts';

const { path, put } = scratch();
const set = { params: '1M', domain_ratio: '0.5', batch_tokens: '1000' };

/** Codes of what a reading said: of the refusal, or of the warnings. */
async function codes(paths: readonly string[], facts: LogFacts = { set }): Promise<string[]> {
  try {
    return (await readLogs(paths, facts)).problems.map(({ code }) => code);
  } catch (error) {
    return (error as Refusal).problems.map(({ code }) => code);
  }
}

const general = async (file: string, facts: LogFacts = { set }): Promise<(number | undefined)[]> =>
  (await readLogs([file], facts)).runs[0].evaluations.map(({ losses }) => losses.general);

const garbage = Buffer.from(Array.from({ length: 5000 }, (_, k) => (k * 7919) % 256));

describe('a log of thousands of metrics', () => {
  const history = (step: number, metrics: Readonly<Record<string, number>>): string =>
    `${JSON.stringify({ _step: step, ...metrics })}\n`;
  const many = (name: (k: number) => string, count: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: count }, (_, k) => [name(k), 1]));
  const losses = { 'eval/general/loss': 2.5, 'eval/domain/loss': 1.5 };

  it('loses no evaluation behind five thousand others, and says how many of those it left out', async () => {
    const text = history(1, { ...many((k) => `grad_norm/${k}`, 5003), ...losses });
    const { runs, problems } = await readLogs([await put('many/history.jsonl', text)], { set });
    expect(runs[0].evaluations.map((one) => one.losses)).toEqual([{ general: 2.5, domain: 1.5 }]);
    const told = problems.filter(({ code }) => code === 'metrics-too-many');
    expect(told.map(({ message }) => message)).toEqual([
      metricsTooMany({ kind: 'others', most: 5000, left: 3, atLeast: false }).message,
    ]);
  });

  it('keeps those that are asked for, whatever their place, and says that other losses were left out', async () => {
    const text = history(1, {
      ...many((k) => `eval/part_${k}/loss`, 5000),
      ...losses,
      'my loss': 2,
    });
    const file = await put('sets/history.jsonl', text);
    const roles = Object.fromEntries(
      Array.from({ length: 5000 }, (_, k) => [`part_${k}`, 'general' as const]),
    );
    const left = async (told: Record<string, string>) => {
      const { runs, problems } = await readLogs([file], { set: { ...set, ...told }, roles });
      const [{ losses: found }] = runs[0].evaluations;
      const { general, domain } = found;
      const said = problems.filter(({ code }) => code === 'metrics-too-many').map(({ message }) => message);
      return { general, domain, sets: Object.keys(found).length, said };
    };
    const message = (count: number): string =>
      metricsTooMany({ kind: 'losses', most: 5000, left: count, atLeast: false }).message;
    expect(await left({})).toEqual({ general: undefined, domain: undefined, sets: 5000, said: [message(2)] });
    expect(await left({ loss_general: 'my loss', loss_domain: 'eval/domain/loss' })).toEqual({
      general: 2,
      domain: 1.5,
      sets: 5002,
      said: [message(1)],
    });
  });
});

describe('what is no log', () => {
  const inputs: Readonly<Record<string, string | Buffer>> = {
    'an empty file': '',
    'binary garbage': garbage,
    'other JSON': '{"a": 1, "b": [2, 3]}\n',
    'other CSV': 'a,b\n1,2\n',
    prose: 'Dear reader,\nthis is no log.\n',
    'half of a JSON object': '{"step": 1, "eval',
  };
  it.each(Object.entries(inputs))('%s is told, whatever format it is said to have', async (name, content) => {
    const file = await put(`none/${name.replaceAll(' ', '-')}.txt`, content);
    expect(await codes([file])).toEqual(['log-unknown']);
    for (const format of LOG_FORMATS) {
      const told = await codes([file], { set, format });
      expect(told.length, format).toBeGreaterThan(0);
      expect(told, format).not.toContain('log-unknown');
    }
  });

  it('folders without a log, and paths that are not there', async () => {
    await mkdir(path('empty'));
    expect(await codes([path('empty')])).toEqual(['no-logs-found']);
    expect(await codes([path('nowhere'), path('empty')])).toEqual(['file-missing', 'no-logs-found']);
  });

  it('a file that may be two formats is asked about, and read as told', async () => {
    const file = await put(
      'two.txt',
      '[metric][batch=5]: metrics/eval/general/LanguageCrossEntropy: 2.5 \n iteration 5/ 10 | consumed samples: 5 | lm loss: 2.0E+00 |\n',
    );
    expect(await codes([file])).toEqual(['log-ambiguous']);
    expect(await general(file, { set, format: 'composer' })).toEqual([2.5]);
  });
});

const jsonLines = (
  rows: readonly (readonly [step: number, loss: string])[],
  row: (step: number, loss: string) => string,
): string => rows.map(([step, loss]) => row(step, loss)).join('');

/** How each format of text writes the general loss at a step. */
const writers: Readonly<
  Record<string, { name: string; head?: string; row: (step: number, loss: string) => string; tail?: string }>
> = {
  'hf-trainer': {
    name: 'trainer_state.json',
    head: '{"log_history": [{"step": 0}',
    row: (step, loss) => `, {"step": ${step}, "eval_general_loss": ${loss}}`,
    tail: ']}',
  },
  'llama-factory': {
    name: 'trainer_log.jsonl',
    row: (step, loss) => `{"current_steps": ${step}, "eval_general_loss": ${loss}, "percentage": 1}\n`,
  },
  megatron: {
    name: 'train.log',
    head: ' iteration 1/ 9 | lm loss: 2.0E+00 |\n',
    row: (step, loss) =>
      ` validation-general loss at iteration ${step} | lm loss value: ${loss} | lm loss PPL: 1.0E+00 |\n`,
  },
  wandb: { name: 'history.jsonl', row: (step, loss) => `{"_step": ${step}, "eval/general/loss": ${loss}}\n` },
  'wandb CSV': {
    name: 'history.csv',
    head: '_step,eval/general/loss\n',
    row: (step, loss) => `${step},${loss}\n`,
  },
  'wandb-chart': {
    name: 'chart.csv',
    head: '"Step","a - eval/general/loss"\n',
    row: (step, loss) => `"${step}","${loss}"\n`,
  },
  composer: {
    name: 'logs-rank0.txt',
    row: (step, loss) => `[metric][batch=${step}]: metrics/eval/general/LanguageCrossEntropy: ${loss} \n`,
  },
  litgpt: {
    name: 'metrics.csv',
    head: 'step,total_tokens,val_loss\n',
    row: (step, loss) => `${step},${step * 1000},${loss}\n`,
  },
  maxtext: {
    name: 'metrics.jsonl',
    row: (step, loss) => `{"step": ${step}, "eval/general/loss": ${loss}, "perf/x": 1}\n`,
  },
};

describe.each(Object.entries(writers))('%s', (format, { name, head = '', row, tail = '' }) => {
  const facts: LogFacts = { set: format === 'litgpt' ? { ...set, loss_general: 'val_loss' } : set };
  const log = (rows: readonly (readonly [number, string])[]): string => head + jsonLines(rows, row) + tail;
  const write = (kind: string, text: string): Promise<string> => put(`${format}/${kind}/${name}`, text);

  it('leaves out losses that are no numbers, and says so', async () => {
    const file = await write(
      'nan',
      log([
        [1, '2.5'],
        [2, 'NaN'],
        [3, '2.25'],
      ]),
    );
    expect(await general(file, facts)).toEqual([2.5, 2.25]);
    expect(await codes([file], facts)).toContain('losses-not-finite');
  });

  it('takes the later write where steps go backwards, and says so', async () => {
    const file = await write(
      'back',
      log([
        [1, '2.5'],
        [2, '2.25'],
        [3, '2.125'],
        [2, '3.25'],
      ]),
    );
    expect(await general(file, facts)).toEqual([2.5, 3.25]);
    expect(await codes([file], facts)).toContain('steps-superseded');
  });

  it('reads what is there of a file that is cut off anywhere', async () => {
    const whole = log([
      [1, '2.5'],
      [2, '2.25'],
      [3, '2.125'],
    ]);
    const all = [2.5, 2.25, 2.125];
    const marks = [1, 2, 3].map(
      (n) =>
        head.length +
        jsonLines(
          [
            [1, '2.5'],
            [2, '2.25'],
            [3, '2.125'],
          ].slice(0, n) as [number, string][],
          row,
        ).length,
    );
    for (let cut = marks[0]; cut < whole.length; cut += 7) {
      const file = await write(`cut-${cut}`, whole.slice(0, cut));
      const seen = await general(file, facts);
      expect(seen, `cut at ${cut}`).toEqual(all.slice(0, seen.length));
      expect(seen.length, `cut at ${cut}`).toBeGreaterThanOrEqual(marks.filter((mark) => mark <= cut).length);
    }
  });

  it('has no evaluation where nothing but its beginning is there', async () => {
    const file = await write('none', log([]) || row(1, '"x"'));
    expect(await codes([file], facts)).not.toEqual([]);
  });
});

describe('what surrounds logs', () => {
  it('Megatron: a restart takes back evaluations, lines of several ranks count once', async () => {
    const iteration = (step: number): string =>
      ` iteration ${step}/ 9 | consumed samples: ${step * 10} | lm loss: 2.0E+00 |\n`;
    const validation = (step: number, loss: string): string =>
      `0: validation-general loss at iteration ${step} | lm loss value: ${loss} | lm loss PPL: 1.0E+00 |\n`;
    const file = await put(
      'restart/train.log',
      [
        iteration(1),
        validation(1, '2.5'),
        validation(1, '2.5'),
        iteration(2),
        validation(2, '2.25'),
        iteration(3),
        validation(3, '2.0'),
        iteration(2),
        iteration(3),
      ].join(''),
    );
    const { runs, problems } = await readLogs([file], { set: { ...set, sequence_length: '100' } });
    expect(runs[0].evaluations.map(({ tokens, losses }) => [tokens, losses.general])).toEqual([[1000, 2.5]]);
    expect(problems.find(({ code }) => code === 'steps-superseded')?.message).toContain(
      '2 evaluations from step 2 on',
    );
  });

  it('damaged lines in the middle are counted', async () => {
    const file = await put(
      'damaged.jsonl',
      '{"_step": 1, "eval/general/loss": 2.5}\n{"_step": 2, "ev\n{"_step": 3, "eval/general/loss": 2.25}\n',
    );
    expect(await general(file)).toEqual([2.5, 2.25]);
    expect(await codes([file])).toContain('log-lines-damaged');
  });

  it('Parquet that is cut off is told', async () => {
    const bytes = await readFile(fixture('parquet/pilot-r30.parquet'));
    const file = await put('cut.parquet', bytes.subarray(0, 2000));
    expect(await codes([file])).toEqual(['log-unknown']);
    expect(await codes([file], { set, format: 'wandb' })).not.toContain('log-unknown');
  });

  it('settings that cannot be read are told, and looked for in their folder', async () => {
    await put('settings/run-1/config.yaml', 'a: [1, 2\n');
    await put('settings/run-1/history.jsonl', '{"_step": 1, "eval/general/loss": 2.5}\n');
    expect(await codes([path('settings')])).toContain('settings-unreadable');
  });

  it('a log that counts on from its base model is told where it begins', async () => {
    const rows = [100_000, 100_100, 100_200]
      .map((step) => `{"_step": ${step}, "eval/general/loss": 2.5}\n`)
      .join('');
    const file = await put('late.jsonl', rows);
    expect(await codes([file])).toContain('log-begins-late');
    const { runs, problems } = await readLogs([file], { set: { ...set, start_step: '100000' } });
    expect(runs[0].evaluations.map(({ tokens, step }) => [tokens, step])).toEqual([
      [0, 0],
      [100_000, 100],
      [200_000, 200],
    ]);
    expect(problems.map(({ code }) => code)).not.toContain('log-begins-late');
  });
});
