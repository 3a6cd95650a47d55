/** Types of the code in notebooks, which their kernel strips and does not look at. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { type Notebook, textOf } from './normalise.ts';

const root = new URL('../', import.meta.url);
/** What the kernel offers beside the library. */
const KERNEL = 'declare const Deno: { readonly jupyter: { display(shown: object): Promise<void> } };';

/** What is wrong in the code of notebooks, by their names, against the sources of the library; one sentence each. */
export function typeFaults(notebooks: ReadonlyMap<string, Notebook>): string[] {
  const sources = new Map(
    [...notebooks].map(([name, notebook]) => [
      fileURLToPath(new URL(`notebooks/${name}.ipynb.ts`, root)),
      [...codeOf(notebook), KERNEL].join('\n'),
    ]),
  );
  const { config } = ts.readConfigFile(fileURLToPath(new URL('tsconfig.json', root)), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(root));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  host.readFile = (file) => sources.get(file) ?? readFile(file);
  const paths = { mixplan: [fileURLToPath(new URL('src/index.ts', root))] };
  const program = ts.createProgram([...sources.keys()], { ...options, paths, noEmit: true }, host);
  return [...sources.keys()].flatMap((file, at) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(file))
      .map(
        ({ messageText }) =>
          `${[...notebooks.keys()][at]}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
  );
}

function codeOf({ cells }: Notebook): string[] {
  return cells.filter(({ cell_type }) => cell_type === 'code').map(({ source }) => textOf(source));
}
