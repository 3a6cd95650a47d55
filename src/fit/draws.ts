/**
 * Draws: refits to replicates of the pilots, from which every interval comes. Draw k of every set stems from replicate k
 * and depends on the seed, the set and k alone, so that any thread may make it.
 */
import { round10 } from '../documents/canonical.ts';
import type { FitDocument, FitMember } from '../documents/fit.ts';
import { type FittedLaw, makeRefitter } from './fitLaw.ts';
import type { SetFit } from './fitSet.ts';
import { type ResamplingId, resamplingScheme } from './resample.ts';

/** Some draws of one set, in order. */
export interface DrawnChunk {
  /** Index into the members of the set. */
  readonly member: number[];
  /** Natural parameters of that member's law, to 10 digits. */
  readonly parameters: number[][];
  readonly notConverged: number;
}

/** Draws `from` to `to` − 1 of a set. */
export interface ChunkOfDraws {
  readonly from: number;
  readonly to: number;
}

/** Small enough for threads to finish together, large enough for handing one over to cost nothing beside it. */
const CHUNK = 25;

/** All draws of a set, in order. */
export function chunksOfDraws(draws: number): ChunkOfDraws[] {
  return Array.from({ length: Math.ceil(draws / CHUNK) }, (_, at) => ({
    from: at * CHUNK,
    to: Math.min((at + 1) * CHUNK, draws),
  }));
}

/** Makes some draws of a set; it keeps scratch memory, so each thread has its own. */
export type Drawer = (chunk: ChunkOfDraws) => DrawnChunk;

/**
 * The law of a draw is chosen by one evenly spread number per k, the same for all sets, so that the choice of law is part
 * of the draw and not averaged away.
 */
export function makeDrawer(
  { data, weight, noise, fitted, document: { members } }: SetFit,
  seed: number,
  resampling: ResamplingId,
): Drawer {
  const loss = new Float64Array(data.n);
  const rowWeight = weight.slice();
  const scheme = resamplingScheme(resampling);
  const prepare = (fit: FittedLaw) => ({
    resample: scheme.bind({
      data,
      fitted: fit.residual.map((residual, row) => residual + data.loss[row]),
      weight,
      noise,
      seed,
    }),
    refit: makeRefitter(fit, rowWeight),
    natural: new Float64Array(fit.natural.length),
  });
  const prepared = fitted.map((fit, at) => (members[at].weight > 0 ? prepare(fit) : undefined));
  return ({ from, to }) => {
    const chunk = { member: [] as number[], parameters: [] as number[][], notConverged: 0 };
    for (let k = from; k < to; k++) {
      const at = memberAt(members, radicalInverse(k));
      const { resample, refit, natural } = prepared[at]!;
      resample(k, loss, rowWeight);
      if (!refit(loss, natural)) chunk.notConverged++;
      chunk.member.push(at);
      chunk.parameters.push(Array.from(natural, round10));
    }
    return chunk;
  };
}

/** The draws of a fit from the chunks of each of its sets, in order. */
export function gatherDraws(
  sets: readonly (readonly DrawnChunk[])[],
  count: number,
  resampling: ResamplingId,
): FitDocument['draws'] {
  return {
    count,
    resampling,
    notConverged: sets.flat().reduce((sum, chunk) => sum + chunk.notConverged, 0),
    evals: sets.map((chunks) => ({
      member: chunks.flatMap(({ member }) => member),
      parameters: chunks.flatMap(({ parameters }) => parameters),
    })),
  };
}

/** The member whose stretch of [0, 1) holds `at`; stretches are as long as weights. */
function memberAt(members: readonly FitMember[], at: number): number {
  let sum = 0;
  for (let m = 0; m < members.length; m++) {
    sum += members[m].weight;
    if (at < sum) return m;
  }
  return 0;
}

/** Van der Corput's sequence in base 2: k = 0, 1, 2, ... spread evenly over [0, 1). */
function radicalInverse(k: number): number {
  let value = 0;
  let place = 0.5;
  for (let rest = k; rest > 0; rest = Math.floor(rest / 2)) {
    value += place * (rest % 2);
    place /= 2;
  }
  return value;
}
