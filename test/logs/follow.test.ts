import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ImportedRuns } from '../../src/logs/evaluation.ts';
import { followLogs } from '../../src/logs/follow.ts';
import type { LogFormat } from '../../src/logs/format.ts';
import { openLogs } from '../../src/logs/open.ts';
import { pull, type ReadSoFar } from '../../src/logs/pull.ts';
import { assembleRuns } from '../../src/logs/runs.ts';
import { scalar, version } from './eventFile.ts';
import { scratch } from './scratch.ts';

const { path, put } = scratch();
const facts = { set: { params: '1M', domain_ratio: '0.5', batch_tokens: '1000' } };

/** Follows paths; `until` waits for a state that holds and returns it. */
function following(paths: readonly string[], set: Readonly<Record<string, string>> = facts.set) {
  const stop = new AbortController();
  let last: ImportedRuns | undefined;
  let calls = 0;
  const done = followLogs(
    paths,
    (runs) => {
      last = runs;
      calls += 1;
    },
    { facts: { set }, signal: stop.signal, leastWait: 2, mostWait: 10 },
  );
  const until = async (holds: (general: readonly (readonly [number, number | undefined])[]) => boolean) => {
    for (let k = 0; k < 2000; k += 1) {
      const seen = (last?.runs ?? []).flatMap(({ evaluations }) =>
        evaluations.map(({ tokens, losses }) => [tokens, losses.general] as const),
      );
      if (holds(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`never seen; the last state is ${JSON.stringify(last)}`);
  };
  return {
    until,
    calls: () => calls,
    end: async () => {
      stop.abort();
      await done;
    },
  };
}

const line = (step: number, loss: number): string =>
  `${JSON.stringify({ _step: step, 'eval/general/loss': loss, 'eval/domain/loss': 1 })}\n`;

describe('following a log', () => {
  it('reads lines as they come, and half a line when its other half is there', async () => {
    const file = path('lines/history.jsonl');
    const followed = following([path('lines')]);
    await put('lines/history.jsonl', line(1, 2.5));
    await followed.until((seen) => seen.length === 1);
    const next = line(2, 2.25);
    await appendFile(file, next.slice(0, 15));
    await appendFile(file, next.slice(15) + line(3, 2.125));
    expect(await followed.until((seen) => seen.length === 3)).toEqual([
      [1000, 2.5],
      [2000, 2.25],
      [3000, 2.125],
    ]);
    const calls = followed.calls();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(followed.calls()).toBe(calls);
    await followed.end();
  });

  it('reads anew what was cut or replaced', async () => {
    const file = await put('anew/history.jsonl', line(1, 2.5) + line(2, 2.25));
    const followed = following([file]);
    await followed.until((seen) => seen.length === 2);
    await truncate(file, 0);
    await appendFile(file, line(1, 3));
    await followed.until((seen) => seen.length === 1 && seen[0][1] === 3);
    await writeFile(`${file}.new`, line(1, 4) + line(2, 3.5));
    await rename(`${file}.new`, file);
    await followed.until((seen) => seen.length === 2 && seen[0][1] === 4);
    await followed.end();
  });

  it('reads anew what was written over in place, longer than before or as long', async () => {
    const file = await put('over/history.jsonl', line(1, 2.5) + line(2, 2.25));
    const followed = following([file]);
    await followed.until((seen) => seen.length === 2);
    await writeFile(file, line(1, 3) + line(2, 2.75) + line(3, 2.625));
    expect(await followed.until((seen) => seen.length === 3)).toEqual([
      [1000, 3],
      [2000, 2.75],
      [3000, 2.625],
    ]);
    await writeFile(file, line(1, 4) + line(2, 3.75) + line(3, 3.625));
    expect(await followed.until((seen) => seen[0]?.[1] === 4)).toEqual([
      [1000, 4],
      [2000, 3.75],
      [3000, 3.625],
    ]);
    await followed.end();
  });

  it('reads anew after a failure, and counts nothing of what was half read', async () => {
    const file = await put('half/history.jsonl', line(1, 2.5) + line(2, 2.25));
    const { logs } = await openLogs([file], facts);
    const { format } = logs[0].source;
    let fails = true;
    const decode: LogFormat['decode'] = (sinks, logFile) => {
      const decoder = format.decode?.(sinks, logFile);
      if (decoder === undefined) throw new Error('no decoder');
      return {
        ...decoder,
        push: (bytes) => {
          decoder.push(bytes);
          if (fails) throw new Error('the disk is gone');
        },
      };
    };
    const log = { ...logs[0], source: { ...logs[0].source, format: { ...format, decode } } };
    const read: ReadSoFar = new Map();
    await expect(pull(log, read, false)).rejects.toThrow('the disk is gone');
    expect(log.collectors.size).toBe(0);
    fails = false;
    expect(await pull(log, read, false)).toBe(true);
    const { runs, problems } = assembleRuns([log], facts);
    expect(runs[0].evaluations.map(({ losses }) => losses.general)).toEqual([2.5, 2.25]);
    expect(problems.map(({ code }) => code)).not.toContain('steps-superseded');
  });

  it('finds the next event file of a run, and waits for the end of a record', async () => {
    const first = await put('tb/events.out.tfevents.1', version);
    const followed = following([path('tb')]);
    const event = scalar(1, 'eval/general/loss', 2.5);
    await appendFile(first, event.subarray(0, 20));
    await appendFile(first, event.subarray(20));
    await appendFile(first, scalar(1, 'eval/domain/loss', 1));
    await followed.until((seen) => seen.length === 1);
    await put('tb/events.out.tfevents.2', Buffer.concat([version, scalar(2, 'eval/general/loss', 2.25)]));
    expect(await followed.until((seen) => seen.length === 2)).toEqual([
      [1000, 2.5],
      [2000, 2.25],
    ]);
    await followed.end();
  });

  it('goes from one trainer state to that of the next checkpoint', async () => {
    const state = (last: number): string =>
      JSON.stringify({
        log_history: Array.from({ length: last }, (_, k) => [
          { step: k + 1, eval_general_loss: 2 + k },
          { step: k + 1, eval_domain_loss: 1 },
        ]).flat(),
      });
    await put('hf/checkpoint-1/trainer_state.json', state(1));
    const followed = following([path('hf')]);
    await followed.until((seen) => seen.length === 1);
    await put('hf/checkpoint-2/trainer_state.json', state(2));
    await rm(path('hf/checkpoint-1'), { recursive: true });
    expect(await followed.until((seen) => seen.length === 2)).toEqual([
      [1000, 2],
      [2000, 3],
    ]);
    await followed.end();
  });

  it('goes over to a log that says more where one appears beside the first', async () => {
    const written = (step: number): string =>
      `${JSON.stringify({ current_steps: step, percentage: 50, eval_loss: 2 + step })}\n`;
    await put('both/trainer_log.jsonl', written(1));
    const followed = following([path('both')], { ...facts.set, loss_general: 'eval_loss' });
    await followed.until((seen) => seen.length === 1);
    const state = { log_history: [1, 2].map((step) => ({ step, eval_loss: 2 + step })) };
    await put('both/checkpoint-2/trainer_state.json', JSON.stringify(state));
    expect(await followed.until((seen) => seen.length === 2)).toEqual([
      [1000, 3],
      [2000, 4],
    ]);
    await followed.end();
  });

  it('refuses missing facts as soon as there is an evaluation', async () => {
    const file = await put('unknown/history.jsonl', line(1, 2.5));
    const stop = new AbortController();
    const followed = followLogs([file], () => {}, { facts: {}, signal: stop.signal, leastWait: 2 });
    await expect(followed).rejects.toMatchObject({
      problems: [{ code: 'fact-missing' }, { code: 'fact-missing' }, { code: 'fact-missing' }],
    });
  });
});
