import { SQLiteError } from "bun:sqlite";
import type { FaultClass } from "../../fault.ts";
import { hiddenShortage, limitHint } from "../../system-limits.ts";
import { StoreFault } from "../fault.ts";

interface Verdict {
  class: FaultClass;
  hint?: string;
}

const busy: Verdict = { class: "transient", hint: "another program holds the database" };
const full: Verdict = { class: "transient", hint: "free space on the disk of the database" };
const disk: Verdict = { class: "transient", hint: "look at the disk of the database" };
const damaged: Verdict = { class: "operator", hint: "restore the file or name another --database" };
const access: Verdict = { class: "operator", hint: "let this user read and write file and folder" };
const tables: Verdict = { class: "operator", hint: "run: kci-ingester migrate --database URL" };
const refused: Verdict = { class: "refused" };

/**
 * What each primary result code of SQLite means for the files in hand (sqlite.org/rescode.html). A
 * code that is not here is transient: nobody's file is refused for a reason nobody knows.
 */
export const sqliteCodes: Readonly<Record<string, Verdict>> = {
  SQLITE_BUSY: busy,
  SQLITE_LOCKED: busy,
  SQLITE_PROTOCOL: busy,
  SQLITE_FULL: full,
  SQLITE_IOERR: disk,
  SQLITE_NOMEM: { class: "transient" },
  SQLITE_INTERRUPT: { class: "transient" },
  SQLITE_SCHEMA: { class: "transient" },
  SQLITE_CORRUPT: damaged,
  SQLITE_NOTADB: damaged,
  SQLITE_READONLY: access,
  SQLITE_PERM: access,
  SQLITE_CANTOPEN: access,
  SQLITE_AUTH: access,
  SQLITE_ERROR: tables,
  SQLITE_CONSTRAINT: refused,
  SQLITE_TOOBIG: refused,
  SQLITE_MISMATCH: refused,
};

/** Turns what bun:sqlite threw into a `StoreFault` with its class. */
export function classify(cause: unknown, operation: string, path: string): StoreFault {
  const code = cause instanceof SQLiteError ? (cause.code ?? "SQLITE_ERROR") : undefined;
  const primary = code?.split("_").slice(0, 2).join("_");
  const shortage = shortageOf(cause, primary);
  const verdict: Verdict = shortage
    ? { class: "transient", hint: limitHint(shortage) ?? "" }
    : (primary && sqliteCodes[primary]) || { class: "transient" };
  const said = cause instanceof Error ? cause.message : String(cause);
  const message =
    shortage && primary !== "SQLITE_NOMEM" && !said.includes(shortage)
      ? `${said} (${shortage})`
      : said;
  return new StoreFault(`cannot ${operation}: ${message}`, {
    operation,
    path,
    code,
    cause,
    ...verdict,
  });
}

/** The limit of the system that SQLite, or a look at its files, met: it tells no errno itself. */
function shortageOf(cause: unknown, primary: string | undefined): string | undefined {
  if (primary === "SQLITE_NOMEM") return "ENOMEM";
  if (primary === "SQLITE_CANTOPEN" || primary === "SQLITE_IOERR") return hiddenShortage();
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === "string" && limitHint(code) ? code : undefined;
}
