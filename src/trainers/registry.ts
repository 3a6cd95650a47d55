/** Every trainer, in the order in which `mixplan emit --list` shows them. Each is loaded only when it is wanted. */
import { Refusal } from '../problems/problem.ts';
import { emitNeeds, trainerUnknown } from '../problems/trainers.ts';
import type { TrainerAdapter } from './adapter.ts';

export interface TrainerEntry {
  readonly id: string;
  readonly load: () => Promise<TrainerAdapter>;
}

export const trainers: readonly TrainerEntry[] = [
  { id: 'megatron', load: async () => (await import('./megatron.ts')).megatron },
  { id: 'megatron-bridge', load: async () => (await import('./megatronBridge.ts')).megatronBridge },
  { id: 'gpt-neox', load: async () => (await import('./neox.ts')).neox },
  { id: 'nanotron', load: async () => (await import('./nanotron.ts')).nanotron },
  { id: 'levanter', load: async () => (await import('./levanter.ts')).levanter },
  { id: 'huggingface', load: async () => (await import('./huggingFace.ts')).huggingFace },
  { id: 'llama-factory', load: async () => (await import('./llamaFactory.ts')).llamaFactory },
  { id: 'olmo-core', load: async () => (await import('./olmoCore.ts')).olmoCore },
  { id: 'llm-foundry', load: async () => (await import('./llmFoundry.ts')).llmFoundry },
  { id: 'litgpt', load: async () => (await import('./litgpt.ts')).litgpt },
  { id: 'ms-swift', load: async () => (await import('./msSwift.ts')).msSwift },
  { id: 'maxtext', load: async () => (await import('./maxText.ts')).maxText },
  { id: 'axolotl', load: async () => (await import('./axolotl.ts')).axolotl },
  { id: 'torchtitan', load: async () => (await import('./torchtitan.ts')).torchtitan },
];

/** The entry of a trainer; undefined where there is none of that id. */
export function findTrainer(id: string): TrainerEntry | undefined {
  return trainers.find((trainer) => trainer.id === id);
}

/** The adapter of a trainer; throws a `Refusal` that names those there are, where none was named or it is not one of them. */
export async function adapterOf(id: string | undefined): Promise<TrainerAdapter> {
  const ids = trainers.map((trainer) => trainer.id);
  if (id === undefined)
    throw new Refusal([
      emitNeeds({ flag: '--trainer', example: 'ID', why: `files are written for one of ${ids.join(', ')}` }),
    ]);
  const entry = findTrainer(id);
  if (entry === undefined) throw new Refusal([trainerUnknown({ id, ids })]);
  return entry.load();
}
