import { readFileSync } from "node:fs";
import type { Machine } from "./crash-evidence.ts";

/** What the kernel tells of itself (Linux); nothing elsewhere. Never throws. */
export function machineNow(): Machine {
  const [, kills] = /^oom_kill (\d+)$/m.exec(read("/proc/vmstat")) ?? [];
  return { boot: read("/proc/sys/kernel/random/boot_id").trim(), oomKills: Number(kills ?? 0) };
}

// --- internal ---

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
