/**
 * Draws as a job that threads share. Laws and bound kernels are functions and cannot travel between threads; laws go by
 * id, and are bound again where they arrive.
 */
import { bindLaw } from '../laws/kernel.ts';
import { lawById } from '../laws/registry.ts';
import { type ChunkOfDraws, type DrawnChunk, makeDrawer } from './draws.ts';
import type { FittedLaw } from './fitLaw.ts';
import type { SetFit } from './fitSet.ts';
import type { ResamplingId } from './resample.ts';
import type { Job } from './threads.ts';

type PortableLaw = Omit<FittedLaw, 'law' | 'kernel'> & { readonly law: string };

/** A fitted set as it travels, and how its draws are made. */
export interface DrawMaterial {
  readonly set: Omit<SetFit, 'fitted'> & { readonly fitted: readonly PortableLaw[] };
  readonly seed: number;
  readonly resampling: ResamplingId;
}

export const drawJob: Job<DrawMaterial, ChunkOfDraws, DrawnChunk> = {
  id: 'draws',
  prepare({ set: { fitted, ...set }, seed, resampling }) {
    const bound = fitted.map(({ law: id, ...rest }) => {
      const law = lawById(id)!;
      return { ...rest, law, kernel: bindLaw(law, set.data.inputs, set.data.role) };
    });
    return makeDrawer({ ...set, fitted: bound }, seed, resampling);
  },
};

export function drawMaterial(
  { fitted, ...set }: SetFit,
  seed: number,
  resampling: ResamplingId,
): DrawMaterial {
  const portable = fitted.map(({ law, kernel: _, ...rest }) => ({ ...rest, law: law.id }));
  return { set: { ...set, fitted: portable }, seed, resampling };
}
