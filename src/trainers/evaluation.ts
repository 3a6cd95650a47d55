/** Which evaluation sets a trainer evaluates, of those that a run has. */
import type { Problem } from '../problems/problem.ts';
import { trainerLimit } from '../problems/trainers.ts';
import type { EmitRequest, ReadingFacts, Watching } from './adapter.ts';

/** All of them, each with a loss of its own: what most trainers do. */
export function everySet({ run }: Watching): readonly string[] {
  return run.evals.map(({ name }) => name);
}

/** The watched one, for trainers that tell no two sets apart. */
export function oneSet(watching: Watching): readonly string[] {
  const watched = watchedSet(watching);
  return watched === undefined ? [] : [watched];
}

/**
 * The set that a trainer evaluates which tells no two apart: a general one before others, since it shows what the run forgets.
 * Undefined where no data is given for any.
 */
export function watchedSet({ run, evalData }: Watching): string | undefined {
  const known = run.evals.filter(({ name }) => evalData[name] !== undefined);
  return (known.find(({ role }) => role === 'general') ?? known[0])?.name;
}

/** A warning that names the sets besides the watched one. `why` follows the trainer's name: "evaluates one set". */
export function leftOutSets(request: EmitRequest, trainer: string, why: string): readonly Problem[] {
  const watched = watchedSet(request);
  const others = request.run.evals.filter(({ name }) => name !== watched).map(({ name }) => name);
  if (others.length === 0) return [];
  const left = `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} left out`;
  return [
    trainerLimit({
      trainer,
      what: `${why}, so only ${watched ?? 'none'} is evaluated, and ${left}`,
      instead: 'Evaluate the others on the checkpoints of the run.',
    }),
  ];
}

/** The sets that lie at these places; a place where none of them lies stands for itself. */
export function setsAt(
  places: readonly unknown[],
  { evalData }: Pick<ReadingFacts, 'evalData'>,
): readonly string[] {
  return places.flatMap((place) => {
    const sets = Object.keys(evalData).filter((name) => evalData[name] === place);
    return sets.length > 0 ? sets : [String(place)];
  });
}
