/** The commands, in the order in which `mixplan --help` lists them. What an entry means is in `command.ts`. */
import { type Command, defineCommand } from './command.ts';

export const commands: readonly Command[] = [
  defineCommand({
    name: 'check',
    summary: 'what these runs can and cannot tell; nothing is fitted',
    arguments: [
      {
        name: 'RUNS',
        help: 'runs tables: CSV, TSV or JSON Lines, gzip too; - is standard input',
        required: true,
        variadic: true,
      },
    ],
    options: ['map', 'role', 'unit', 'assumeLrTransfer'],
    examples: ['mixplan check pilots.csv', 'mixplan check a.csv b.jsonl.gz --map params=N,tokens=D'],
    load: () => import('./commands/check.ts'),
  }),
  defineCommand({
    name: 'hardware',
    summary: 'accelerators and model shapes, and what a GPU-hour buys',
    arguments: [
      {
        name: 'NAME',
        help: 'an accelerator, a model, or "models" for a list of those; without it the accelerators',
        required: false,
        variadic: false,
      },
    ],
    options: ['model', 'sequenceLength', 'gpus', 'mfu', 'throughput', 'goodput'],
    examples: [
      'mixplan hardware',
      'mixplan hardware models',
      'mixplan hardware h100-sxm --model llama-3.1-8b --sequence-length 8192 --gpus 64',
    ],
    load: () => import('./commands/hardware.ts'),
  }),
  defineCommand({
    name: 'schema',
    summary: 'JSON Schema of the documents that mixplan writes',
    arguments: [
      { name: 'NAME', help: 'kind of document; all are listed without it', required: false, variadic: false },
    ],
    options: [],
    examples: ['mixplan schema', 'mixplan schema problem'],
    load: () => import('./commands/schema.ts'),
  }),
  defineCommand({
    name: 'explain',
    summary: 'more about a message: what it means and what to do',
    arguments: [
      {
        name: 'CODE',
        help: 'codes of problems; all are listed without one',
        required: false,
        variadic: true,
      },
    ],
    options: [],
    examples: ['mixplan explain', 'mixplan explain unit-missing'],
    load: () => import('./commands/explain.ts'),
  }),
];
