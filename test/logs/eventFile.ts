/** Event files as this test writes them: records around messages, field by field. */
import { maskedCrc32c } from '../../src/logs/crc32c.ts';

type Field = readonly [
  number: number,
  value: Buffer | { readonly varint: number } | { readonly float: number },
];

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
};

export function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (Buffer.isBuffer(value)) return [varint(number * 8 + 2), varint(value.length), value];
      if ('varint' in value) return [varint(number * 8), varint(value.varint)];
      const four = Buffer.alloc(4);
      four.writeFloatLE(value.float);
      return [varint(number * 8 + 5), four];
    }),
  );
}

export function record(data: Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(data.length);
  header.writeUInt32LE(maskedCrc32c(header, 0, 8), 8);
  const footer = Buffer.alloc(4);
  footer.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([header, data, footer]);
}

/** A scalar as a simple value, the way of `add_scalar`. */
export const scalar = (step: number, tag: string, value: number): Buffer =>
  record(
    message([2, { varint: step }], [5, message([1, message([1, Buffer.from(tag)], [2, { float: value }])])]),
  );

/** A value as a tensor with these fields. */
export const tensor = (step: number, tag: string, ...fields: readonly Field[]): Buffer =>
  record(
    message(
      [2, { varint: step }],
      [5, message([1, message([1, Buffer.from(tag)], [8, message(...fields)])])],
    ),
  );

/** What every event file begins with. */
export const version = record(message([3, Buffer.from('brain.Event:2')]));
