/** What a runs table says beside its losses, and a fit keeps: units, bytes a token, replayed sets, how runs were trained. */
import type { FitDocument } from '../documents/fit.ts';
import { formatNumber } from '../units/number.ts';
import { distinct } from './order.ts';
import type { Runs } from './runs.ts';

/** A fit of these runs, with what they say about their sets and their training. */
export function withPilotFacts(fit: FitDocument, runs: Runs): FitDocument {
  const training = runs.training ?? {};
  return {
    ...fit,
    pilots: {
      ...fit.pilots,
      ...(Object.keys(training).length === 0
        ? {}
        : { training: mapValues(training, (values) => [...values]) }),
    },
    evals: fit.evals.map((each, index) => {
      const { measuredIn, bytesPerToken, replayed } = runs.evals[index];
      return {
        ...each,
        ...(measuredIn === undefined ? {} : { measuredIn }),
        ...(bytesPerToken === undefined ? {} : { bytesPerToken }),
        ...(replayed === undefined ? {} : { replayed }),
      };
    }),
  };
}

/**
 * How the pilots of a fit were trained, by column: what their table says, and the peak rate, schedule and base model of
 * the runs. Of a size that was piloted, rates and bases are those of that size.
 */
export function pilotTraining({ pilots }: FitDocument, params: number): Record<string, string[]> {
  const sameSize = pilots.runs.filter((run) => Math.abs(run.params / params - 1) <= 0.01);
  const runs = sameSize.length > 0 ? sameSize : pilots.runs;
  const schedules = pilots.runs.map(({ schedule }) => schedule).filter((schedule) => schedule !== 'unknown');
  return {
    ...mapValues(pilots.training ?? {}, (values) => [...values]),
    lr: distinct(runs.flatMap(({ lr }) => lr ?? [])).map(formatNumber),
    schedule: [...new Set(schedules)].sort(),
    base: sameSize.length > 0 ? [...new Set(sameSize.map(({ base }) => pilots.bases[base].id))].sort() : [],
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, value: (each: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, each]) => [key, value(each)]));
}
