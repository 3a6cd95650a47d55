/** Rows of a Parquet file, one group of rows at a time; the library is loaded only where there is such a file. */
import { open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { parquetDamaged } from '../../problems/logs.ts';
import type { LogSink } from '../sink.ts';

/** Whether a file begins as Parquet files do. */
export const beginsAsParquet = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;

/** The names of the columns of a Parquet file; none where it is damaged. */
export async function parquetColumns(path: string): Promise<readonly string[]> {
  const { parquetMetadataAsync } = await import('hyparquet');
  return withFile(path, async (file) => {
    const metadata = await parquetMetadataAsync(file).catch(() => undefined);
    return metadata === undefined ? [] : columnsOf(metadata);
  });
}

/**
 * Tells every row with those of its columns that are wanted. Where the file is damaged, what stood before the damage
 * has been told, and the sink hears of the rest.
 */
export async function readParquet(
  path: string,
  wanted: (column: string) => boolean,
  sink: LogSink,
  onRow: (row: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  await withFile(path, async (file) => {
    let told = 0;
    try {
      const metadata = await parquetMetadataAsync(file);
      const columns = columnsOf(metadata).filter(wanted);
      let rowStart = 0;
      for (const group of metadata.row_groups) {
        const rowEnd = rowStart + Number(group.num_rows);
        const rows = await parquetReadObjects({ file, metadata, columns, compressors, rowStart, rowEnd });
        for (const row of rows) onRow(row);
        told = rowEnd;
        rowStart = rowEnd;
      }
    } catch (error) {
      sink.problem(parquetDamaged({ reason: (error as Error).message, rows: told }));
    }
  });
}

function columnsOf({
  schema,
}: {
  readonly schema: readonly { name: string; num_children?: number }[];
}): string[] {
  return schema.flatMap(({ name, num_children }) => ((num_children ?? 0) > 0 ? [] : [name]));
}

async function withFile<T>(path: string, read: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return await read({
      byteLength: size,
      slice: async (start, end = size) => {
        const bytes = new Uint8Array(end - start);
        await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer;
      },
    });
  } finally {
    await handle.close();
  }
}
