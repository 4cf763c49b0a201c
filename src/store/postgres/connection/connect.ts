import postgresJs from "postgres";
import type { Fault } from "../../../base/fault.ts";
import { StoreFault } from "../../fault.ts";
import { codeOf } from "../classify.ts";
import { type Attempt, logIn, notAllowed, type ServerConnection } from "./log-in.ts";
import { agreeOnTls } from "./open-socket.ts";
import type { ConnectionSettings } from "./settings.ts";

/**
 * Connects as libpq would: to the first endpoint that is there and has the role that is asked for, with
 * TLS or without. The connection never connects again by itself; `onClose` is called when it is lost.
 * Throws `StoreFault` where it knows what is to be mended, else what driver or server throw.
 */
export async function connect(
  settings: ConnectionSettings,
  timeoutMs: number,
  onClose: () => void,
): Promise<ServerConnection> {
  const endpoints = settings.inAnyOrder ? shuffled(settings.endpoints) : settings.endpoints;
  const { target } = settings;
  const passes = target === "prefer-standby" ? ["standby", "any"] : [target];
  let failure: unknown;
  for (const wanted of passes) {
    for (const endpoint of endpoints) {
      try {
        const attempt = { settings, endpoint, wanted, timeoutMs, onClose };
        return await withEncryption(attempt);
      } catch (cause) {
        failure = cause;
        // Whoever is refused here would be refused at the next one, too.
        if (!leavesHope(cause)) throw cause;
      }
    }
  }
  throw failure;
}

// --- internal ---

/** Tries what `sslmode` allows, in its order. */
async function withEncryption(attempt: Attempt): Promise<ServerConnection> {
  const { mode } = attempt.settings.tls;
  if (mode === "disable") return logIn(attempt, "none");
  if (mode !== "allow" && mode !== "prefer") return logIn(attempt, "required");
  try {
    return await logIn(attempt, mode === "allow" ? "none" : "offered");
  } catch (cause) {
    const isRefused = codeOf(cause) === notAllowed;
    const isTls = mode === "prefer" && (cause as Partial<Fault>).operation === agreeOnTls;
    if (!isRefused && !isTls) throw cause;
    try {
      return await logIn(attempt, mode === "allow" ? "required" : "none");
    } catch (second) {
      const saysMore = second instanceof postgresJs.PostgresError && codeOf(second) !== notAllowed;
      throw saysMore ? second : cause;
    }
  }
}

function leavesHope(cause: unknown): boolean {
  if (cause instanceof StoreFault) return cause.class === "transient";
  return !(cause instanceof postgresJs.PostgresError) || /^(?:57P|53)/.test(cause.code);
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
