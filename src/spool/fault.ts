import { Fault, type FaultClass } from "../base/fault.ts";
import { errnoInWords } from "../base/full-disk.ts";
import { limitHint } from "../base/system-limits.ts";

/** What the spool throws: a failure of the file system, with its class. */
export class SpoolFault extends Fault {
  override readonly name = "SpoolFault";
}

interface Verdict {
  class: FaultClass;
  hint?: string;
}

const rights: Verdict = {
  class: "operator",
  hint: "give this user permission to read, write and enter the folder",
};
const place: Verdict = {
  class: "operator",
  hint: "does the folder still exist, and is it a folder?",
};
const room: Verdict = {
  class: "transient",
  hint: "free some space or inodes on the disk of that folder",
};
const quota: Verdict = {
  class: "transient",
  hint: "delete some of this user's files on that disk, or raise the quota",
};

/**
 * What each errno means for the file in hand. None refuses it: the file system is at fault, not the
 * submission. One that is not here is transient. What to do at a limit of the system says `limitHint`.
 */
export const errnoClasses: Readonly<Record<string, Verdict>> = {
  EACCES: rights,
  EPERM: rights,
  EROFS: { class: "operator", hint: "the file system is read-only: remount it read-write" },
  ENOENT: place,
  ENOTDIR: place,
  EEXIST: place,
  EISDIR: place,
  ELOOP: { class: "operator", hint: "remove the symbolic link that is in its place" },
  ENXIO: { class: "operator", hint: "remove the FIFO or socket that is in its place" },
  ENAMETOOLONG: place,
  ENOSPC: room,
  EDQUOT: quota,
  EMFILE: { class: "transient" },
  ENFILE: { class: "transient" },
  EIO: { class: "transient", hint: "check the disk of the spool" },
  ESTALE: { class: "transient" },
  EBUSY: { class: "transient" },
  EINTR: { class: "transient" },
  EAGAIN: { class: "transient" },
  ENOMEM: { class: "transient" },
};

/** Turns what a file system call threw into a `SpoolFault`; `path` is safe to print. */
export function spoolFault(cause: unknown, operation: string, path: string): SpoolFault {
  const code = errnoOf(cause);
  const said = cause instanceof Error ? cause.message : String(cause);
  const message = code ? errnoInWords(code) : said;
  const verdict: Verdict = (code && errnoClasses[code]) || { class: "transient" };
  return new SpoolFault(`cannot ${operation} ${path}: ${message}`, {
    operation,
    path,
    code,
    cause,
    ...verdict,
    hint: limitHint(code) ?? verdict.hint,
  });
}

/** The same fault where it keeps a whole folder from being used: somebody has to act. */
export function asOperator(fault: SpoolFault): SpoolFault {
  return new SpoolFault(fault.message, { ...fault, class: "operator" });
}

/** The errno of what was thrown: `ENOENT`. */
export function errnoOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
