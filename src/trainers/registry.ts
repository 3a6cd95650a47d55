/** Every trainer, in the order in which `mixplan emit --list` shows them. Each is loaded only when it is wanted. */
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
