import type { Environment } from "./config.ts";
import { serviceSettings } from "./monitor-settings.ts";
import { readSetting } from "./read-setting.ts";

/** The spool to use: `--spool-dir`, else `SPOOL_DIR`. Throws `ConfigFault` without either. */
export function readSpoolDir(flag: string | undefined, env: Environment): string {
  return readSetting(serviceSettings.spoolDir, { "spool-dir": flag }, env);
}
