import type { Outcome } from "../worker/protocol.ts";

/** Whether a file could not be read for now. */
export function isUnread(outcome: Outcome): outcome is Extract<Outcome, { kind: "kept" }> {
  return outcome.kind === "kept" && outcome.fault?.class === "transient";
}
