import { existsSync, linkSync, openSync, readdirSync, renameSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { closeHandle } from "../base/close-handle.ts";
import { escapeText } from "../base/escape-text.ts";
import { makeDurable } from "../spool/write-whole.ts";
import { OutputFault, outputFault } from "./write-output.ts";

/**
 * Makes the file `path`, whole or not at all, and durable: `write` fills a part beside it that nobody else
 * knows. With `replaces: false` a file that has the name stays. Throws `OutputFault`, and what `write` does.
 */
export async function writeNew<T>(
  path: string,
  { replaces, mode }: { replaces: boolean; mode: number },
  write: (part: string) => Promise<T>,
): Promise<T> {
  const folder = dirname(path);
  const part = join(folder, `${partPrefix(path)}${process.pid}-${crypto.randomUUID()}.part`);
  try {
    removeLeftParts(folder, path);
    closeHandle(openSync(part, "wx", mode));
    const written = await write(part);
    if (replaces) renameSync(part, path);
    else linkNew(part, path);
    makeDurable(folder);
    return written;
  } catch (cause) {
    throw outputFault(cause, path);
  } finally {
    // After a rename it is not there any more.
    if (existsSync(part)) unlinkSync(part);
  }
}

/** The fault of a file that is there and may not be replaced. */
export function alreadyThere(path: string): OutputFault {
  return new OutputFault(`${escapeText(path)} already exists`, {
    operation: "write",
    path,
    class: "operator",
    code: "EEXIST",
    hint: "choose another file, or use --force to replace it",
  });
}

// --- internal ---

function partPrefix(path: string): string {
  return `.${basename(path)}.`;
}

/** Removes the parts of programs that were killed at it. */
function removeLeftParts(folder: string, path: string): void {
  const prefix = partPrefix(path);
  for (const name of readdirSync(folder)) {
    const [, pid] = /^(\d+)-[0-9a-f-]{36}\.part$/.exec(name.slice(prefix.length)) ?? [];
    if (!name.startsWith(prefix) || pid === undefined || isAlive(Number(pid))) continue;
    unlinkSync(join(folder, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return (cause as { code?: string }).code !== "ESRCH";
  }
}

/** Gives a file a name that no other may have; where there are no hard links, as nearly so as is possible. */
function linkNew(part: string, path: string): void {
  try {
    linkSync(part, path);
  } catch (cause) {
    const { code = "" } = cause as { code?: string };
    if (code === "EEXIST" || existsSync(path)) throw alreadyThere(path);
    if (!["EPERM", "ENOSYS", "EOPNOTSUPP", "ENOTSUP", "EMLINK"].includes(code)) throw cause;
    renameSync(part, path);
  }
}
