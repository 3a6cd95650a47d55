/**
 * The few fields of TensorBoard's protocol buffers that scalars need: Event {2 step, 5 summary}, Summary {1 value},
 * Value {1 tag, 2 simple_value, 8 tensor}, Tensor {1 dtype, 2 shape, 4 content, 5 float, 6 double, 7 int, 8 string,
 * 10 int64}. All others are passed over. (event.proto, summary.proto, tensor.proto)
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Numbers of the types of a tensor's elements that losses come in (types.proto). */
const FLOAT = 1;
const DOUBLE = 2;
const INT32 = 3;
const STRING = 7;
const INT64 = 9;
const BFLOAT16 = 14;

export interface EventHandlers {
  onScalar(step: number, tag: string, value: number): void;
  /** A text that was logged, such as the arguments of the program. */
  onText(tag: string, text: string): void;
}

/** A place in the bytes that moves on as fields are read. */
interface Cursor {
  at: number;
}

/** Reads one event. Returns false where the bytes are no such message; what was found before has been told. */
export function readEvent(bytes: Buffer, start: number, end: number, handlers: EventHandlers): boolean {
  let step = 0;
  const summaries: number[] = [];
  const whole = fields(bytes, start, end, (field, wire, from, to) => {
    if (field === 2 && wire === VARINT) step = varint(bytes, { at: from });
    if (field === 5 && wire === BYTES) summaries.push(from, to);
  });
  for (let k = 0; k < summaries.length; k += 2) {
    fields(bytes, summaries[k], summaries[k + 1], (field, wire, from, to) => {
      if (field === 1 && wire === BYTES) readValue(bytes, from, to, step, handlers);
    });
  }
  return whole;
}

function readValue(bytes: Buffer, start: number, end: number, step: number, handlers: EventHandlers): void {
  let tag = '';
  let value: number | string | undefined;
  fields(bytes, start, end, (field, wire, from, to) => {
    if (field === 1 && wire === BYTES) tag = bytes.toString('utf8', from, to);
    else if (field === 2 && wire === FIXED32) value = bytes.readFloatLE(from);
    else if (field === 8 && wire === BYTES) value = readTensor(bytes, from, to);
  });
  if (typeof value === 'number') handlers.onScalar(step, tag, Number.isFinite(value) ? value : Number.NaN);
  else if (value !== undefined) handlers.onText(tag, value);
}

/** The one number or text of a tensor; undefined where it holds more, or what is neither. */
function readTensor(bytes: Buffer, start: number, end: number): number | string | undefined {
  let type = 0;
  let elements = 1;
  let content: readonly [number, number] | undefined;
  let value: number | string | undefined;
  fields(bytes, start, end, (field, wire, from, to) => {
    if (field === 1 && wire === VARINT) type = varint(bytes, { at: from });
    else if (field === 2 && wire === BYTES) elements = elementsOf(bytes, from, to);
    else if (field === 4 && wire === BYTES) content = [from, to];
    else if (to === from) return;
    // Numbers may come packed, which puts the first where the bytes begin.
    else if (field === 5) value ??= bytes.readFloatLE(from);
    else if (field === 6) value ??= bytes.readDoubleLE(from);
    else if (field === 7 || field === 10) value ??= varint(bytes, { at: from });
    else if (field === 8 && wire === BYTES) value ??= bytes.toString('utf8', from, to);
  });
  if (elements !== 1) return type === STRING ? value : undefined;
  return content === undefined ? value : fromContent(bytes, content, type);
}

function fromContent(bytes: Buffer, [from, to]: readonly [number, number], type: number): number | undefined {
  const length = to - from;
  if (type === FLOAT && length === 4) return bytes.readFloatLE(from);
  if (type === DOUBLE && length === 8) return bytes.readDoubleLE(from);
  if (type === INT32 && length === 4) return bytes.readInt32LE(from);
  if (type === INT64 && length === 8) return Number(bytes.readBigInt64LE(from));
  if (type === BFLOAT16 && length === 2) {
    const widened = Buffer.alloc(4);
    bytes.copy(widened, 2, from, to);
    return widened.readFloatLE(0);
  }
  return undefined;
}

/** Product of the sizes in a shape {2 dim {1 size}}; 1 for a scalar, which has no dimensions. */
function elementsOf(bytes: Buffer, start: number, end: number): number {
  let elements = 1;
  fields(bytes, start, end, (field, wire, from, to) => {
    if (field !== 2 || wire !== BYTES) return;
    fields(bytes, from, to, (inner, innerWire, at) => {
      if (inner === 1 && innerWire === VARINT) elements *= varint(bytes, { at });
    });
  });
  return elements;
}

/** Tells every field of a message with where its value lies. Returns whether the bytes are such fields to their end. */
function fields(
  bytes: Buffer,
  start: number,
  end: number,
  onField: (field: number, wire: number, from: number, to: number) => void,
): boolean {
  const cursor = { at: start };
  while (cursor.at < end) {
    const key = varint(bytes, cursor);
    const wire = key & 7;
    let from = cursor.at;
    if (wire === VARINT) varint(bytes, cursor);
    else if (wire === FIXED64) cursor.at += 8;
    else if (wire === FIXED32) cursor.at += 4;
    else if (wire === BYTES) {
      const length = varint(bytes, cursor);
      from = cursor.at;
      cursor.at += length;
    } else return false;
    if (cursor.at > end) return false;
    onField(key >>> 3, wire, from, cursor.at);
  }
  return true;
}

/** A whole number of up to 64 bits, seven a byte, the lowest first; above 2^53 only approximately, negative ones below 0. */
function varint(bytes: Buffer, cursor: Cursor): number {
  let value = 0;
  let scale = 1;
  for (let count = 0; count < 10 && cursor.at < bytes.length; count += 1) {
    const byte = bytes[cursor.at++];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value >= 2 ** 63 ? value - 2 ** 64 : value;
    scale *= 128;
  }
  return value;
}
