/**
 * The accelerators mixplan knows: peak arithmetic, memory, and how much of the peak training usually gets.
 *
 * Peaks are dense bf16 rates. Many data sheets print the rate with 2:4 sparsity first, which is twice as much;
 * the figures here are those that trainers themselves divide by (PyTorch torchtitan `tools/utils.py`,
 * MosaicML composer `speed_monitor`, AI-Hypercomputer MaxText's documentation, and stas00/ml-engineering
 * `compute/accelerator` for the AMD parts).
 *
 * Utilisation (MFU) is in the `palm` convention (see flops.ts), for dense models at 8k tokens or less on a tuned
 * Megatron- or torchtitan-class stack. Every default is an assumption made from the published figures named
 * in `evidence`: a throughput measured by whoever asks is always better.
 */
import { acceleratorUnknown } from '../problems/hardware.ts';
import { Refusal } from '../problems/problem.ts';
import { findEntry, nearestIds } from './lookup.ts';

export interface PublishedMfu {
  /** Lowest and highest figure published, as a share of the dense bf16 peak unless `what` says otherwise. */
  readonly low: number;
  readonly high: number;
  /** Models, sizes and precision the range spans. */
  readonly what: string;
  readonly source: string;
}

export interface AssumedMfu {
  readonly value: number;
  /** `range`: chosen within figures published for this part. `family`: borrowed from a related part. */
  readonly basis: 'range' | 'family';
  readonly note: string;
}

export interface Accelerator {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Peak dense bf16 rate of one GPU, or of one chip for TPUs, in TFLOP/s. */
  readonly peakTflops: number;
  /** High-bandwidth memory in GB (1e9 bytes). */
  readonly memoryGB: number;
  readonly defaultMfu: AssumedMfu;
  readonly evidence: readonly PublishedMfu[];
}

const foundry = 'MosaicML llm-foundry, scripts/train/benchmarking/README.md';
const megatron = 'NVIDIA Megatron-LM, README.md';
const titan = 'PyTorch torchtitan, benchmarks/llama3_h100_202412_torchtitan.md';
const bridge = 'NVIDIA Megatron-Bridge, performance summary';
const maxtext = 'AI-Hypercomputer MaxText, README.md and performance tables';
const engineering = 'stas00/ml-engineering, training/performance and compute/accelerator';

const a100Evidence: readonly PublishedMfu[] = [
  { low: 0.49, high: 0.64, what: 'MPT 1B to 70B, 8 to 64 GPUs, 2k tokens', source: foundry },
  { low: 0.42, high: 0.56, what: 'Megatron-LM 22B to 1T', source: engineering },
];
const h100Evidence: readonly PublishedMfu[] = [
  { low: 0.37, high: 0.46, what: 'MPT 1B to 70B, 8 or 128 and more GPUs, 2k tokens', source: foundry },
  { low: 0.41, high: 0.48, what: 'Megatron-LM 2B to 462B', source: megatron },
  {
    low: 0.29,
    high: 0.39,
    what: 'Llama-3.1-8B and 70B at 8k tokens on a 500 W part with HBM2e',
    source: titan,
  },
];

function range(value: number, note: string): AssumedMfu {
  return { value, basis: 'range', note };
}

function family(value: number, note: string): AssumedMfu {
  return { value, basis: 'family', note };
}

export const accelerators: readonly Accelerator[] = [
  {
    id: 'a100-40',
    name: 'NVIDIA A100 40 GB',
    aliases: ['a100-40gb', 'a100-sxm4-40gb', 'a100-pcie-40gb'],
    peakTflops: 312,
    memoryGB: 40,
    defaultMfu: range(0.45, 'low end of the published dense bf16 figures'),
    evidence: [{ low: 0.44, high: 0.58, what: 'MPT 1B to 30B, 8 to 128 GPUs', source: foundry }],
  },
  {
    id: 'a100-80',
    name: 'NVIDIA A100 80 GB',
    aliases: ['a100', 'a100-80gb', 'a100-sxm', 'a100-sxm4-80gb', 'a100-pcie-80gb'],
    peakTflops: 312,
    memoryGB: 80,
    defaultMfu: range(0.45, 'low end of the published dense bf16 figures'),
    evidence: a100Evidence,
  },
  {
    id: 'h100-sxm',
    name: 'NVIDIA H100 SXM',
    aliases: ['h100', 'h100-80gb', 'h100-hgx', 'h100-sxm5'],
    peakTflops: 989,
    memoryGB: 80,
    defaultMfu: range(0.4, 'middle of the published dense bf16 figures'),
    evidence: h100Evidence,
  },
  {
    id: 'h100-pcie',
    name: 'NVIDIA H100 PCIe',
    aliases: ['h100-pcie-80gb'],
    peakTflops: 756,
    memoryGB: 80,
    defaultMfu: family(0.4, 'that of the H100 SXM; no training figure for the PCIe part was found'),
    evidence: [],
  },
  {
    id: 'h100-nvl',
    name: 'NVIDIA H100 NVL',
    aliases: ['h100-nvl-94gb'],
    peakTflops: 835,
    memoryGB: 94,
    defaultMfu: family(0.4, 'that of the H100 SXM; no training figure for the NVL part was found'),
    evidence: [],
  },
  {
    id: 'h200',
    name: 'NVIDIA H200 SXM',
    aliases: ['h200-sxm', 'h200-141gb'],
    peakTflops: 989,
    memoryGB: 141,
    defaultMfu: family(0.4, 'that of the H100 SXM, whose arithmetic it shares; only FP8 training was found'),
    evidence: [
      { low: 0.63, high: 0.64, what: 'Llama-3.1-8B in FP8, as a share of the bf16 peak', source: titan },
    ],
  },
  {
    id: 'b200',
    name: 'NVIDIA B200',
    aliases: ['b200-sxm', 'b200-hgx'],
    peakTflops: 2250,
    memoryGB: 180,
    defaultMfu: range(0.35, 'from FP8 and mixture-of-experts training; no dense bf16 figure was found'),
    evidence: [
      { low: 0.35, high: 0.35, what: 'Llama-3-8B in FP8, as a share of the FP8 peak', source: bridge },
      { low: 0.17, high: 0.17, what: 'GPT-OSS-120B, mixture of experts', source: bridge },
    ],
  },
  {
    id: 'b300',
    name: 'NVIDIA B300',
    aliases: ['b300-sxm', 'b300-hgx'],
    peakTflops: 2250,
    memoryGB: 288,
    defaultMfu: family(0.35, 'that of the B200; no training figure was found'),
    evidence: [],
  },
  {
    id: 'gb200',
    name: 'NVIDIA GB200',
    aliases: ['gb200-nvl72'],
    peakTflops: 2500,
    memoryGB: 186,
    defaultMfu: range(0.35, 'from FP8 and mixture-of-experts training; no dense bf16 figure was found'),
    evidence: [
      { low: 0.32, high: 0.32, what: 'Llama-3-8B in FP8, as a share of the FP8 peak', source: bridge },
      { low: 0.29, high: 0.29, what: 'Qwen3-235B, mixture of experts', source: bridge },
    ],
  },
  {
    id: 'gb300',
    name: 'NVIDIA GB300',
    aliases: ['gb300-nvl72'],
    peakTflops: 2500,
    memoryGB: 288,
    defaultMfu: family(0.35, 'that of the GB200; no dense bf16 figure was found'),
    evidence: [
      { low: 0.39, high: 0.39, what: 'Llama-3-8B in FP8, as a share of the FP8 peak', source: bridge },
      {
        low: 0.21,
        high: 0.38,
        what: 'GPT-OSS-120B, Qwen3-235B, DeepSeek-V3, mixtures of experts',
        source: bridge,
      },
    ],
  },
  {
    id: 'mi300x',
    name: 'AMD Instinct MI300X',
    aliases: ['mi300'],
    peakTflops: 1307,
    memoryGB: 192,
    defaultMfu: range(
      0.3,
      'below the 0.51 of the peak that the best matrix product reaches; no training figure was found',
    ),
    evidence: [
      { low: 0.51, high: 0.51, what: 'ceiling: best matrix product, not training', source: engineering },
    ],
  },
  {
    id: 'mi325x',
    name: 'AMD Instinct MI325X',
    aliases: ['mi325'],
    peakTflops: 1307,
    memoryGB: 256,
    defaultMfu: family(0.3, 'that of the MI300X; no training figure was found'),
    evidence: [
      { low: 0.6, high: 0.6, what: 'ceiling: best matrix product, not training', source: engineering },
    ],
  },
  {
    id: 'mi355x',
    name: 'AMD Instinct MI355X',
    aliases: ['mi355'],
    peakTflops: 2500,
    memoryGB: 288,
    defaultMfu: family(0.3, 'that of the MI300X; no training figure was found'),
    evidence: [
      { low: 0.68, high: 0.68, what: 'ceiling: best matrix product, not training', source: engineering },
    ],
  },
  {
    id: 'tpu-v4',
    name: 'Google TPU v4',
    aliases: ['v4'],
    peakTflops: 275,
    memoryGB: 32,
    defaultMfu: family(0.55, 'that of the TPU v5p; no training figure was looked up for v4'),
    evidence: [],
  },
  {
    id: 'tpu-v5e',
    name: 'Google TPU v5e',
    aliases: ['v5e', 'v5litepod'],
    peakTflops: 197,
    memoryGB: 16,
    defaultMfu: range(0.5, 'low end of the published dense bf16 figures'),
    evidence: [{ low: 0.46, high: 0.67, what: 'dense 16B to 128B', source: maxtext }],
  },
  {
    id: 'tpu-v5p',
    name: 'Google TPU v5p',
    aliases: ['v5p'],
    peakTflops: 459,
    memoryGB: 95,
    defaultMfu: range(0.55, 'below the published dense bf16 figures, which are for large models'),
    evidence: [{ low: 0.6, high: 0.71, what: 'dense 32B to 1160B', source: maxtext }],
  },
  {
    id: 'tpu-v6e',
    name: 'Google TPU v6e',
    aliases: ['v6e', 'trillium'],
    peakTflops: 918,
    memoryGB: 32,
    defaultMfu: range(0.42, 'middle of the published dense bf16 figures'),
    evidence: [{ low: 0.35, high: 0.5, what: 'Llama-2-70B, Llama-3.1-8B to 405B, Mixtral', source: maxtext }],
  },
  {
    id: 'tpu-v7',
    name: 'Google TPU v7',
    aliases: ['v7', 'ironwood', 'tpu7x'],
    peakTflops: 2307,
    memoryGB: 192,
    defaultMfu: family(
      0.42,
      'that of the TPU v6e; no training figure was found. One chip shows as two devices',
    ),
    evidence: [],
  },
];

/**
 * The accelerator that people mean by `text` (an id, a name or an alias, in any case and with any separators).
 * Throws a Refusal with the nearest ids where none is known.
 */
export function accelerator(text: string): Accelerator {
  const found = findEntry(accelerators, text);
  if (found === undefined) {
    throw new Refusal([acceleratorUnknown({ given: text, nearest: nearestIds(accelerators, text) })]);
  }
  return found;
}
