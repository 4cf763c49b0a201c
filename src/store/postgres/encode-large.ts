import type { Row, Value } from "../../rows/row.ts";
import type { Column } from "../../rows/table.ts";
import { TextList } from "../../rows/text-list.ts";
import {
  arrayHeaderBytes,
  type Encoder,
  type Memory,
  maxCharacterBytes,
  nullLength,
  textOid,
} from "./encode-memory.ts";

/** So much of a text is written at once. */
const pieceCharacters = 1 << 14;

/** A long text or list, to be written piece by piece. */
type Long = string | readonly string[] | TextList;

/**
 * Encodes one row that does not fit into `memory`, as many chunks, each in the same memory: a row of 16 MB would be
 * there again as bytes else, and a third time on its way. Chunks go from `start` of the memory on; returns where
 * the last one ends, which is not given out. `roomFor` is an upper bound of what a value takes.
 */
export function* encodeLarge(
  memory: Memory,
  start: number,
  columns: readonly Column[],
  encode: readonly Encoder[],
  row: Row,
  roomFor: (value: Value) => number,
): Generator<Buffer, number> {
  const { buffer, view } = memory;
  let offset = start;
  if (offset + 2 > buffer.length) {
    yield buffer.subarray(0, offset);
    offset = 0;
  }
  view.setInt16(offset, row.length);
  offset += 2;
  for (let place = 0; place < row.length; place++) {
    const value = row[place] ?? null;
    const room = roomFor(value);
    const isLong = room > buffer.length / 2;
    if (offset + (isLong ? headRoom : room) > buffer.length) {
      yield buffer.subarray(0, offset);
      offset = 0;
    }
    if (isLong) {
      offset = putHead(memory, offset, columns[place]?.type === "json", value as Long);
      const isKept = value instanceof TextList;
      offset = yield* isKept
        ? encodeKept(memory, offset, value)
        : encodeTexts(memory, offset, value as Exclude<Long, TextList>);
    } else {
      const length =
        value === null ? nullLength : (encode[place]?.(memory, offset + 4, value as never) ?? 0);
      view.setInt32(offset, length);
      offset += 4 + Math.max(length, 0);
    }
  }
  return offset;
}

// --- internal ---

/** The most that comes before the first text of a value. */
const headRoom = 4 + arrayHeaderBytes;

/** Puts the length of a value there, and what comes before its texts. */
function putHead({ buffer, view }: Memory, offset: number, isJson: boolean, value: Long): number {
  if (typeof value === "string") {
    view.setInt32(offset, Buffer.byteLength(value) + (isJson ? 1 : 0));
    if (isJson) buffer[offset + 4] = 1;
    return offset + (isJson ? 5 : 4);
  }
  let bytes = arrayHeaderBytes;
  if (value instanceof TextList) bytes += bytesIn(value);
  else for (const text of value) bytes += 4 + Buffer.byteLength(text);
  for (const [at, number] of [bytes, 1, 0, textOid, value.length, 1].entries()) {
    view.setInt32(offset + 4 * at, number);
  }
  return offset + headRoom;
}

/** What the texts of a list take with their lengths. */
function bytesIn(list: TextList): number {
  let bytes = 0;
  for (let start = 1; start < list.bytes.length - 1; ) {
    const end = list.endOf(start);
    bytes += 4 + list.bytesOf(start, end);
    start = end + 1;
  }
  return bytes;
}

/** Writes the texts of a list: of short ones the bytes, so that millions leave no garbage. */
function* encodeKept(memory: Memory, first: number, list: TextList): Generator<Buffer, number> {
  const { buffer, view } = memory;
  let offset = first;
  for (let start = 1; start < list.bytes.length - 1; ) {
    const end = list.endOf(start);
    if (end - start > pieceCharacters) {
      offset = yield* encodeTexts(memory, offset, [list.textAt(start, end)]);
    } else {
      if (offset + 4 + end - start > buffer.length) {
        yield buffer.subarray(0, offset);
        offset = 0;
      }
      const textEnd = list.copyTo(buffer, offset + 4, start, end);
      view.setInt32(offset, textEnd - offset - 4);
      offset = textEnd;
    }
    start = end + 1;
  }
  return offset;
}

/** Writes a text, or the texts of a list, each behind its length. */
function* encodeTexts(
  { buffer, view }: Memory,
  start: number,
  value: string | readonly string[],
): Generator<Buffer, number> {
  let offset = start;
  const isText = typeof value === "string";
  for (const text of isText ? [value] : value) {
    if (!isText) {
      if (offset + 4 > buffer.length) {
        yield buffer.subarray(0, offset);
        offset = 0;
      }
      const isShort = offset + 4 + text.length * maxCharacterBytes <= buffer.length;
      const written = isShort ? buffer.utf8Write(text, offset + 4) : Buffer.byteLength(text);
      view.setInt32(offset, written);
      offset += 4;
      if (isShort) {
        offset += written;
        continue;
      }
    }
    for (let from = 0; from < text.length; ) {
      const to = endOfPiece(text, from);
      if (offset + (to - from) * maxCharacterBytes > buffer.length) {
        yield buffer.subarray(0, offset);
        offset = 0;
      }
      offset += buffer.utf8Write(text.slice(from, to), offset);
      from = to;
    }
  }
  return offset;
}

/** No pair of surrogates is cut. */
function endOfPiece(text: string, from: number): number {
  const end = Math.min(from + pieceCharacters, text.length);
  const isHigh = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isHigh && end < text.length ? end - 1 : end;
}
