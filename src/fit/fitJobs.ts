/**
 * The two jobs of a fit that threads share: point estimates by evaluation set, then draws by chunk. Laws and bound kernels
 * are functions and cannot travel between threads; they go by id, and are bound again where they arrive.
 */
import { bindLaw } from '../laws/kernel.ts';
import { lawById } from '../laws/registry.ts';
import type { Runs } from '../runs/runs.ts';
import { type ChunkOfDraws, type Drawer, type DrawnChunk, makeDrawer } from './draws.ts';
import type { FittedLaw } from './fitLaw.ts';
import { fitSet, type SetFit, type SetOptions } from './fitSet.ts';
import type { ResamplingId } from './resample.ts';
import type { Job } from './threads.ts';

type PortableLaw = Omit<FittedLaw, 'law' | 'kernel'> & { readonly law: string };

/** A fitted set as it travels. */
export type PortableSet = Omit<SetFit, 'fitted'> & { readonly fitted: readonly PortableLaw[] };

export interface PointMaterial {
  readonly runs: Runs;
  readonly options: Omit<SetOptions, 'laws'> & { readonly laws: readonly string[] | undefined };
}

/** Tasks are indices of evaluation sets. */
export const pointJob: Job<PointMaterial, number, PortableSet> = {
  id: 'points',
  prepare({ runs, options }) {
    const laws = options.laws?.map((id) => lawById(id)!);
    return (index) => portable(fitSet(runs, index, { ...options, laws }));
  },
};

export interface DrawMaterial {
  readonly sets: readonly PortableSet[];
  readonly seed: number;
  readonly resampling: ResamplingId;
}

export const drawJob: Job<DrawMaterial, ChunkOfDraws, DrawnChunk> = {
  id: 'draws',
  prepare({ sets, seed, resampling }) {
    const drawers = new Map<number, Drawer>();
    return ({ set, from, to }) => {
      const drawer = drawers.get(set) ?? makeDrawer(revived(sets[set]), seed, resampling);
      drawers.set(set, drawer);
      return drawer(from, to);
    };
  },
};

function portable({ fitted, ...set }: SetFit): PortableSet {
  return { ...set, fitted: fitted.map(({ law, kernel, ...rest }) => ({ ...rest, law: law.id })) };
}

function revived({ fitted, ...set }: PortableSet): SetFit {
  const { inputs, role } = set.data;
  return {
    ...set,
    fitted: fitted.map(({ law: id, ...rest }) => {
      const law = lawById(id)!;
      return { ...rest, law, kernel: bindLaw(law, inputs, role) };
    }),
  };
}
