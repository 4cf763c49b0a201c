import { closeSync, fstatSync, readSync, type Stats } from "node:fs";
import { errnoOf, SpoolFault, spoolFault } from "../fault.ts";
import type { HeldFolder } from "../held-folder.ts";
import { printableName } from "../name.ts";
import { openAsIs } from "../open-as-is.ts";
import type { PackedFile, PackWriter } from "./pack-file.ts";
import { padding, tarHeader } from "./tar.ts";

/** A file as it was when it was packed. */
export interface Original {
  readonly name: string;
  readonly stats: Stats;
}

const pieceBytes = 1 << 20;

/**
 * Adds a file of `archive/` to a pack. Undefined where it has gone, or this user may not read it. Throws
 * `SpoolFault`, also where it shrinks meanwhile: then the pack is of no use.
 */
export function addFile(
  archive: HeldFolder,
  name: string,
  writer: PackWriter,
): Original | undefined {
  return withFile(archive, name, (handle, stats) => {
    const { size: bytes, mtimeMs, mode, uid, gid } = stats;
    const hash = new Bun.CryptoHasher("sha256");
    writer.add(tarHeader({ name, bytes, mtimeMs, mode, uid, gid }));
    for (const piece of piecesOf(handle, bytes)) {
      hash.update(piece);
      writer.add(piece);
    }
    writer.add(padding(bytes));
    writer.note({ name, bytes, sha256: hash.digest("hex") });
    return { name, stats };
  });
}

/** A file of `archive/` that holds what lies in a pack; undefined where it holds something else. Throws `SpoolFault`. */
export function digestFile(
  archive: HeldFolder,
  name: string,
  packed: PackedFile | undefined,
): Original | undefined {
  return withFile(archive, name, (handle, stats) => {
    if (stats.size !== packed?.bytes) return undefined;
    const hash = new Bun.CryptoHasher("sha256");
    for (const piece of piecesOf(handle, stats.size)) hash.update(piece);
    return hash.digest("hex") === packed.sha256 ? { name, stats } : undefined;
  });
}

// --- internal ---

function withFile<T>(
  archive: HeldFolder,
  name: string,
  use: (handle: number, stats: Stats) => T,
): T | undefined {
  let handle: number | undefined;
  try {
    handle = openAsIs(archive.at(name));
    const stats = fstatSync(handle);
    return stats.isFile() ? use(handle, stats) : undefined;
  } catch (cause) {
    if (cause instanceof SpoolFault) throw cause;
    const errno = errnoOf(cause) ?? "";
    if (handle === undefined && ["ENOENT", "ELOOP", "ENXIO", "EACCES", "EPERM"].includes(errno))
      return undefined;
    throw spoolFault(cause, "pack", `${archive.path}/${printableName(name)}`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** As many bytes as there were; what is written behind them meanwhile changes the file's time. */
function* piecesOf(handle: number, bytes: number): Generator<Buffer> {
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, bytes));
  for (let at = 0; at < bytes; ) {
    const count = readSync(handle, piece, 0, Math.min(piece.length, bytes - at), at);
    if (count === 0) throw new Error("it has shrunk");
    at += count;
    yield piece.subarray(0, count);
  }
}
