import { SQLiteError } from "bun:sqlite";
import { dirname } from "node:path";
import { errnoInWords, hiddenFullDisk, isFullDisk } from "../../base/full-disk.ts";
import { hiddenShortage, limitHint } from "../../base/system-limits.ts";
import { type Blame, type RowRefusal, StoreFault } from "../fault.ts";
import { foreignKey, needsValue, notMigrated, type Verdict } from "../verdict.ts";

const busy: Verdict = { class: "transient", hint: "another program is using the database" };
const full: Verdict = { class: "transient", hint: "free space on the disk of the database" };
const disk: Verdict = { class: "transient", hint: "check the disk of the database" };
const damaged: Verdict = { class: "operator", hint: "restore the file, or use another --database" };
const access: Verdict = {
  class: "operator",
  hint: "give this user read and write access to the file and its folder",
};
const limits: Verdict = {
  class: "refused",
  blame: "limits",
  hint: "do the columns have the types that migrate creates?",
};
const rule: Verdict = {
  class: "refused",
  blame: "rule",
  hint: "change or drop the constraint, index or trigger that refuses the rows",
};

/**
 * What each primary result code of SQLite means for the files in hand (sqlite.org/rescode.html), and
 * some of the extended ones; the longest match counts. A code that is not here is transient: nobody's
 * file is refused for a reason nobody knows.
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
  SQLITE_ERROR: notMigrated,
  SQLITE_CONSTRAINT: rule,
  SQLITE_CONSTRAINT_DATATYPE: limits,
  SQLITE_CONSTRAINT_FOREIGNKEY: foreignKey,
  SQLITE_CONSTRAINT_UNIQUE: {
    class: "operator",
    blame: "server",
    hint: "rows may be equal except for their keys: drop the index that migrate did not create",
  },
  SQLITE_TOOBIG: limits,
  SQLITE_MISMATCH: limits,
};

/** The primary codes of the table. */
export function errorClasses(): string[] {
  return [...new Set(Object.keys(sqliteCodes).map((code) => primaryOf(code) ?? code))];
}

/** Turns what bun:sqlite threw into a `StoreFault` with its class; `table` is the one being written. */
export function classify(
  cause: unknown,
  operation: string,
  path: string,
  table?: string,
): StoreFault {
  const told = cause instanceof SQLiteError ? (cause.code ?? "SQLITE_ERROR") : undefined;
  const primary = primaryOf(told);
  const shortage = shortageOf(cause, primary, path);
  const code = isFullDisk(shortage) ? shortage : told;
  const said = cause instanceof Error ? cause.message : String(cause);
  const message = shortage ? withShortage(said, shortage) : said;
  const { blame, ...verdict } = shortage ? ofShortage(shortage) : verdictOf(code, message);
  return new StoreFault(`cannot ${operation}: ${message}`, {
    operation,
    path,
    code,
    cause,
    ...verdict,
    rows: code && blame ? refusalOf(code, message, table ?? "", blame) : undefined,
  });
}

// --- internal ---

/** The limit of the system, or the end of the disk, that SQLite or a look at its files met: it tells no errno itself. */
function shortageOf(cause: unknown, primary: string | undefined, path: string): string | undefined {
  if (primary === "SQLITE_NOMEM") return "ENOMEM";
  if (primary === "SQLITE_CANTOPEN" || primary === "SQLITE_IOERR") {
    return hiddenShortage() ?? hiddenFullDisk(dirname(path));
  }
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === "string" && (limitHint(code) || isFullDisk(code)) ? code : undefined;
}

function withShortage(said: string, shortage: string): string {
  if (isFullDisk(shortage)) {
    const words = errnoInWords(shortage);
    return said === "database or disk is full" ? words : `${words}: ${said}`;
  }
  return shortage === "ENOMEM" || said.includes(shortage) ? said : `${said} (${shortage})`;
}

function ofShortage(shortage: string): Verdict {
  if (isFullDisk(shortage)) return full;
  return { class: "transient", hint: limitHint(shortage) ?? "" };
}

function verdictOf(code: string | undefined, message: string): Verdict {
  if (!code) return { class: "transient" };
  if (code === "SQLITE_CONSTRAINT_NOTNULL") return notNull(message);
  return sqliteCodes[code] ?? sqliteCodes[primaryOf(code) ?? ""] ?? { class: "transient" };
}

/** `SQLITE_IOERR_READ` is a kind of `SQLITE_IOERR`. */
function primaryOf(code: string | undefined): string | undefined {
  return code?.split("_").slice(0, 2).join("_");
}

function notNull(message: string): Verdict {
  const [, table, column] = /: ([^.]+)\.(.+)$/.exec(message) ?? [];
  if (needsValue(table, column)) return limits;
  const hint = `the column ${column} of ${table} differs from what migrate creates: allow NULL, or give it a default`;
  return { class: "operator", blame: "server", hint };
}

/** What SQLite says of a constraint names it; a trigger says what it likes. */
function refusalOf(code: string, message: string, table: string, blame: Blame): RowRefusal {
  const what = code === "SQLITE_CONSTRAINT_TRIGGER" ? "" : message;
  return { key: [code, table, what].filter(Boolean).join(" "), table, blame };
}
