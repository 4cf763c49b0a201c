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
    await Bun.write(Bun.stdout, text);
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
