import { type Accelerator, accelerator, accelerators } from '../../hardware/accelerators.ts';
import { flopsPerToken } from '../../hardware/flops.ts';
import { findEntry, nearestIds } from '../../hardware/lookup.ts';
import { type Quote, type QuoteRequest, quote } from '../../hardware/quote.ts';
import { countParameters, type ModelShape, modelShapes } from '../../hardware/shapes.ts';
import { acceleratorMissing, acceleratorUnknown } from '../../problems/hardware.ts';
import { Refusal } from '../../problems/problem.ts';
import { duration } from '../../units/duration.ts';
import { displayPercent, displayScaled } from '../../units/number.ts';
import { throughput as rate } from '../../units/throughput.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { Printer } from '../printer.ts';
import { refuseTwoSpeeds } from '../speed.ts';
import { type TableColumn, table } from '../table.ts';
import { definitions } from '../text.ts';

const defaultSequenceLength = 4096;

/**
 * `mixplan hardware`: the accelerators; `mixplan hardware models`: the model shapes; with the name of either, all about it;
 * an accelerator with `--model`: what a GPU-hour buys there.
 */
export const run: Run<'model' | 'sequenceLength' | 'gpus' | 'mfu' | 'throughput' | 'goodput'> = async (
  context,
) => {
  const {
    args: [name],
    printer,
  } = context;
  // The model of the settings is asked about on an accelerator alone.
  const isPart = name !== undefined && findEntry(accelerators, name) !== undefined;
  const { values } = isPart ? context : context.using(['sequenceLength']);
  const { model, sequenceLength = defaultSequenceLength } = values;
  if (model !== undefined) {
    if (name === undefined) throw new Refusal([acceleratorMissing({ model })]);
    const { gpus, mfu, throughput, goodput } = values;
    refuseTwoSpeeds(values);
    const request: QuoteRequest = {
      accelerator: accelerator(name),
      model,
      sequenceLength,
      gpus,
      mfu,
      tokensPerSecondPerGpu: throughput,
      goodput,
    };
    const answer = quote(request);
    show(printer, answer, () => quoteText(request, answer, printer.width));
    printer.problems(answer.problems);
    return answer.problems.some(({ severity }) => severity === 'error')
      ? exitStatus.negative
      : exitStatus.done;
  }
  if (name === undefined) show(printer, accelerators, acceleratorList);
  else if (name === 'models') {
    show(printer, modelShapes.map(withCounts), modelList);
  } else {
    const part = findEntry(accelerators, name);
    const shape = findEntry(modelShapes, name);
    if (part !== undefined) show(printer, part, () => acceleratorText(part, printer.width));
    else if (shape !== undefined)
      show(printer, withCounts(shape), () => modelText(shape, sequenceLength, printer.width));
    else {
      const nearest = nearestIds([...accelerators, ...modelShapes], name);
      throw new Refusal([acceleratorUnknown({ given: name, nearest })]);
    }
  }
  return exitStatus.done;
};

/** `8.29e10`: a count too large to be read with its zeros. */
function exponential(value: number): string {
  return value.toExponential(2).replace('e+', 'e');
}

function show(printer: Printer, data: unknown, text: () => string): void {
  if (printer.json) printer.dataJson(data);
  else printer.data(text());
}

function withCounts(shape: ModelShape) {
  return { ...shape, parameters: countParameters(shape) };
}

function acceleratorList(): string {
  const rows = accelerators.map(({ id, name, peakTflops, memoryGB, defaultMfu }) => [
    id,
    `${peakTflops}`,
    `${memoryGB}`,
    displayPercent(defaultMfu.value),
    name,
  ]);
  return table([left('accelerator'), right('TFLOP/s'), right('GB'), right('MFU'), left('')], rows).concat(
    '\n\nTFLOP/s is the dense bf16 peak of one GPU or chip; MFU is the share of it that training is assumed to reach.',
  );
}

function modelList(): string {
  const rows = modelShapes.map((shape) => {
    const { total, nonEmbedding, active } = countParameters(shape);
    return [
      shape.id,
      ...[total, nonEmbedding, active].map((count) => displayScaled(count, 3)),
      `${shape.layers}`,
      `${shape.hidden}`,
    ];
  });
  return table(
    [left('model'), ...['parameters', 'without embeddings', 'active', 'layers', 'hidden'].map(right)],
    rows,
  );
}

const right = (title: string): TableColumn => ({ title, align: 'right' });
const left = (title: string): TableColumn => ({ title, align: 'left' });

function acceleratorText(
  { id, name, aliases, peakTflops, memoryGB, defaultMfu, evidence }: Accelerator,
  width: number,
): string {
  const published = evidence.map(({ low, high, what, source }): [string, string] => [
    'published',
    `${low === high ? displayPercent(low) : `${displayPercent(low)} to ${displayPercent(high)}`}: ${what} (${source})`,
  ]);
  const rows: [string, string][] = [
    ['peak', `${peakTflops} TFLOP/s, dense bf16`],
    ['memory', `${memoryGB} GB`],
    ['utilisation', `${displayPercent(defaultMfu.value)} of the peak, assumed: ${defaultMfu.note}`],
    ...published,
    ['also', aliases.join(', ')],
  ];
  return `${name} (${id})\n${definitions(rows, width)}`;
}

function modelText(shape: ModelShape, sequenceLength: number, width: number): string {
  const { total, nonEmbedding, active } = countParameters(shape);
  const { layers, hidden, heads, headDim, kvHeads, ffn, vocab, tied, experts } = shape;
  const cost = flopsPerToken(shape, sequenceLength).value;
  const rows: [string, string][] = [
    ['parameters', `${displayScaled(total)}, ${displayScaled(nonEmbedding)} without embeddings`],
    ...(experts === undefined
      ? []
      : [
          [
            'experts',
            `${experts.perToken} of ${experts.total} for a token: ${displayScaled(active)} parameters active`,
          ] as [string, string],
        ]),
    [
      'shape',
      `${layers} layers of ${hidden}; ${heads} heads of ${headDim}, ${kvHeads} for keys and values; feed-forward ${ffn}`,
    ],
    ['vocabulary', `${vocab}, ${tied ? 'head tied to the embedding' : 'head of its own'}`],
    ['cost', `${exponential(cost)} FLOP per token at ${sequenceLength} tokens a sequence (palm convention)`],
  ];
  return `${shape.name} (${shape.id})\n${definitions(rows, width)}`;
}

function quoteText(
  { accelerator: part, gpus, sequenceLength }: QuoteRequest,
  answer: Quote,
  width: number,
): string {
  const { throughput, tokensPerGpuHour: bought, memory } = answer;
  const band =
    bought.low === bought.high
      ? ''
      : ` (${displayScaled(bought.low, 3)} to ${displayScaled(bought.high, 3)})`;
  const rows: [string, string][] = [
    ['a GPU-hour', `${displayScaled(bought.value, 3)} tokens${band}, ${throughput.provenance}`],
    [
      'throughput',
      `${rate.display(throughput.tokensPerGpuSecond)} at ${displayPercent(throughput.goodput)} goodput`,
    ],
    [
      'utilisation',
      `${answer.shape === undefined ? 'about ' : ''}${displayPercent(answer.mfu)} of ${part.peakTflops} TFLOP/s`,
    ],
    ['cost', `${exponential(answer.flopPerToken)} FLOP per token (palm convention)`],
    [
      'states',
      `${displayScaled(memory.stateBytes / 1e9, 3)} GB with AdamW: at least ${memory.minimumGpus} × ${part.name}`,
    ],
  ];
  if (gpus !== undefined && answer.tokensPerDay !== undefined) {
    rows.push([
      `${duration.display(24)} on ${gpus}`,
      `${displayScaled(answer.tokensPerDay.value, 3)} tokens`,
    ]);
  }
  return `${answer.model} at ${sequenceLength} tokens a sequence on ${part.name}\n${definitions(rows, width)}`;
}
