import { checkPath } from "./check-path.ts";
import type { Environment } from "./config.ts";
import { ConfigFault } from "./fault.ts";
import { firstSetting } from "./settings.ts";

/** The spool to use: `--spool-dir`, else `SPOOL_DIR`. Throws `ConfigFault` without either. */
export function readSpoolDir(flag: string | undefined, env: Environment): string {
  const spoolDir = firstSetting(["--spool-dir", flag], ["SPOOL_DIR", env.SPOOL_DIR]);
  if (spoolDir?.value) return checkPath(spoolDir);
  throw new ConfigFault("--spool-dir: expected a folder, got nothing", {
    operation: "read the configuration",
    path: "--spool-dir",
    usage: true,
    hint: "give --spool-dir DIR, or set SPOOL_DIR",
  });
}
