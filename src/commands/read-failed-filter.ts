import { nearest } from "../base/nearest.ts";
import { ConfigFault } from "../config/fault.ts";
import { readSince } from "../config/read-age.ts";
import { firstSetting } from "../config/settings.ts";
import type { FailedFilter } from "../spool/list-failed.ts";
import { reasons } from "../submission/refusal.ts";
import { printable } from "../submission/text/printable.ts";

/** The flags `--origin`, `--since` and `--reason` as a filter. Throws `ConfigFault` (usage). */
export function readFailedFilter(args: {
  origin?: string | undefined;
  since?: string | undefined;
  reason?: string | undefined;
}): FailedFilter {
  const since = firstSetting(["--since", args.since]);
  return {
    origin: args.origin,
    reason: readReason(args.reason),
    ...(since ? { sinceMs: readSince(since, Date.now()) } : {}),
  };
}

// --- internal ---

/** One that is misspelt would let nothing pass, and seem to say that nothing failed. */
function readReason(given: string | undefined): string | undefined {
  if (given === undefined || reasons.some((reason) => reason === given)) return given;
  const message = `--reason: expected one of ${reasons.join(", ")}, got ${printable(given)}`;
  const close = nearest(given, reasons);
  const hint = close && `did you mean ${close}?`;
  throw new ConfigFault(message, { operation: "read the command line", usage: true, hint });
}
