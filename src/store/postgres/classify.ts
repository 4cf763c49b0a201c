import type { FaultClass } from "../../fault.ts";
import { hiddenShortage, limitHint } from "../../system-limits.ts";
import { StoreFault } from "../fault.ts";

interface Verdict {
  class: FaultClass;
  hint?: string;
}

const transient: Verdict = { class: "transient" };
const refused: Verdict = { class: "refused" };
const login: Verdict = { class: "operator", hint: "check user and password of --database" };
const tables: Verdict = { class: "operator", hint: "run: kci-ingester migrate --database URL" };

/**
 * What each SQLSTATE, or class of them, means for the files in hand; the longest match counts
 * (`store/README.md` 4). A code that is not here is transient: nobody's file is refused for a reason
 * nobody knows.
 */
export const sqlStates: Readonly<Record<string, Verdict>> = {
  "08": transient,
  "21": refused,
  "22": refused,
  "23": refused,
  "25006": { class: "transient", hint: "the server is read-only: is it a standby?" },
  "28": login,
  "3D000": { class: "operator", hint: "create the database, or name another with --database" },
  "3F000": tables,
  "40": transient,
  "42": tables,
  "42501": { class: "operator", hint: "grant the user of --database rights on the tables" },
  "53": transient,
  "53100": { class: "transient", hint: "free space on the disk of the database server" },
  "53300": { class: "transient", hint: "the server has no connection left" },
  "54": refused,
  "55P03": transient,
  "57": transient,
  "58": transient,
  XX: transient,
};

/** Turns what the driver threw into a `StoreFault` with its class; `path` is the masked URL. */
export function classify(cause: unknown, operation: string, path: string): StoreFault {
  const code = codeOf(cause);
  const state = code && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  const verdict = (state && (sqlStates[state] ?? sqlStates[state.slice(0, 2)])) || transient;
  const message = cause instanceof Error ? cause.message || code || cause.name : String(cause);
  return new StoreFault(`cannot ${operation}: ${message}`, {
    operation,
    path,
    code,
    cause,
    hint: state
      ? undefined
      : (limitHint(code) ??
        limitHint(hiddenShortage()) ??
        "is the server running, and does --database name its host and port?"),
    ...verdict,
  });
}

/** The SQLSTATE, errno or driver code of what was thrown. */
export function codeOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
