import { escapeText } from "../base/escape-text.ts";
import { Fault } from "../base/fault.ts";

/** A file that was named on the command line cannot be read. */
export class InputFault extends Fault {
  override readonly name = "InputFault";
}

/** Reads a file, or standard input for `-`. Throws `InputFault` when that is impossible. */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await (file === "-" ? Bun.stdin : Bun.file(file)).bytes();
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why = reasons[code ?? ""] ?? String(cause);
    throw new InputFault(`cannot read ${escapeText(file)}: ${why}`, {
      operation: "read",
      path: file,
      class: "operator",
      code,
      cause,
    });
  }
}

const reasons: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
};
