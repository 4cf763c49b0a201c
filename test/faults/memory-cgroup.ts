import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { needs } from "../needs.ts";

/** A group of processes that may take only so much memory together: beyond it the kernel kills one. */
export interface MemoryCgroup extends Disposable {
  /** The words that start a program in the group, before its own. */
  readonly through: readonly string[];
  /** The most that was in use, in bytes; undefined where the kernel does not tell. */
  readonly peakBytes: number | undefined;
}

const roots = [
  {
    root: "/sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    peak: "memory.max_usage_in_bytes",
  },
  { root: "/sys/fs/cgroup", limit: "memory.max", peak: "memory.peak" },
] as const;

/** Makes such a group (cgroup v1 or v2). Throws where this process may not, or there are none. */
export function makeMemoryCgroup(maxBytes: number): MemoryCgroup {
  const kind = roots.find(({ root }) => existsSync(join(root, "cgroup.procs")));
  if (!kind) throw new Error("no cgroups are mounted");
  const folder = join(kind.root, `kci-test-${process.pid}-${Bun.randomUUIDv7()}`);
  mkdirSync(folder);
  try {
    writeFileSync(join(folder, kind.limit), String(maxBytes));
    // Swap would take the place of memory, where there is any.
    if (existsSync(join(folder, "memory.swap.max"))) {
      writeFileSync(join(folder, "memory.swap.max"), "0");
    }
  } catch (cause) {
    rmdirSync(folder);
    throw cause;
  }
  const enter = `echo $$ > ${join(folder, "cgroup.procs")} && exec "$@"`;
  return {
    through: ["sh", "-c", enter, "sh"],
    get peakBytes() {
      const path = join(folder, kind.peak);
      return existsSync(path) ? Number(readFileSync(path, "utf8")) : undefined;
    },
    [Symbol.dispose]: () => rmdirSync(folder),
  };
}

/** Whether such a group can be made here; tells what is skipped when not. */
export function canLimitMemory(): boolean {
  let why = "";
  try {
    makeMemoryCgroup(1 << 30)[Symbol.dispose]();
  } catch (cause) {
    why = String(cause);
  }
  return needs(why === "", "limits of memory", `the right to make a cgroup (${why})`);
}
