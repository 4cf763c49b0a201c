import { fstatSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { closeHandle } from "../base/close-handle.ts";
import { escapeText } from "../base/escape-text.ts";
import { Fault } from "../base/fault.ts";
import { largeBytes } from "../prepare/large/read-large.ts";
import { newSeed } from "../spool/digest.ts";
import { LargeFile } from "../spool/large-file.ts";
import { ReadBuffer, readAll } from "../spool/read-file.ts";

/** A file that was named on the command line cannot be read. */
export class InputFault extends Fault {
  override readonly name = "InputFault";
}

/** What was named on the command line: a small one as it is, a large one to be read piece by piece. */
export type Input =
  /** The bytes are good until the next file is opened. */
  | { kind: "small"; bytes: Uint8Array }
  | { kind: "large"; file: LargeFile }
  /** Beyond the limit; how large the rest of a pipe is, nobody knows. */
  | { kind: "too-large"; bytes: number; isAtLeast: boolean };

/**
 * Opens a file, or standard input for `-`. What does not come from a file, and is large, is copied to one that
 * has no name, up to the limit. Throws `InputFault` when it cannot be read.
 */
export async function openInput(file: string, maxBytes: number): Promise<Input> {
  try {
    if (file === "-") return await collect(Bun.stdin.stream(), maxBytes);
    return await openFile(file, maxBytes);
  } catch (cause) {
    if (cause instanceof InputFault) throw cause;
    const { code } = cause as { code?: string };
    throw inputFault(file, reasons[code ?? ""] ?? String(cause), cause);
  }
}

/**
 * As `openInput`; a file whose name ends in `.gz` or `.zst` is unpacked in memory, and no further than
 * `maxBytes`.
 */
export async function openUnpacked(file: string, maxBytes: number): Promise<Input> {
  const unpack = unpackers.find(([ending]) => file.endsWith(ending))?.[1];
  const input = await openInput(file, maxBytes);
  if (!unpack || input.kind === "too-large") return input;
  using large = input.kind === "large" ? input.file : undefined;
  try {
    const packed = input.kind === "small" ? input.bytes : large?.slice(0, large.bytes);
    return { kind: "small", bytes: unpack(packed ?? "", { maxOutputLength: maxBytes }) };
  } catch (cause) {
    if ((cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") {
      return { kind: "too-large", bytes: maxBytes, isAtLeast: true };
    }
    throw inputFault(file, "its compression does not match its name, or it is incomplete", cause);
  }
}

/** A fault of a file, in the words of all of them. */
export function inputFault(file: string, why: string, cause?: unknown): InputFault {
  const { code } = (cause ?? {}) as { code?: string };
  const message = `cannot read ${escapeText(file)}: ${why}`;
  return new InputFault(message, { operation: "read", path: file, class: "operator", code, cause });
}

/** Opens a file by its name or the bytes of it, as `openInput` does. Throws what the system does. */
export async function openFile(path: string | Buffer, maxBytes: number): Promise<Input> {
  const handle = openSync(path, "r");
  const stats = fstatSync(handle);
  if (stats.isFile() && stats.size > largeBytes && stats.size <= maxBytes) {
    return {
      kind: "large",
      file: new LargeFile(handle, stats.size, newSeed(), escapeText(String(path))),
    };
  }
  try {
    // A file of the system may say that it is empty, and is not.
    if (stats.isFile() && stats.size > 0 && stats.size <= maxBytes) {
      return { kind: "small", bytes: readAll(handle, buffer.take(stats.size)) };
    }
  } finally {
    closeHandle(handle);
  }
  // Bun takes the bytes of a name as an array alone.
  const file = typeof path === "string" ? Bun.file(path) : Bun.file(new Uint8Array(path));
  if (stats.isDirectory()) throw Object.assign(new Error("a directory"), { code: "EISDIR" });
  if (!stats.isFile()) return collect(file.stream(), maxBytes);
  if (stats.size > maxBytes) return { kind: "too-large", bytes: stats.size, isAtLeast: false };
  return { kind: "small", bytes: await file.bytes() };
}

// --- internal ---

/** One for all files: a command looks at one after the other. */
const buffer = new ReadBuffer();

const unpackers = [
  [".gz", gunzipSync],
  [".zst", zstdDecompressSync],
] as const;

const reasons: Record<string, string> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "is a directory",
};

/** Takes in what comes, in memory as long as it is small. */
async function collect(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Input> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let handle: number | undefined;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxBytes) return { kind: "too-large", bytes: maxBytes, isAtLeast: true };
      if (handle === undefined) chunks.push(chunk);
      if (bytes <= largeBytes) continue;
      handle ??= openNameless();
      for (const one of chunks.length > 0 ? chunks.splice(0) : [chunk]) writeAll(handle, one);
    }
    if (handle === undefined) return { kind: "small", bytes: Buffer.concat(chunks) };
    const file = new LargeFile(handle, bytes, newSeed(), "standard input");
    handle = undefined;
    return { kind: "large", file };
  } finally {
    if (handle !== undefined) closeHandle(handle);
  }
}

/** A file that goes when it is closed, or at the end of the program where the system keeps the name of an open one. */
function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), "kci-ingester-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    return openSync(join(folder, "input"), "wx+", 0o600);
  } finally {
    try {
      remove();
    } catch {
      process.once("exit", remove);
    }
  }
}

function writeAll(handle: number, chunk: Uint8Array): void {
  let at = 0;
  while (at < chunk.length) at += writeSync(handle, chunk, at);
}
