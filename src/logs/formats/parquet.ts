/** Rows of Parquet files that are logs. */
import { open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { parquetDamaged } from '../../problems/logs.ts';
import { openParquet } from '../../runs/parquet.ts';
import type { LogSink } from '../sink.ts';

/** The names of the columns of a Parquet file; none where it is damaged. */
export const parquetColumns = (path: string): Promise<readonly string[]> =>
  withFile(path, (file) =>
    openParquet(file).then(
      ({ columns }) => columns,
      () => [],
    ),
  );

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
  await withFile(path, async (file) => {
    let rows = 0;
    try {
      const { columns, groups } = await openParquet(file);
      for await (const group of groups(columns.filter(wanted))) {
        for (const row of group) onRow(row);
        rows += group.length;
      }
    } catch (error) {
      sink.problem(parquetDamaged({ reason: (error as Error).message, rows }));
    }
  });
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
