import { describe, expect, it } from 'vitest';
import { accelerators } from '../../src/hardware/accelerators.ts';
import { modelShapes } from '../../src/hardware/shapes.ts';
import {
  acceleratorMissing,
  acceleratorUnknown,
  gpusTooFewForStates,
  mfuAssumed,
  modelShapeUnknown,
} from '../../src/problems/hardware.ts';
import { mixplan } from './harness.ts';

async function hardware(...words: string[]) {
  const answer = await mixplan(['hardware', ...words]);
  const lines = words.includes('--json') ? answer.stderr.split('\n').filter((line) => line !== '') : [];
  return { ...answer, codes: lines.map((line) => (JSON.parse(line) as { code: string }).code) };
}

describe('mixplan hardware', () => {
  it('lists every accelerator', async () => {
    const { status, stdout } = await hardware();
    expect(status).toBe(0);
    for (const { id } of accelerators) expect(stdout).toContain(id);
  });

  it('lists every model, and the same as data', async () => {
    const { stdout } = await hardware('models');
    for (const { id } of modelShapes) expect(stdout).toContain(id);
    const asData = JSON.parse((await hardware('models', '--json')).stdout) as { id: string }[];
    expect(asData.map(({ id }) => id)).toEqual(modelShapes.map(({ id }) => id));
  });

  it('shows one accelerator with the evidence for its utilisation', async () => {
    const { stdout } = await hardware('h100');
    expect(stdout).toContain('989 TFLOP/s');
    expect(stdout).toContain('37% to 46%');
  });

  it('shows one model', async () => {
    const { stdout } = await hardware('meta-llama/Llama-3.1-8B', '--sequence-length', '8192');
    expect(stdout).toContain('8.03B');
    expect(stdout).toContain('5.79e10 FLOP per token');
  });

  it('prices a GPU-hour, with its band and what it assumes', async () => {
    const { status, stdout, codes } = await hardware(
      'h100',
      '--model',
      'llama-3.1-8b',
      '--gpus',
      '64',
      '--json',
    );
    const answer = JSON.parse(stdout) as { tokensPerGpuHour: { value: number; low: number; high: number } };
    const { value, low, high } = answer.tokensPerGpuHour;
    // 3600 · 989e12 · 0.4 · 0.95 / 5.147e10
    expect(value / 1e6).toBeCloseTo(26.3, 1);
    expect([low / value, high / value].map((ratio) => Number(ratio.toFixed(9)))).toEqual([0.75, 1.25]);
    expect(codes).toEqual([mfuAssumed.code]);
    expect(status).toBe(0);
  });

  it('prices a measured throughput as it is', async () => {
    const { stdout, stderr } = await hardware(
      'h100',
      '--model',
      '7B',
      '--throughput',
      '10000tok/s',
      '--goodput',
      '1',
    );
    expect(stdout).toContain('36M tokens, measured');
    expect(stderr).toBe('');
  });

  it('says so, with status 1, where the states do not fit', async () => {
    const { status, codes } = await hardware('h100', '--model', 'llama-3.1-70b', '--gpus', '8', '--json');
    expect(status).toBe(1);
    expect(codes).toContain(gpusTooFewForStates.code);
  });

  it.each([
    [['h10'], acceleratorUnknown.code],
    [['h100', '--model', 'lama'], modelShapeUnknown.code],
    [['--model', 'llama-3.1-8b'], acceleratorMissing.code],
  ])('refuses %j with status 2', async (words, code) => {
    const { status, stdout, codes } = await hardware(...words, '--json');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(codes).toEqual([code]);
  });
});
