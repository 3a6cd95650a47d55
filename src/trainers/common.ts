/** What several adapters refuse, say and write in the same way. */
import { type Problem, Refusal } from '../problems/problem.ts';
import { corpusRepeats, shareBelowQuantum, trainerCannot } from '../problems/trainers.ts';
import { displayPercent, displayScaled } from '../units/number.ts';
import type { EmitRequest } from './adapter.ts';
import { takingPart } from './steps.ts';

/** A note for each corpus that the run sees more than once. `how` ends the sentence: "starts over, shuffled anew". */
export function repeatNotes({ run }: EmitRequest, trainer: string, how: string): readonly Problem[] {
  return takingPart(run).flatMap(({ name, share, available }) => {
    const epochs = available === null ? 0 : (share * run.steps * run.batchTokens) / available;
    return epochs > 1 ? [corpusRepeats({ corpus: name, epochs, trainer, how })] : [];
  });
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
  const count = (value: number): string => value.toLocaleString('en-US');
  const tokens = displayScaled(steps * batchTokens);
  return `${count(steps)} steps of ${count(batchTokens / sequenceLength)} sequences, ${tokens} tokens`;
}
