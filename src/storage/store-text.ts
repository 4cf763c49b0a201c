import { setTimeout as sleep } from "node:timers/promises";
import type { CallOutcome, Permit } from "./breaker.ts";
import type { StorageClient } from "./client.ts";
import { StorageFault } from "./fault.ts";
import type { Job, JobResult } from "./job.ts";
import { retryPause } from "./retry-pause.ts";
import type { UploaderSettings } from "./settings.ts";

/** What the tries for one text need to know, and whom they report to. */
export interface TryContext {
  readonly client: StorageClient;
  readonly settings: UploaderSettings;
  /** Aborts when the service stops. */
  readonly signal: AbortSignal;
  /** Whether the breaker still lets calls pass. */
  readonly passes: () => boolean;
  /** Told of the end of each try, for the breaker; a failure comes with its fault. */
  readonly settle: (outcome: CallOutcome, tookMs: number, fault?: StorageFault) => void;
}

/**
 * All tries for one text: `settings.tries` with pauses between them, a `probe` one only. Stops
 * early when another text's failure has opened the breaker. Never rejects.
 */
export async function storeText(context: TryContext, job: Job, permit: Permit): Promise<JobResult> {
  const { settings, signal } = context;
  const maxTries = permit === "probe" ? 1 : settings.tries;
  for (let tries = 1; ; tries += 1) {
    const startedMs = performance.now();
    const fault = await tryOnce(context, job);
    if (typeof fault === "string") return fault;
    const pauseMs =
      fault.retry && tries < maxTries
        ? retryPause(settings, tries, fault.retryAfterMs, Math.random())
        : undefined;
    const counts = pauseMs === undefined || fault.blame === "server";
    context.settle(counts ? "failed" : "dropped", performance.now() - startedMs, fault);
    if (pauseMs === undefined) return "inline_failed";
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return "inline_stopped";
    if (!context.passes()) return "inline_open";
  }
}

// --- internal ---

/** How the text ended, or the fault that the caller has yet to settle. */
async function tryOnce(context: TryContext, job: Job): Promise<JobResult | StorageFault> {
  const { client, settings, signal, settle } = context;
  const startedMs = performance.now();
  try {
    const result = await client.store(job.hash, job.text, signal);
    const tookMs = performance.now() - startedMs;
    if (tookMs <= settings.slowMs) settle("ok", tookMs);
    else settle("failed", tookMs, tooSlow(tookMs, settings.slowMs));
    return result;
  } catch (error) {
    if (signal.aborted) {
      settle("dropped", performance.now() - startedMs);
      return "inline_stopped";
    }
    return error instanceof StorageFault ? error : unexpected(error);
  }
}

function tooSlow(tookMs: number, slowMs: number): StorageFault {
  return new StorageFault(
    `storage: upload an excerpt: expected an end within ${slowMs} ms, took ${Math.round(tookMs)} ms`,
    {
      operation: "upload an excerpt",
      class: "transient",
      code: "slow",
      hint: "the server or the network is overloaded",
      retry: false,
      blame: "server",
    },
  );
}

/** A mistake of ours must not cost a submission either: the text stays inline, the log says why. */
function unexpected(error: unknown): StorageFault {
  return new StorageFault(`storage: upload an excerpt: ${String(error)}`, {
    operation: "upload an excerpt",
    class: "transient",
    code: "internal",
    hint: "this is a bug in kci-ingester; please report it",
    cause: error,
    retry: false,
    blame: "server",
  });
}
