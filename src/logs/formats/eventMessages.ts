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

/** A walk over the fields of a message; kept and reused, since a log has millions of them. */
interface Walk {
  /** Where the next field begins, and where the message ends. */
  at: number;
  end: number;
  field: number;
  wire: number;
  /** Where the value of the field lies. */
  from: number;
  to: number;
}

const createWalk = (): Walk => ({ at: 0, end: 0, field: 0, wire: 0, from: 0, to: 0 });

/** Reads one event after another. Each call returns false where the bytes are no such message. */
export function eventReader(handlers: EventHandlers): (bytes: Buffer, start: number, end: number) => boolean {
  const [event, summary, value] = [createWalk(), createWalk(), createWalk()];
  const tags = new Map<string, string>();
  /** Most tags are plain ASCII and come again and again. */
  const tagAt = (bytes: Buffer, from: number, to: number): string => {
    const latin = bytes.toString('latin1', from, to);
    const known = tags.get(latin);
    if (known !== undefined) return known;
    const tag = bytes.toString('utf8', from, to);
    if (tags.size < MOST_TAGS) tags.set(latin, tag);
    return tag;
  };

  const readValue = (bytes: Buffer, step: number): void => {
    let tag = '';
    let found: number | string | undefined;
    while (next(bytes, value)) {
      const { field, wire, from, to } = value;
      if (field === 1 && wire === BYTES) tag = tagAt(bytes, from, to);
      else if (field === 2 && wire === FIXED32) found = bytes.readFloatLE(from);
      else if (field === 8 && wire === BYTES) found = readTensor(bytes, from, to);
    }
    if (typeof found === 'number') handlers.onScalar(step, tag, Number.isFinite(found) ? found : Number.NaN);
    else if (found !== undefined) handlers.onText(tag, found);
  };

  return (bytes, start, end) => {
    let step = 0;
    begin(event, start, end);
    while (next(bytes, event))
      if (event.field === 2 && event.wire === VARINT) step = varint(bytes, event.from);
    if (event.at !== end) return false;
    begin(event, start, end);
    while (next(bytes, event)) {
      if (event.field !== 5 || event.wire !== BYTES) continue;
      begin(summary, event.from, event.to);
      while (next(bytes, summary)) {
        if (summary.field !== 1 || summary.wire !== BYTES) continue;
        begin(value, summary.from, summary.to);
        readValue(bytes, step);
      }
    }
    return true;
  };
}

const MOST_TAGS = 10_000;

/** The one number or text of a tensor; undefined where it holds more, or what is neither. */
function readTensor(bytes: Buffer, start: number, end: number): number | string | undefined {
  let type = 0;
  let elements = 1;
  let content: readonly [number, number] | undefined;
  let value: number | string | undefined;
  const walk = createWalk();
  begin(walk, start, end);
  while (next(bytes, walk)) {
    const { field, wire, from, to } = walk;
    if (field === 1 && wire === VARINT) type = varint(bytes, from);
    else if (field === 2 && wire === BYTES) elements = elementsOf(bytes, from, to);
    else if (field === 4 && wire === BYTES) content = [from, to];
    else if (field === 8 && wire === BYTES) value ??= bytes.toString('utf8', from, to);
    // Numbers may come packed, which puts the first where the bytes begin.
    else if (field === 5 && to - from >= 4) value ??= bytes.readFloatLE(from);
    else if (field === 6 && to - from >= 8) value ??= bytes.readDoubleLE(from);
    else if ((field === 7 || field === 10) && to > from) value ??= varint(bytes, from);
  }
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
  const [shape, dimension] = [createWalk(), createWalk()];
  begin(shape, start, end);
  while (next(bytes, shape)) {
    if (shape.field !== 2 || shape.wire !== BYTES) continue;
    begin(dimension, shape.from, shape.to);
    while (next(bytes, dimension))
      if (dimension.field === 1 && dimension.wire === VARINT) elements *= varint(bytes, dimension.from);
  }
  return elements;
}

function begin(walk: Walk, start: number, end: number): void {
  walk.at = start;
  walk.end = end;
}

/** Goes on to the next field. Returns false at the end, and where no field is: then the walk stops short of its end. */
function next(bytes: Buffer, walk: Walk): boolean {
  if (walk.at >= walk.end) return false;
  const key = varint(bytes, walk.at);
  const behindKey = behindVarint(bytes, walk.at);
  const wire = key & 7;
  let from = behindKey;
  let to = behindKey;
  if (wire === VARINT) to = behindVarint(bytes, behindKey);
  else if (wire === FIXED64) to += 8;
  else if (wire === FIXED32) to += 4;
  else if (wire === BYTES) {
    from = behindVarint(bytes, behindKey);
    to = from + varint(bytes, behindKey);
  } else return false;
  if (to > walk.end || to < from) return false;
  walk.field = key >>> 3;
  walk.wire = wire;
  walk.from = from;
  walk.to = to;
  walk.at = to;
  return true;
}

/** A whole number of up to 64 bits, seven a byte, the lowest first; above 2^53 only approximately, negative ones below 0. */
function varint(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first < 0x80) return first;
  let value = 0;
  let scale = 1;
  for (let at = start; at < bytes.length && at < start + LONGEST_VARINT; at += 1) {
    const byte = bytes[at];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value >= 2 ** 63 ? value - 2 ** 64 : value;
    scale *= 128;
  }
  return value;
}

/** Where what follows such a number begins. */
function behindVarint(bytes: Buffer, start: number): number {
  let at = start;
  while (at < start + LONGEST_VARINT - 1 && bytes[at] >= 0x80) at += 1;
  return at + 1;
}

const LONGEST_VARINT = 10;
