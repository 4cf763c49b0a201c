import { constants, openSync, readdirSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { openLibc } from "../base/libc.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { decodeName, nameIn } from "./name.ts";

/** The names in a folder, in no order. Throws `SpoolFault`. */
export function listFolder(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    // A name that is not UTF-8 has to be read as bytes, or it could not be opened.
    const isText = !names.some((name) => name.includes("\ufffd"));
    return isText ? names : readdirSync(folder, { encoding: "buffer" }).map(decodeName);
  } catch (cause) {
    throw spoolFault(cause, "list the folder", folder);
  }
}

/** The names in a folder that may be missing, and then holds nothing. Throws `SpoolFault`. */
export function listIfThere(folder: string): string[] {
  try {
    return listFolder(folder);
  } catch (fault) {
    if (errnoOf(fault) === "ENOENT") return [];
    throw fault;
  }
}

/**
 * The names in a folder, in no order, piece by piece: a folder of millions takes no more memory than one of
 * hundreds. A name that was there all the while is given, in rare cases twice; one that comes or goes
 * meanwhile may be given. Where the system has no call for it the folder is one piece. Throws `SpoolFault`.
 */
export function* listInPieces(folder: string): Generator<string[]> {
  for (const piece of readInPieces(folder)) {
    const names = "names" in piece ? piece.names : [];
    if (!("names" in piece)) forEachEntry(piece, (name) => names.push(name));
    yield names;
  }
}

/** Entries of a folder that is open as `handle`, as the system gave them; good until the next piece. */
export interface EntriesPiece {
  readonly handle: number;
  readonly buffer: Buffer;
  readonly bytes: number;
}

/** The same as the system gives it; where it has no call for that, or the call fails, the names alone. */
export function* readInPieces(
  folder: string,
  pieceBytes = usualPieceBytes,
): Generator<EntriesPiece | { names: string[] }> {
  readEntries ??= openReadEntries();
  if (!readEntries) {
    yield { names: listFolder(folder) };
    return;
  }
  const handle = open(folder);
  try {
    const buffer = Buffer.allocUnsafeSlow(pieceBytes);
    for (;;) {
      const bytes = readEntries(handle, buffer, pieceBytes);
      if (bytes === 0) return;
      // What is wrong is told by the plain way, or does not keep that from going on.
      if (bytes < 0) break;
      yield { handle, buffer, bytes };
    }
    yield { names: listFolder(folder) };
  } finally {
    closeHandle(handle);
  }
}

/** Calls `use` with each name of a piece, and where in its buffer that begins; it ends before a zero. */
export function forEachEntry(
  { buffer, bytes }: EntriesPiece,
  use: (name: string, at: number) => void,
): void {
  for (let entry = 0; entry < bytes; entry += buffer.readUInt16LE(entry + lengthAt)) {
    const at = entry + nameAt;
    const end = buffer.indexOf(0, at);
    const name = nameIn(buffer, at, end);
    if (name !== "." && name !== "..") use(name, at);
  }
}

// --- internal ---

/** `getdents64` of glibc, `getdents` of musl: both give `linux_dirent64` (getdents(2)). */
type ReadEntries = (handle: number, into: Buffer, bytes: number) => number;

let readEntries: ReadEntries | false | undefined;

/** Some thousand names. */
const usualPieceBytes = 256 << 10;
/** Where an entry has its length and, after its kind, its name. */
const [lengthAt, nameAt] = [16, 19];

function openReadEntries(): ReadEntries | false {
  if (process.platform !== "linux") return false;
  const call = { args: ["i32", "buffer", "i64"], returns: "i32" } as const;
  return (
    openLibc({ getdents64: call })?.getdents64 ?? openLibc({ getdents: call })?.getdents ?? false
  );
}

function open(folder: string): number {
  try {
    return openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (cause) {
    throw spoolFault(cause, "list the folder", folder);
  }
}
