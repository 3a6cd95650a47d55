/**
 * CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected to 0x82F63B78) of a stretch of bytes, eight at a time by the
 * "slicing-by-8" tables of Kounavis and Berry (2005), and the masked form that TensorBoard stores.
 */

const POLYNOMIAL = 0x82f63b78;

/** Table k, entry b: what byte b leaves behind after k more zero bytes. */
const tables = Array.from({ length: 8 }, () => new Int32Array(256));
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  tables[0][byte] = crc;
}
for (let byte = 0; byte < 256; byte += 1) {
  for (let k = 1; k < 8; k += 1) {
    const before = tables[k - 1][byte];
    tables[k][byte] = (before >>> 8) ^ tables[0][before & 0xff];
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;

/** The CRC-32C of bytes from `start` up to `end`, as an unsigned number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  let k = start;
  for (; k + 8 <= end; k += 8) {
    crc ^= bytes[k] | (bytes[k + 1] << 8) | (bytes[k + 2] << 16) | (bytes[k + 3] << 24);
    crc =
      t7[crc & 0xff] ^
      t6[(crc >>> 8) & 0xff] ^
      t5[(crc >>> 16) & 0xff] ^
      t4[crc >>> 24] ^
      t3[bytes[k + 4]] ^
      t2[bytes[k + 5]] ^
      t1[bytes[k + 6]] ^
      t0[bytes[k + 7]];
  }
  for (; k < end; k += 1) crc = t0[(crc ^ bytes[k]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The CRC rotated right by 15 bits plus 0xa282ead8, so that a file of checksums does not confuse a checksum. */
export function maskedCrc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const crc = crc32c(bytes, start, end);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
