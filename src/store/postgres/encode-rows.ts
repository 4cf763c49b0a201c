import type { Row, Value } from "../../rows/row.ts";
import type { ColumnType, Table } from "../../rows/table.ts";
import { TextList } from "../../rows/text-list.ts";
import { encodeLarge } from "./encode-large.ts";
import {
  arrayHeaderBytes,
  type Encoder,
  type Memory,
  makeMemory,
  maxCharacterBytes,
  nullLength,
  textOid,
} from "./encode-memory.ts";

const chunkBytes = 1 << 17;
const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const trailer = Buffer.from([0xff, 0xff]);
const epochMs = Date.parse("2000-01-01T00:00:00Z");

/**
 * Encodes rows for COPY in binary format (postgresql.org/docs/current/sql-copy.html, "Binary
 * Format"): neither side escapes or parses text. Every chunk lies in the same memory and is good
 * until the next one is asked for.
 */
export function* encodeRows(table: Table, rows: Iterable<Row>): Generator<Buffer> {
  const encode = table.written.map((column) => encoders[column.type]());
  const memory = makeMemory(chunkBytes);
  let offset = signature.copy(memory.buffer);
  for (const row of rows) {
    const room = roomFor(row) + trailer.length;
    if (room > chunkBytes) {
      offset = yield* encodeLarge(memory, offset, table.written, encode, row, roomForValue);
      continue;
    }
    if (offset + room > chunkBytes) {
      yield memory.buffer.subarray(0, offset);
      offset = 0;
    }
    offset = encodeRow(memory, offset, row, encode);
  }
  if (offset + trailer.length > chunkBytes) {
    yield memory.buffer.subarray(0, offset);
    offset = 0;
  }
  offset += trailer.copy(memory.buffer, offset);
  yield memory.buffer.subarray(0, offset);
}

// --- internal ---

/** An upper bound of what a row takes, so that it is never cut. */
function roomFor(row: Row): number {
  let room = 2;
  for (const value of row) room += roomForValue(value);
  return room;
}

/** Of a value its length, and what it takes where it is no text. */
function roomForValue(value: Value): number {
  if (typeof value === "string") return 12 + value.length * maxCharacterBytes;
  return typeof value === "object" && value !== null ? 12 + roomForList(value) : 12;
}

function roomForList(items: readonly string[] | TextList): number {
  if (items instanceof TextList) {
    return items.bytes.length + items.length * 4 + arrayHeaderBytes;
  }
  return items.reduce((sum, item) => sum + item.length * maxCharacterBytes + 4, arrayHeaderBytes);
}

function encodeRow(memory: Memory, start: number, row: Row, encode: readonly Encoder[]): number {
  const { view } = memory;
  view.setInt16(start, row.length);
  let offset = start + 2;
  for (let place = 0; place < row.length; place++) {
    const value = row[place] ?? null;
    const length =
      value === null ? nullLength : (encode[place]?.(memory, offset + 4, value as never) ?? 0);
    view.setInt32(offset, length);
    offset += 4 + Math.max(length, 0);
  }
  return offset;
}

function encodeText({ buffer }: Memory, offset: number, value: string): number {
  return buffer.utf8Write(value, offset);
}

function encodeJson({ buffer }: Memory, offset: number, value: string): number {
  buffer[offset] = 1;
  return 1 + buffer.utf8Write(value, offset + 1);
}

function encodeArray(
  { buffer, view }: Memory,
  offset: number,
  value: readonly string[] | TextList,
): number {
  view.setInt32(offset, value.length > 0 ? 1 : 0);
  view.setInt32(offset + 4, 0);
  view.setInt32(offset + 8, textOid);
  if (value.length === 0) return 12;
  view.setInt32(offset + 12, value.length);
  view.setInt32(offset + 16, 1);
  let at = offset + arrayHeaderBytes;
  for (const item of value) {
    const length = buffer.utf8Write(item, at + 4);
    view.setInt32(at, length);
    at += 4 + length;
  }
  return at - offset;
}

function encodeInteger({ view }: Memory, offset: number, value: number): number {
  view.setInt32(offset, value);
  return 4;
}

function encodeDouble({ view }: Memory, offset: number, value: number): number {
  view.setFloat64(offset, value);
  return 8;
}

function encodeBoolean({ view }: Memory, offset: number, value: boolean): number {
  view.setUint8(offset, value ? 1 : 0);
  return 1;
}

/** For one column: its times are often those of the row before, as the time of ingestion is. */
function timestampEncoder(): Encoder {
  let last = "";
  let micros = 0n;
  return ({ view }: Memory, offset: number, value: string) => {
    if (value !== last) {
      const seconds = (Date.parse(`${value.slice(0, 19)}Z`) - epochMs) / 1000;
      micros = BigInt(seconds) * 1_000_000n + BigInt(value.slice(20, 26));
      last = value;
    }
    view.setBigInt64(offset, micros);
    return 8;
  };
}

function neverWritten(): number {
  throw new Error("no column of this type is written");
}

const encoders: Record<ColumnType, () => Encoder> = {
  text: () => encodeText,
  varchar: () => encodeText,
  json: () => encodeJson,
  "text[]": () => encodeArray,
  integer: () => encodeInteger,
  double: () => encodeDouble,
  boolean: () => encodeBoolean,
  timestamp: timestampEncoder,
  bigint: () => neverWritten,
  bytes: () => neverWritten,
};
