import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { escapeText } from "../base/escape-text.ts";
import { Fault } from "../base/fault.ts";

/** A file that a command makes cannot be written. */
export class OutputFault extends Fault {
  override readonly name = "OutputFault";
}

/**
 * Writes a file that is never seen half written, and the folders that it is in. Throws `OutputFault`
 * when that is impossible.
 */
export async function writeOutput(path: string, texts: Iterable<string>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.part`;
    const handle = await open(unfinished, "w");
    try {
      for (const text of texts) await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (cause) {
    throw outputFault(cause, path);
  }
}

/** What kept a file from being written, as a fault. */
export function outputFault(cause: unknown, path: string): Fault {
  if (cause instanceof Fault) return cause;
  const { code, message } = cause as { code?: string; message: string };
  return new OutputFault(`cannot write ${escapeText(path)}: ${escapeText(message)}`, {
    operation: "write",
    path,
    class: "operator",
    code,
    cause,
  });
}
