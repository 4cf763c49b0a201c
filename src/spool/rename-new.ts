import { dlopen } from "bun:ffi";
import type { HeldFolder } from "./held-folder.ts";
import { encodeName } from "./name.ts";

/**
 * Renames a file that must not overwrite another, in one step. Returns false where it did not: something
 * has the name, or this system, or file system, cannot do it. The caller then goes another way, and meets
 * there whatever else is wrong.
 */
export function renameNew(from: HeldFolder, name: string, to: HeldFolder, target = name): boolean {
  libc ??= openLibc();
  if (!libc) return false;
  const source = asText(name);
  const goal = target === name ? source : asText(target);
  const { renameat2, noReplace } = libc;
  return renameat2(from.handle, source, to.handle, goal, noReplace) === 0;
}

// --- internal ---

interface Libc {
  renameat2(from: number, name: Buffer, to: number, target: Buffer, flags: number): number;
  noReplace: number;
}

let libc: Libc | false | undefined;

/** glibc, then musl of the architectures that binaries are built for. */
const libraries = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];
/** The number of the system call renameat2(2): not every musl has a function for it. */
const callNumbers: Readonly<Record<string, number>> = { x64: 316, arm64: 276 };

function openLibc(): Libc | false {
  const call = callNumbers[process.arch];
  if (process.platform !== "linux" || call === undefined) return false;
  for (const library of libraries) {
    try {
      const { syscall } = dlopen(library, {
        syscall: { args: ["i64", "i32", "buffer", "i32", "buffer", "u32"], returns: "i32" },
      }).symbols;
      const renameat2: Libc["renameat2"] = (...args) => syscall(call, ...args);
      return { renameat2, noReplace: 1 };
    } catch {
      // Not this C library: the next one, else files are moved without it.
    }
  }
  return false;
}

function asText(name: string): Buffer {
  return encodeName(`${name}\0`);
}
