import { fstatSync, type Stats } from "node:fs";
import { closeHandle } from "../../base/close-handle.ts";
import { errnoOf, SpoolFault, spoolFault } from "../fault.ts";
import type { HeldFolder } from "../held-folder.ts";
import { printableName } from "../name.ts";
import { openAsIs } from "../open-as-is.ts";
import { type PackedFile, type PackWriter, readInto } from "./pack-file.ts";
import { padding, tarHeader } from "./tar.ts";

/** A file as it was when it was packed. */
export interface Original {
  readonly name: string;
  readonly stats: Stats;
}

const pieceBytes = 1 << 20;
/** Used anew for each piece. */
const piece = Buffer.allocUnsafe(pieceBytes);

/**
 * Adds a file of `archive/` to a pack. Undefined where it has gone, or this user may not read it; the fault
 * where it cannot be read to its end, which is known before anything of it is in the pack. Throws
 * `SpoolFault` where a large one has other bytes by then: the pack is of no use. Throws what the system
 * does where the pack cannot be written.
 */
export function addFile(
  archive: HeldFolder,
  name: string,
  writer: PackWriter,
): Original | SpoolFault | undefined {
  const opened = openFile(archive, name);
  if (!opened || opened instanceof SpoolFault) return opened;
  using file = opened;
  const { handle, stats } = file;
  const { size: bytes, mtimeMs, mode, uid, gid } = stats;
  let whole: Buffer | undefined;
  let sha256: string;
  try {
    whole = bytes <= pieceBytes ? readInto(piece.subarray(0, bytes), handle, 0) : undefined;
    sha256 = digestOf(whole ? [whole] : piecesOf(handle, bytes));
  } catch (cause) {
    return toFault(cause, archive, name);
  }
  writer.add(tarHeader({ name, bytes, mtimeMs, mode, uid, gid }));
  if (whole) writer.add(whole);
  else if (digestOf(addEach(writer, piecesOf(handle, bytes))) !== sha256)
    throw toFault(new Error("it has changed"), archive, name);
  writer.add(padding(bytes));
  writer.note({ name, bytes, sha256 });
  return { name, stats };
}

/** A file of `archive/` that holds what lies in a pack; undefined where it does not, or cannot be read. */
export function digestFile(
  archive: HeldFolder,
  name: string,
  packed: PackedFile | undefined,
): Original | undefined {
  const opened = openFile(archive, name);
  if (!opened || opened instanceof SpoolFault) return undefined;
  using file = opened;
  if (file.stats.size !== packed?.bytes) return undefined;
  try {
    const sha256 = digestOf(piecesOf(file.handle, file.stats.size));
    return sha256 === packed.sha256 ? { name, stats: file.stats } : undefined;
  } catch {
    // Whoever packs it then is told.
    return undefined;
  }
}

// --- internal ---

interface OpenFile extends Disposable {
  readonly handle: number;
  readonly stats: Stats;
}

function openFile(archive: HeldFolder, name: string): OpenFile | SpoolFault | undefined {
  let handle: number | undefined;
  try {
    handle = openAsIs(archive.at(name));
    const [opened, stats] = [handle, fstatSync(handle)];
    if (stats.isFile()) {
      handle = undefined;
      return { handle: opened, stats, [Symbol.dispose]: () => closeHandle(opened) };
    }
    return undefined;
  } catch (cause) {
    const isAnswer = ["ENOENT", "ELOOP", "ENXIO", "EACCES", "EPERM"].includes(errnoOf(cause) ?? "");
    return isAnswer ? undefined : toFault(cause, archive, name);
  } finally {
    if (handle !== undefined) closeHandle(handle);
  }
}

function toFault(cause: unknown, archive: HeldFolder, name: string): SpoolFault {
  if (cause instanceof SpoolFault) return cause;
  return spoolFault(cause, "pack", `${archive.path}/${printableName(name)}`);
}

function digestOf(pieces: Iterable<Uint8Array>): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

function* addEach(writer: PackWriter, pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) {
    writer.add(piece);
    yield piece;
  }
}

/** Good until the next one is asked for. As many bytes as there were; what is written behind them meanwhile changes the file's time. */
function* piecesOf(handle: number, bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += pieceBytes)
    yield readInto(piece.subarray(0, bytes - at), handle, at);
}
