import type { Row, Value } from "../../rows/row.ts";
import type { ColumnType, Table } from "../../rows/table.ts";

const chunkBytes = 1 << 17;
const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const trailer = Buffer.from([0xff, 0xff]);
const textOid = 25;
const epochMs = Date.parse("2000-01-01T00:00:00Z");

/** Writes one value at `offset` and returns how many bytes it took; there is room for it. */
type Encoder = (buffer: Buffer, offset: number, value: never) => number;

/**
 * Encodes rows for COPY in binary format (postgresql.org/docs/current/sql-copy.html, "Binary
 * Format"): neither side escapes or parses text. Every chunk lies in the same memory and is good
 * until the next one is asked for.
 */
export function* encodeRows(table: Table, rows: Iterable<Row>): Generator<Buffer> {
  const encode = table.written.map((column) => encoders[column.type]);
  let buffer = Buffer.allocUnsafeSlow(chunkBytes);
  let offset = signature.copy(buffer);
  for (const row of rows) {
    const room = roomFor(row) + trailer.length;
    if (offset + room > buffer.length) {
      yield buffer.subarray(0, offset);
      if (room > buffer.length) buffer = Buffer.allocUnsafeSlow(room);
      offset = 0;
    }
    offset = encodeRow(buffer, offset, row, encode);
  }
  offset += trailer.copy(buffer, offset);
  yield buffer.subarray(0, offset);
}

// --- internal ---

/** An upper bound of what a row takes, so that it is never cut. */
function roomFor(row: Row): number {
  let room = 2 + row.length * 4;
  for (const value of row) room += maxBytes(value);
  return room;
}

function encodeRow(
  buffer: Buffer,
  start: number,
  row: Row,
  encode: readonly (Encoder | undefined)[],
): number {
  let offset = buffer.writeInt16BE(row.length, start);
  for (let place = 0; place < row.length; place++) {
    const value = row[place] ?? null;
    const at = offset + 4;
    const length = value === null ? -1 : (encode[place]?.(buffer, at, value as never) ?? -1);
    buffer.writeInt32BE(length, offset);
    offset = at + Math.max(length, 0);
  }
  return offset;
}

function maxBytes(value: Value): number {
  if (typeof value === "string") return value.length * 3 + 1;
  if (!Array.isArray(value)) return 8;
  return value.reduce((sum, item) => sum + item.length * 3 + 4, 20);
}

function encodeText(buffer: Buffer, offset: number, value: string): number {
  return buffer.write(value, offset, "utf8");
}

function encodeJson(buffer: Buffer, offset: number, value: string): number {
  buffer[offset] = 1;
  return 1 + buffer.write(value, offset + 1, "utf8");
}

function encodeArray(buffer: Buffer, offset: number, value: readonly string[]): number {
  let at = buffer.writeInt32BE(value.length > 0 ? 1 : 0, offset);
  at = buffer.writeInt32BE(0, at);
  at = buffer.writeInt32BE(textOid, at);
  if (value.length === 0) return at - offset;
  at = buffer.writeInt32BE(value.length, at);
  at = buffer.writeInt32BE(1, at);
  for (const item of value) {
    const length = buffer.write(item, at + 4, "utf8");
    at = buffer.writeInt32BE(length, at) + length;
  }
  return at - offset;
}

function encodeInteger(buffer: Buffer, offset: number, value: number): number {
  return buffer.writeInt32BE(value, offset) - offset;
}

function encodeDouble(buffer: Buffer, offset: number, value: number): number {
  return buffer.writeDoubleBE(value, offset) - offset;
}

function encodeBoolean(buffer: Buffer, offset: number, value: boolean): number {
  return buffer.writeUInt8(value ? 1 : 0, offset) - offset;
}

function encodeTimestamp(buffer: Buffer, offset: number, value: string): number {
  const seconds = (Date.parse(`${value.slice(0, 19)}Z`) - epochMs) / 1000;
  const micros = BigInt(seconds) * 1_000_000n + BigInt(value.slice(20, 26));
  return buffer.writeBigInt64BE(micros, offset) - offset;
}

function neverWritten(): number {
  throw new Error("no column of this type is written");
}

const encoders: Record<ColumnType, Encoder> = {
  text: encodeText,
  varchar: encodeText,
  json: encodeJson,
  "text[]": encodeArray,
  integer: encodeInteger,
  double: encodeDouble,
  boolean: encodeBoolean,
  timestamp: encodeTimestamp,
  bigint: neverWritten,
  bytes: neverWritten,
};
