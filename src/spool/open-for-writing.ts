import { read } from "bun:ffi";
import { closeHandle } from "../base/close-handle.ts";
import { openLibc } from "../base/libc.ts";
import type { HeldFolder } from "./held-folder.ts";
import { openAsIs } from "./open-as-is.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Whether another program has a file open for writing, so that it may still change. `handle` is one of
 * the file, opened for reading, `folder` one of ours on the same file system. Asked by a read lease
 * (fcntl(2), F_SETLEASE), which the system gives only where nobody has; it ends with the handle. False
 * as well where the system gives no leases: another user's file, NFS, not Linux. Whoever opens the file
 * while the handle is held waits, and this process is sent SIGIO, which it must not die of.
 */
export function isOpenForWriting(handle: number, folder: HeldFolder): boolean {
  lease ??= openLease();
  const answer = lease(handle);
  if (answer === "given") givesLeases = true;
  if (answer !== "busy") return false;
  // Some network file systems say so of every file.
  givesLeases ??= givesLeaseIn(folder);
  return givesLeases;
}

// --- internal ---

type Answer = "given" | "busy" | "none";

let lease: ((handle: number) => Answer) | undefined;
let givesLeases: boolean | undefined;

const setLease = 1024;
const readLease = 0;
const tryAgain = 11;

function openLease(): (handle: number) => Answer {
  const none = () => "none" as const;
  if (process.platform !== "linux") return none;
  const libc = openLibc({
    fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
    __errno_location: { args: [], returns: "ptr" },
  });
  if (!libc) return none;
  return (handle) => {
    if (libc.fcntl(handle, setLease, readLease) === 0) return "given";
    const errno = libc.__errno_location();
    return errno && read.i32(errno, 0) === tryAgain ? "busy" : "none";
  };
}

/** Whether a file that only this process knows gets a lease. */
function givesLeaseIn(folder: HeldFolder): boolean {
  const name = ".kci-ingester.lease";
  writeWhole(folder, name, () => true);
  const handle = openAsIs(folder.at(name));
  try {
    return lease?.(handle) === "given";
  } finally {
    closeHandle(handle);
    folder.remove(name);
  }
}
