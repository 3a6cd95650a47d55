/** Notebooks without what differs from run to run, and what differs between two of them all the same. */

/** A notebook as nbformat 4.5 writes it, in the parts that are read here. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

export interface Cell {
  readonly cell_type: 'code' | 'markdown';
  readonly id: string;
  readonly source: Text;
  readonly outputs?: readonly Output[];
}

export interface Output {
  readonly output_type: 'stream' | 'execute_result' | 'display_data' | 'error';
  readonly name?: string;
  readonly text?: Text;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** One string, or its lines. */
export type Text = string | readonly string[];

/** Numbers of charts may differ by so much of themselves: the last digits of exp and log belong to the kernel. */
const RELATIVE = 1e-6;

/** Without times, run identities, colours of a terminal and the kernel's version; cells are counted from 1. */
export function normalised({ cells }: Notebook): Notebook {
  let count = 0;
  return {
    cells: cells.map((cell) => {
      const { cell_type, id, source } = cell;
      const common = { cell_type, id, metadata: {}, source: linesOf(source) };
      if (cell_type === 'markdown') return common;
      count += 1;
      return {
        ...common,
        execution_count: count,
        outputs: (cell.outputs ?? []).map((each) => outputOf(each, count)),
      };
    }),
    metadata: {
      kernelspec: { display_name: 'Deno', language: 'typescript', name: 'deno' },
      language_info: { file_extension: '.ts', mimetype: 'text/x.typescript', name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

function outputOf({ output_type, name, text = '', data = {} }: Output, count: number): Output {
  if (output_type === 'stream') return { output_type, name: name ?? 'stdout', text: linesOf(text) };
  const forms = Object.fromEntries(
    Object.keys(data)
      .sort()
      .map((type) => [type, type.startsWith('text/') ? linesOf(data[type] as Text) : data[type]]),
  );
  const metadata = {};
  return output_type === 'execute_result'
    ? ({ output_type, data: forms, execution_count: count, metadata } as Output)
    : ({ output_type, data: forms, metadata } as Output);
}

/** Lines as notebooks keep them, each with its end, so that a change shows as a line. */
function linesOf(text: Text): readonly string[] {
  return textOf(text)
    .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g'), '')
    .split(/(?<=\n)/)
    .filter((line) => line !== '');
}

export function textOf(text: Text): string {
  return typeof text === 'string' ? text : text.join('');
}

/**
 * Where two normalised notebooks differ, in words: texts must be equal and numbers of charts nearly so. Pictures are drawn from
 * those charts, and not compared.
 */
export function differences(expected: Notebook, found: Notebook): string[] {
  return expected.cells.flatMap((cell, at) => {
    const outputs = found.cells[at]?.outputs ?? [];
    const wanted = cell.outputs ?? [];
    const place = `cell ${cell.id}`;
    if (outputs.length !== wanted.length)
      return [`${place}: ${outputs.length} outputs, ${wanted.length} expected`];
    return wanted.flatMap((output, k) =>
      differencesOf(withoutPicture(output), withoutPicture(outputs[k]), place),
    );
  });
}

function withoutPicture({ data, ...rest }: Output): unknown {
  const forms = Object.entries(data ?? {}).filter(([type]) => !type.startsWith('image/'));
  return { ...rest, data: Object.fromEntries(forms) };
}

/** Where two JSON values differ; a path and both values each. */
export function differencesOf(expected: unknown, found: unknown, path: string): string[] {
  if (typeof expected === 'number' && typeof found === 'number')
    return Math.abs(expected - found) <= RELATIVE * Math.max(Math.abs(expected), Math.abs(found))
      ? []
      : [`${path}: ${found}, ${expected} expected`];
  if (!isObject(expected) || !isObject(found))
    return Object.is(expected, found)
      ? []
      : [`${path}: ${JSON.stringify(found)}, ${JSON.stringify(expected)} expected`];
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])].flatMap((key) =>
    differencesOf(expected[key], found[key], `${path}.${key}`),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
