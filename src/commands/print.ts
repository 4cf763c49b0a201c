import { writeSync } from "node:fs";
import { escapeText } from "../base/escape-text.ts";
import { OutputFault } from "./write-output.ts";

/** Whoever read the output has gone, as `head` does when it has seen enough. */
export class ReaderGone extends Error {}

/**
 * Writes text to standard output, all of it however slow the reader, before it returns. Throws
 * `ReaderGone` when nobody reads any more, `OutputFault` when it cannot be written (a full disk).
 */
export async function print(text: string): Promise<void> {
  // Nothing, written to a file, would empty it.
  if (text === "") return;
  try {
    await writeAll(Buffer.from(text));
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    if (code === "EPIPE") throw new ReaderGone("the reader of the output is gone", { cause });
    throw new OutputFault(`cannot write to standard output: ${code ?? escapeText(message)}`, {
      operation: "write",
      path: "standard output",
      class: "operator",
      code,
      cause,
    });
  }
}

// --- internal ---

/** How long a reader has that takes nothing now, before it is asked again. */
const pauseMs = 5;

/** Not by `Bun.write`, which writes parts twice into a pipe whose reader is slow. Throws what the system does. */
async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (cause) {
      // A pipe that does not wait is full.
      if ((cause as { code?: string }).code !== "EAGAIN") throw cause;
      await Bun.sleep(pauseMs);
    }
  }
}
