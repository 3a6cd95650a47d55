/** Parquet files: rows one group at a time, and runs tables. The library is loaded only where there is such a file. */
import type { AsyncBuffer } from 'hyparquet';
import { parquetUnreadable, runsFileEmpty } from '../problems/tables.ts';
import type { Report, Table } from './table.ts';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Whether a file begins as Parquet files do. */
export const beginsAsParquet = (bytes: Uint8Array): boolean => MAGIC.every((byte, k) => bytes[k] === byte);

/** A Parquet file whose table of contents was read. Throws an `Error` where it is damaged. */
export async function openParquet(file: AsyncBuffer): Promise<{
  readonly columns: readonly string[];
  /** Rows with some of their columns, a group at a time. Throws an `Error` where the file is damaged. */
  readonly groups: (
    columns: readonly string[],
  ) => AsyncGenerator<readonly Readonly<Record<string, unknown>>[]>;
}> {
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const metadata = await parquetMetadataAsync(file);
  const [root, ...elements] = metadata.schema;
  const columns: string[] = [];
  // Elements stand in the order of the tree; only those right under the root are columns.
  for (let k = 0, left = root?.num_children ?? 0; left > 0 && k < elements.length; left -= 1) {
    columns.push(elements[k].name);
    for (let open = 1; open > 0 && k < elements.length; k += 1) open += (elements[k].num_children ?? 0) - 1;
  }
  async function* groups(wanted: readonly string[]) {
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      yield await parquetReadObjects({
        file,
        metadata,
        columns: [...wanted],
        compressors,
        rowStart,
        rowEnd,
      });
      rowStart = rowEnd;
    }
  }
  return { columns, groups };
}

/** A runs table from the bytes of a Parquet file; undefined, after a report, where it is damaged or has no rows. */
export async function readParquetTable(
  file: string,
  bytes: Uint8Array,
  report: Report,
): Promise<Table | undefined> {
  const buffer: AsyncBuffer = {
    byteLength: bytes.length,
    // A copy: slices of a Buffer share its memory.
    slice: (start, end) => new Uint8Array(bytes.subarray(start, end)).buffer,
  };
  const rows: { line: number; cells: string[] }[] = [];
  try {
    const { columns, groups } = await openParquet(buffer);
    for await (const group of groups(columns)) {
      for (const row of group) {
        rows.push({ line: rows.length + 1, cells: columns.map((name) => cellText(row[name])) });
      }
    }
    if (rows.length > 0) return { file, columns, rows };
    report(runsFileEmpty({ header: true }, { file }));
  } catch (error) {
    report(parquetUnreadable({ reason: (error as Error).message }, { file }));
  }
  return undefined;
}

/** A value as the text that a CSV file would have; whole numbers of 64 bits arrive as BigInt. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
  }
  return String(value).trim();
}
