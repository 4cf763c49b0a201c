import { readSince } from "../config/read-age.ts";
import { firstSetting } from "../config/settings.ts";
import type { FailedFilter } from "../spool/list-failed.ts";

/** The flags `--origin`, `--since` and `--reason` as a filter. Throws `ConfigFault` (usage). */
export function readFailedFilter(args: {
  origin?: string | undefined;
  since?: string | undefined;
  reason?: string | undefined;
}): FailedFilter {
  const since = firstSetting(["--since", args.since]);
  return {
    origin: args.origin,
    reason: args.reason,
    ...(since ? { sinceMs: readSince(since, Date.now()) } : {}),
  };
}
