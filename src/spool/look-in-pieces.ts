import { ptr } from "bun:ffi";
import { constants } from "node:fs";
import { openLibc } from "../base/libc.ts";
import { type EntriesPiece, forEachEntry, readInPieces } from "./list-folder.ts";
import { type LookedAt, tryToLookAt } from "./look-at.ts";
import type { SpoolFile } from "./spool.ts";

/** So many entries are looked at before others get the thread: one to three thousand. */
const pieceBytes = 64 << 10;

/**
 * Looks at the entries of a folder whose names are wanted, in no order, piece by piece, each when it is asked
 * for. What has gone is left out. Throws `SpoolFault` when the folder cannot be listed.
 */
export function* lookInPieces(
  folder: string,
  isWanted: (name: string) => boolean,
): Generator<LookedAt[]> {
  for (const piece of readInPieces(folder, pieceBytes)) yield lookAtPiece(folder, piece, isWanted);
}

// --- internal ---

/** `statx(2)`: the name is given as its address, and the answer as `struct statx`. */
type Statx = (
  folder: number,
  name: number,
  flags: number,
  wanted: number,
  into: Uint8Array,
) => number;

let statx: Statx | undefined;

const noFollow = 0x100;
/** Kind, inode, size and time of modification. */
const wantedFields = 0x1 | 0x100 | 0x200 | 0x40;
const fieldsAt = { mode: 28, inode: 32, size: 40, mtimeSeconds: 112, mtimeNanoseconds: 120 };
const answer = new DataView(new ArrayBuffer(256));
const answerBytes = new Uint8Array(answer.buffer);

function lookAtPiece(
  folder: string,
  piece: EntriesPiece | { names: readonly string[] },
  isWanted: (name: string) => boolean,
): LookedAt[] {
  const looks: LookedAt[] = [];
  const look = (name: string, file?: SpoolFile) => {
    // Whatever is no regular file, or cannot be looked at so, is looked at by its path.
    const entry = file ?? tryToLookAt(folder, name);
    if (entry) looks.push(entry);
  };
  if ("names" in piece) for (const name of piece.names.filter(isWanted)) look(name);
  else {
    const start = ptr(piece.buffer);
    forEachEntry(piece, (name, at) => {
      if (isWanted(name)) look(name, lookAtName(piece.handle, name, start + at));
    });
  }
  return looks;
}

/** A regular file of the folder that is open as `handle`; undefined for all else. It makes no other object. */
function lookAtName(handle: number, name: string, address: number): SpoolFile | undefined {
  statx ??= openStatx();
  if (statx(handle, address, noFollow, wantedFields, answerBytes) !== 0) return undefined;
  const mode = answer.getUint16(fieldsAt.mode, true);
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return undefined;
  const seconds = Number(answer.getBigInt64(fieldsAt.mtimeSeconds, true));
  return {
    name,
    bytes: readNumber(fieldsAt.size),
    mtimeMs: seconds * 1e3 + answer.getUint32(fieldsAt.mtimeNanoseconds, true) / 1e6,
    inode: readNumber(fieldsAt.inode),
  };
}

function readNumber(at: number): number {
  return answer.getUint32(at + 4, true) * 2 ** 32 + answer.getUint32(at, true);
}

function openStatx(): Statx {
  const call = { args: ["i32", "ptr", "i32", "u32", "buffer"], returns: "i32" } as const;
  // The places of its fields are those of Linux; musl has it since 1.2.5.
  const functions = process.platform === "linux" ? openLibc({ statx: call }) : undefined;
  return (functions?.statx as Statx | undefined) ?? (() => -1);
}
