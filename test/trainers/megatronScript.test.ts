import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { megatron } from '../../src/trainers/megatron.ts';
import { requestOf } from './randomRequests.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixplan-script-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The words that `torchrun` is given when the script runs. */
function startedWith(
  request: Parameters<typeof megatron.emit>[0],
  ...words: readonly string[]
): readonly string[] {
  for (const { path, text } of megatron.emit(request).files) writeFileSync(join(folder, path), text);
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'torchrun'), '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n');
  chmodSync(join(bin, 'torchrun'), 0o755);
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    MEGATRON: '/opt/megatron',
    HEAD_NODE: 'node0',
  };
  const output = execFileSync('bash', [join(folder, 'train.sh'), ...words], {
    cwd: '/',
    encoding: 'utf8',
    env,
  });
  return output.trimEnd().split('\n');
}

describe('the script that starts Megatron-LM', () => {
  it('hands over the arguments as they are read back, from whatever folder, with further ones last', () => {
    const words = startedWith(requestOf({ kind: 'wsd' }), '--tensor-model-parallel-size', '2');
    const from = words.indexOf('/opt/megatron/pretrain_gpt.py');
    expect(words.slice(0, from).join(' ')).toContain('--nnodes 8 --nproc-per-node 8');
    const handed = words.slice(from + 1);
    expect(handed.slice(0, 2)).toEqual(['--per-split-data-args-path', 'blend.json']);
    expect(handed.slice(-5)).toEqual([
      ...['--load', 'meta-llama/Llama-3.1-8B', '--finetune', '--tensor-model-parallel-size', '2'],
    ]);
    expect(handed[handed.indexOf('--lr-decay-style') + 1]).toBe('WSD');
    expect(handed.some((word) => word.includes('#'))).toBe(false);
  });

  it('goes on from the last checkpoint of the run, with its optimiser and its step', () => {
    mkdirSync(join(folder, 'runs/plan'), { recursive: true });
    writeFileSync(join(folder, 'runs/plan/latest_checkpointed_iteration.txt'), '100');
    const words = startedWith(requestOf({ gpus: 8 }));
    expect(words.slice(-2)).toEqual(['--load', 'runs/plan']);
    expect(words).not.toContain('--finetune');
  });
});
