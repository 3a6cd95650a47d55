/** The commands, in the order in which `mixplan --help` lists them. What an entry means is in `command.ts`. */
import { type Command, defineCommand } from './command.ts';

export const commands: readonly Command[] = [
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
