/** What several adapters refuse, say and write in the same way. */
import { counted, nounFor } from '../problems/counted.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { corpusRepeats, leftToYou, shareBelowQuantum, trainerCannot } from '../problems/trainers.ts';
import { displayPercent, displayScaled } from '../units/number.ts';
import type { EmitRequest } from './adapter.ts';
import { stepsOf, takingPart } from './steps.ts';

/** A note for each corpus that the run sees more than once. `how` ends the sentence: "starts over, shuffled anew". */
export function repeatNotes({ run }: EmitRequest, trainer: string, how: string): readonly Problem[] {
  return takingPart(run).flatMap(({ name, share, available }) => {
    const epochs = available === null ? 0 : (share * run.steps * run.batchTokens) / available;
    return epochs > 1 ? [corpusRepeats({ corpus: name, epochs, trainer, how })] : [];
  });
}

/** A note on corpora whose size nobody told, for trainers that do not start them over. `then` says what happens to a small one. */
export function unknownSizes({ run }: EmitRequest, then: string): readonly Problem[] {
  const unknown = takingPart(run).filter(({ available }) => available === null);
  if (unknown.length === 0) return [];
  const names = unknown.map(({ name }) => name).join(' and ');
  const has = unknown.length === 1 ? 'has' : 'have';
  return [
    leftToYou({
      what: `Nobody told how many tokens ${names} ${has}: where it is fewer than the run takes, ${then}`,
    }),
  ];
}

/** Refuses a run whose mixture changes on the way, for trainers that have one mixture from start to end. */
export function refusePhases({ run }: EmitRequest, trainer: string): void {
  if (run.phases.length <= 1) return;
  throw new Refusal([
    trainerCannot({
      trainer,
      what: `has one mixture from start to end, and the run has ${run.phases.length} phases`,
      instead: 'Emit each phase as a run of its own that starts from the checkpoint of the one before.',
    }),
  ]);
}

/** Refuses shares of which fewer than one in `samples` sequences would be drawn. */
export function refuseTinyShares(
  { run }: EmitRequest,
  trainer: string,
  samples: number,
  least = `${(1 / samples).toPrecision(2)} (one of ${samples.toLocaleString('en-US')} sequences)`,
): void {
  const problems = takingPart(run)
    .filter(({ share }) => share * samples < 1)
    .map(({ name, share }) => shareBelowQuantum({ corpus: name, share, trainer, least }));
  if (problems.length > 0) throw new Refusal(problems);
}

/** The learning rate at the end, without the binary dust of the product. */
export function finalLr({ schedule }: EmitRequest['run']): number {
  return Number((schedule.peakLr * schedule.finalLrShare).toPrecision(12));
}

/** `60.0% general, 40.0% domain`, for comments. */
export function mixtureText(run: EmitRequest['run']): string {
  return takingPart(run)
    .map(({ name, share }) => `${displayPercent(share)} ${name}`)
    .join(', ');
}

/** `3,386 steps of 1,024 sequences, 14.2B tokens`, for comments. */
export function lengthText({ steps, batchTokens, sequenceLength }: EmitRequest['run']): string {
  const tokens = displayScaled(steps * batchTokens);
  return `${counted(steps, 'step')} of ${counted(batchTokens / sequenceLength, 'sequence')}, ${tokens} tokens`;
}

/** `3386 steps of 1024 sequences (2 a GPU × 8 × 64 GPUs)`, for comments: how a batch comes about. */
export function batchText(request: EmitRequest, device = 'GPU'): string {
  const { steps, globalBatch, accumulation } = stepsOf(request);
  const { gpus, microBatch } = request;
  const text = (count: number, noun: string): string => `${count} ${nounFor(count, noun)}`;
  const shared = `${microBatch} a ${device} × ${accumulation} × ${text(gpus, device)}`;
  return `${text(steps, 'step')} of ${text(globalBatch, 'sequence')} (${shared})`;
}
