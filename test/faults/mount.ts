import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterThisProcess } from "../after-this-process.ts";
import { temporaryFolder } from "../temporary.ts";

/** Why no file system can be mounted here; undefined where that is possible. */
export const mountRefusal: string | undefined = tryMount();

/** A small file system in memory, at a folder, until the scope ends. */
export interface SmallDisk extends Disposable {
  /** Takes all but this many bytes of it. */
  fill(leftBytes: number): void;
  /** Gives them back. */
  free(): void;
  setReadOnly(on: boolean): void;
}

/** Mounts a file system of `bytes`, for `inodes` files, at `folder`, which is made if it is missing. */
export function mountSmallDisk(folder: string, bytes: number, inodes = 10_000): SmallDisk {
  mkdirSync(folder, { recursive: true });
  mount("-t", "tmpfs", "-o", `size=${bytes},nr_inodes=${inodes}`, "tmpfs", folder);
  afterThisProcess('umount -l "$1" 2>/dev/null', folder);
  const ballast = join(folder, "ballast");
  return {
    fill(leftBytes) {
      // Page by page, so that what there is room for is written.
      const page = new Uint8Array(4_096);
      rmSync(ballast, { force: true });
      try {
        for (;;) writeFileSync(ballast, page, { flag: "a" });
      } catch (cause) {
        if ((cause as { code?: string }).code !== "ENOSPC") throw cause;
      }
      if (leftBytes > 0) {
        const { size } = Bun.file(ballast);
        spawnSync("truncate", ["-s", String(size - leftBytes), ballast]);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    setReadOnly: (on) => mount("-o", `remount,${on ? "ro" : "rw"}`, folder),
    [Symbol.dispose]: () => void spawnSync("umount", ["-l", folder]),
  };
}

/** Shows `source` at `target`, not to be written to, until the scope ends. */
export function mountReadOnly(source: string, target: string): Disposable {
  mkdirSync(target, { recursive: true });
  mount("--bind", source, target);
  afterThisProcess('umount -l "$1" 2>/dev/null', target);
  mount("-o", "remount,bind,ro", target);
  return { [Symbol.dispose]: () => void spawnSync("umount", ["-l", target]) };
}

// --- internal ---

function mount(...words: string[]): void {
  const done = spawnSync("mount", words, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`mount ${words.join(" ")}: ${done.error ?? done.stderr}`);
}

function tryMount(): string | undefined {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  if (process.getuid?.() !== 0) return "only root may mount";
  using folder = temporaryFolder();
  try {
    mount("-t", "tmpfs", "tmpfs", folder.path);
  } catch {
    return "this machine lets nobody mount";
  }
  spawnSync("umount", [folder.path]);
  return undefined;
}
