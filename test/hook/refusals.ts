import type { ServiceEvents } from "../../src/events/service-events.ts";
import type { HookLimits, HookListener } from "../../src/hook/refusal-hook.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";
import type { Refusal } from "../../src/submission/refusal.ts";

/** Limits so small that a test need not wait. */
export const quick: HookLimits = {
  maxWaiting: 10,
  maxAtOnce: 4,
  maxTries: 3,
  gatherMs: 5,
  firstPauseMs: 5,
};

/** A listener that keeps what it hears. */
export function listening() {
  const counts = { told: 0, lost: 0 };
  const events: string[] = [];
  const listener: HookListener = {
    log: (_level, event) => void events.push(event),
    count: (result, refusals) => {
      counts[result] += refusals;
    },
  };
  return { counts, events, listener };
}

/** Lets a file be refused and moved, as the service tells it. */
export function refuse(
  { onRefused, onSettled }: ServiceEvents,
  name: string,
  movedAs = name,
): void {
  const file = { name } as SpoolFile;
  const refusal: Refusal = {
    stage: "validate",
    reason: "invalid",
    message: `${name} is wrong`,
    origins: ["lab"],
    issues: [{ path: "$.x", code: "unknown-field", expected: "no field", got: '"x"' }],
    issueCount: 1,
  };
  onRefused?.(file, refusal);
  onSettled?.(file, "refuse", movedAs);
}
