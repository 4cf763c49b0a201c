import { setTimeout } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import type { Config } from "../config/config.ts";
import type { ServiceEvents } from "../events/service-events.ts";
import { Outage } from "../outages/outage.ts";
import { makeReady } from "../store/make-ready.ts";
import { reportFault } from "../worker/report-fault.ts";
import { storeTimeouts } from "./store-timeouts.ts";

/**
 * Waits until the database is there and ready, and `whenReady` is done, or `signal` ends it. With `once` only as long as
 * `patienceMs`, and not at all where an operator must act: then returns why.
 */
export async function awaitDatabase(
  config: Config,
  patienceMs: number,
  events: ServiceEvents,
  signal: AbortSignal,
  whenReady: () => Promise<void> = async () => {},
): Promise<Fault | undefined> {
  const outage = new Outage(events);
  const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => abort(), { once: true });
  while (!signal.aborted) {
    try {
      // A connection that hangs must not hold up a stop.
      const warnings = await Promise.race([makeReady(config.databaseUrl, storeTimeouts), aborted]);
      if (!signal.aborted) await Promise.race([whenReady(), aborted]);
      if (signal.aborted || !warnings) return undefined;
      outage.end();
      events.onStoreReady?.(warnings);
      return undefined;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      outage.report(reportFault(cause));
      const isHopeless = cause.class === "operator" || outage.lastedMs >= patienceMs;
      if (config.once && isHopeless) return cause;
    }
    const patienceLeftMs = config.once ? patienceMs - outage.lastedMs : Number.POSITIVE_INFINITY;
    const delayMs = Math.max(0, Math.min(outage.retryAtMs - performance.now(), patienceLeftMs));
    await setTimeout(delayMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
}
