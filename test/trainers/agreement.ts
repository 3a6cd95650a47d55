/** What every adapter owes: its own reading of its files is the run that it was given. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  CompleteRun,
  EmitRequest,
  RealisedMixture,
  TrainerAdapter,
} from '../../src/trainers/adapter.ts';
import { compareRun } from '../../src/trainers/compare.ts';
import { anyRequest } from './randomRequests.ts';

/** Emits the run and reads it back as the trainer would. */
export function realised(adapter: TrainerAdapter, request: EmitRequest): RealisedMixture {
  const { files } = adapter.emit(request);
  return adapter.readBack(files, request);
}

/** Shares to 1e-6 or the trainer's quantum, length within a batch, the learning rate exactly. */
export function expectAgreement({ run }: EmitRequest, mixture: RealisedMixture): void {
  for (const { name, share } of run.corpora)
    expect(Math.abs((mixture.shares[name] ?? 0) - share), `share of ${name}`).toBeLessThanOrEqual(
      Math.max(1e-6, mixture.quantum),
    );
  const sum = Object.values(mixture.shares).reduce((total, share) => total + share, 0);
  expect(sum).toBeCloseTo(1, 12);
  expect(mixture.batchTokens).toBe(run.batchTokens);
  expect(mixture.steps).toBe(run.steps);
  expect(Math.abs(mixture.tokens - run.tokens)).toBeLessThanOrEqual(run.batchTokens);
  expect(mixture.warmupTokens).toBe(run.schedule.warmupTokens);
  expect(mixture.peakLr).toBe(run.schedule.peakLr);
}

/** 200 random runs with these schedules. */
export function itCarriesOutAnyRun(
  adapter: TrainerAdapter,
  kinds: readonly CompleteRun['schedule']['kind'][] = ['constant', 'cosine', 'linear', 'wsd'],
  change: (request: EmitRequest) => EmitRequest = (request) => request,
): void {
  describe(`200 random runs for ${adapter.name}`, () => {
    it('are read back as they were planned', () => {
      fc.assert(
        fc.property(anyRequest(kinds).map(change), (request) => {
          const found = realised(adapter, request);
          expectAgreement(request, found);
          const rows = compareRun(request.run, found, adapter.evaluates?.(request) ?? []);
          expect(rows.filter(({ agrees }) => !agrees)).toEqual([]);
          expect(rows.map(({ what }) => what)).toEqual(
            expect.arrayContaining(['sequence length', 'schedule', 'final learning rate']),
          );
        }),
        { numRuns: 200, seed: 11 },
      );
    });
  });
}
