import { schemaId } from '../../documents/kind.ts';
import { allDocumentKinds, publishSchema } from '../../documents/schemas.ts';
import { unknownSchema } from '../../problems/options.ts';
import { Refusal } from '../../problems/problem.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { definitions } from '../text.ts';

/** `mixplan schema [NAME]`: the kinds of documents, or the JSON Schema of one. */
export const run: Run<never> = async ({ args: [name], printer }) => {
  if (name !== undefined) {
    printer.dataJson(await publishSchema(findKind(name)));
    return exitStatus.done;
  }
  const rows = allDocumentKinds.map((kind) => ({
    name: kind.name,
    schema: schemaId(kind),
    summary: kind.summary,
  }));
  if (printer.json) printer.dataJson(rows);
  else
    printer.data(
      definitions(
        rows.map((row) => [row.name, `${row.summary} (${row.schema})`]),
        printer.width,
      ),
    );
  return exitStatus.done;
};

function findKind(name: string) {
  const kind = allDocumentKinds.find((candidate) => candidate.name === name);
  const names = allDocumentKinds.map((candidate) => candidate.name);
  return kind ?? refuseName(name, names);
}

function refuseName(name: string, names: readonly string[]): never {
  throw new Refusal([unknownSchema({ name, names })]);
}
