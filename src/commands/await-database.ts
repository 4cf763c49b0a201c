import { setTimeout } from "node:timers/promises";
import type { Config } from "../config/config.ts";
import { Fault } from "../fault.ts";
import { reportFault } from "../ingest/report-fault.ts";
import type { ServiceEvents } from "../ingest/service-events.ts";
import { Trouble } from "../ingest/trouble.ts";
import { makeReady } from "../store/make-ready.ts";
import { storeTimeouts } from "./store-timeouts.ts";

/**
 * Waits until the database is there and ready, or `signal` ends it. With `once` only as long as
 * `patienceMs`, and not at all where an operator must act: then answers why.
 */
export async function awaitDatabase(
  config: Config,
  patienceMs: number,
  events: ServiceEvents,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const trouble = new Trouble(events);
  while (!signal.aborted) {
    try {
      await makeReady(config.databaseUrl, storeTimeouts);
      trouble.end();
      events.onStoreReady?.();
      return undefined;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      trouble.report(reportFault(cause));
      const isHopeless = cause.class === "operator" || trouble.lastedMs >= patienceMs;
      if (config.once && isHopeless) return cause;
    }
    const delayMs = Math.max(0, trouble.retryAtMs - performance.now());
    await setTimeout(delayMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
}
