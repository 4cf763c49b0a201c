import { openLibc } from "../base/libc.ts";
import type { HeldFolder } from "./held-folder.ts";
import { encodeName } from "./name.ts";

/**
 * Renames a file that must not overwrite another, in one step. Returns false where it did not: something
 * has the name, or this system, or file system, cannot do it. The caller then goes another way, and meets
 * there whatever else is wrong.
 */
export function renameNew(from: HeldFolder, name: string, to: HeldFolder, target = name): boolean {
  syscall ??= openSyscall();
  if (!syscall) return false;
  const source = asText(name);
  const goal = target === name ? source : asText(target);
  return syscall(callNumber, from.handle, source, to.handle, goal, noReplace) === 0;
}

// --- internal ---

type Syscall = (...words: [number, number, Buffer, number, Buffer, number]) => number;

let syscall: Syscall | false | undefined;

/** The number of the system call renameat2(2): not every musl has a function for it. */
const callNumber = { x64: 316, arm64: 276 }[process.arch as string] ?? 0;
const noReplace = 1;

function openSyscall(): Syscall | false {
  if (process.platform !== "linux" || callNumber === 0) return false;
  const functions = openLibc({
    syscall: { args: ["i64", "i32", "buffer", "i32", "buffer", "u32"], returns: "i32" },
  });
  return functions?.syscall ?? false;
}

function asText(name: string): Buffer {
  return encodeName(`${name}\0`);
}
