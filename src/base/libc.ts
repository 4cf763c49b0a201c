import { dlopen, type FFIFunction } from "bun:ffi";

/** glibc, musl of the architectures that binaries are built for, then macOS. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  linux: ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"],
  darwin: ["libSystem.B.dylib"],
};

/** Functions of the C library that the runtime has no other way to; undefined where there is none. */
export function openLibc<const T extends Record<string, FFIFunction>>(functions: T) {
  for (const library of libraries[process.platform] ?? []) {
    try {
      return dlopen(library, functions).symbols;
    } catch {
      // Not this C library: the next one.
    }
  }
  return undefined;
}
