/** Trouble with accelerators, model shapes, throughput and memory. */
import { declareProblem } from './problem.ts';

function billions(params: number): string {
  return `${Number((params / 1e9).toPrecision(3))}B`;
}

export const acceleratorUnknown = declareProblem<{ given: string; nearest: readonly string[] }>({
  code: 'accelerator-unknown',
  severity: 'error',
  title: 'accelerator not in the catalogue',
  message: ({ given }) => `"${given}" is not an accelerator that mixplan knows.`,
  hint: ({ nearest }) =>
    `The nearest are ${nearest.join(', ')}; \`mixplan hardware\` lists all. For any other part give the tokens per second that one GPU of yours processes.`,
  explanation:
    'GPU-hours become tokens through the peak rate and the memory of a named accelerator, so a name that is not in the catalogue cannot be turned into a budget. Names are matched whatever their case and separators, so "H100 SXM" and "h100-sxm" are the same. A throughput measured on your own machines needs no catalogue and is better than any entry of it.',
});

export const modelShapeUnknown = declareProblem<{ given: string; nearest: readonly string[] }>({
  code: 'model-shape-unknown',
  severity: 'error',
  title: 'model shape not in the catalogue',
  message: ({ given }) => `"${given}" is not a base model whose shape mixplan knows.`,
  hint: ({ nearest }) =>
    `The nearest are ${nearest.join(', ')}; \`mixplan hardware models\` lists all. A plain size such as 7B works too, with a wider band.`,
  explanation:
    'Training cost per token depends on layers, width, attention heads and vocabulary, which are kept for common base models. For a model that is not there, give its number of parameters: its cost is then taken as 6.6 FLOP per parameter and token, good to about 25%.',
});

export const hardwareNumberOutOfRange = declareProblem<{
  what: string;
  given: number;
  expected: string;
}>({
  code: 'hardware-number-out-of-range',
  severity: 'error',
  title: 'a hardware figure that cannot be',
  message: ({ what, given, expected }) => `The ${what} is ${given}, but it must be ${expected}.`,
  explanation:
    'Utilisation (MFU) and goodput are shares of the peak rate and of the wall clock: above 0, at most 1, and 40% is written 0.4 or 40%. GPUs, hours, tokens, parameters and tokens per second must be above zero, and a sequence length is a whole number of tokens. A utilisation above 1 usually means that the peak with sparsity, or another precision, was meant.',
});

export const mfuAssumed = declareProblem<{
  accelerator: string;
  mfu: number;
  bandPercent: number;
  note: string;
}>({
  code: 'mfu-assumed',
  severity: 'note',
  title: 'throughput rests on an assumed utilisation',
  message: ({ accelerator, mfu, bandPercent, note }) =>
    `${accelerator} is assumed to train at ${(100 * mfu).toPrecision(2)}% of its dense bf16 peak (${note}), so tokens and hours are good to about ±${bandPercent}%.`,
  hint: () => 'Give the tokens per second that one GPU of yours processes, and the band goes away.',
  explanation:
    'Without a measured throughput, tokens per GPU-hour come from the peak rate times a share of it (MFU) that is chosen from published training figures, or borrowed from a related part where none are published. Frameworks, interconnects, sequence lengths and batch sizes move that share by a quarter either way. Twenty steps of your own job at the planned batch and length settle it.',
});

export const flopsFromSizeOnly = declareProblem<{ params: number; bandPercent: number }>({
  code: 'flops-from-size-only',
  severity: 'note',
  title: 'training cost estimated from the size alone',
  message: ({ params, bandPercent }) =>
    `The shape of this model with ${billions(params)} parameters is not known, so its training cost is taken as 6.6 FLOP per parameter and token, good to about ±${bandPercent}%.`,
  hint: () => 'Name the base model (`mixplan hardware models` lists those whose shape is known).',
  explanation:
    'The cost of a token is 6 FLOP per parameter for the matrix products, plus attention, which grows with the sequence length and weighs most in small models. With the shape unknown, one tenth is added for attention. At 8k tokens the true addition is near 20% for 8B and over 40% for 1B models, hence the band.',
});

export const mixtureOfExpertsAssumed = declareProblem<{
  model: string;
  activeParams: number;
  factor: number;
}>({
  code: 'mixture-of-experts-assumed',
  severity: 'note',
  title: 'mixture-of-experts utilisation assumed',
  message: ({ model, activeParams, factor }) =>
    `${model} is a mixture of experts: its cost counts the ${billions(activeParams)} parameters that one token uses, and its utilisation is taken as ${factor} of a dense model's.`,
  hint: () => 'Give the tokens per second that one GPU of yours processes.',
  explanation:
    'Only the experts that a token is routed to cost arithmetic, but routing and communication lower the utilisation: published bf16 training of mixtures of experts reached 16% to 38% of the peak, where dense models reach 35% to 48%. Memory still holds all experts. The halved utilisation is a rough assumption.',
});

export const gpusTooFewForStates = declareProblem<{
  gpus: number;
  minimumGpus: number;
  accelerator: string;
  stateGB: number;
  usableShare: number;
}>({
  code: 'gpus-too-few-for-states',
  severity: 'error',
  title: 'weights and optimiser states do not fit',
  message: ({ gpus, minimumGpus, accelerator, stateGB, usableShare }) =>
    `Weights, gradients and AdamW states take ${Math.round(stateGB)} GB, which needs at least ${minimumGpus} × ${accelerator} at ${Math.round(100 * usableShare)}% of their memory, but ${gpus} ${gpus === 1 ? 'was' : 'were'} given.`,
  hint: ({ minimumGpus }) =>
    `Plan with ${minimumGpus} GPUs or more, a smaller model, or a part with more memory.`,
  explanation:
    'Full-parameter training with AdamW in mixed precision keeps 18 bytes per parameter: bf16 weights (2), fp32 weights (4), fp32 gradients (4) and two fp32 moments (8). Sharded over all GPUs (FSDP, ZeRO-3, distributed optimiser) this sets the least number of GPUs. Activations come on top, so the least number is seldom a comfortable one. LoRA needs a different estimate.',
});

export const acceleratorMissing = declareProblem<{ model: string }>({
  code: 'accelerator-missing',
  severity: 'error',
  title: 'no accelerator to price the model on',
  message: ({ model }) => `What a GPU-hour buys with ${model} depends on the accelerator, and none is named.`,
  hint: ({ model }) =>
    `Name it: mixplan hardware h100-sxm --model ${model}. Or look at the model alone: mixplan hardware ${model}.`,
  explanation:
    'The command prices one model on one accelerator, which is its operand. Without an operand it lists the accelerators, and with the name of a model it shows that model. `mixplan hardware models` lists the models.',
});
