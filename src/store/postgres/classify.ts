import { isFullDisk } from "../../base/full-disk.ts";
import { hiddenShortage, limitHint } from "../../base/system-limits.ts";
import { tables as knownTables } from "../../rows/tables.ts";
import { type Blame, type RowRefusal, StoreFault } from "../fault.ts";
import { foreignKey, needsValue, notMigrated, type Verdict } from "../verdict.ts";

const transient: Verdict = { class: "transient" };
const login: Verdict = { class: "operator", hint: "check user and password in --database" };
const limits: Verdict = {
  class: "refused",
  blame: "limits",
  hint: "do columns and indexes have the types and sizes that migrate creates?",
};
const rule: Verdict = { class: "refused", blame: "rule" };
const others: Verdict = {
  class: "operator",
  blame: "server",
  hint: "rows may be equal except for their keys: drop the index or constraint that migrate did not create",
};
const encoding: Verdict = {
  class: "operator",
  blame: "server",
  hint: "the database's encoding cannot represent a character: use a database with the encoding UTF8",
};

/**
 * What each SQLSTATE, or class of them, means for the files in hand; the longest match counts
 * (`store/README.md` 4). A code that is not here is transient: nobody's file is refused for a reason
 * nobody knows.
 */
export const sqlStates: Readonly<Record<string, Verdict>> = {
  "08": transient,
  "0A": {
    class: "operator",
    hint: "the tables differ from what migrate creates: is there row-level security, or a view?",
  },
  "21": limits,
  "22": limits,
  "22021": encoding,
  "2200H": {
    class: "operator",
    blame: "server",
    hint: "a sequence is exhausted: give it a larger maxvalue, and its column a wider type",
  },
  "22P05": encoding,
  "23": rule,
  "23503": foreignKey,
  "23505": others,
  "23P01": others,
  "25": transient,
  "25006": { class: "transient", hint: "the server is read-only: is it a standby?" },
  "26": transient,
  "28": login,
  "2BP01": {
    class: "operator",
    hint: "drop your own views that use those of migrate, and create them again afterwards",
  },
  "3D000": { class: "operator", hint: "create the database, or choose another with --database" },
  "3F000": notMigrated,
  "40": transient,
  "42": notMigrated,
  "42501": { class: "operator", hint: "grant the user in --database rights on the tables" },
  "44": rule,
  "53": transient,
  "53100": { class: "transient", hint: "free space on the disk of the database server" },
  "53300": { class: "transient", hint: "the server has no connections left" },
  "54": limits,
  "55": transient,
  "55000": {
    class: "operator",
    hint: "the tables differ from what migrate creates: is there a deferrable primary key, or a view?",
  },
  "57": transient,
  "58": transient,
  P0: rule,
  XX: transient,
};

/** Codes of no entry: a trigger may raise any. */
const unknown: Verdict = { class: "transient", blame: "server" };

const statementPooling: Verdict = {
  class: "operator",
  hint: "the pooler gives each statement another session: set its pool_mode to transaction or session",
};

const rowSecurity: Verdict = {
  class: "operator",
  hint: "disable the row-level security of the table, or alter the role of --database to bypassrls",
};

const noPartition: Verdict = {
  class: "operator",
  blame: "server",
  hint: "create the missing partition, or a default one",
};

/** The classes of the table's SQLSTATEs. */
export function errorClasses(): string[] {
  return [...new Set(Object.keys(sqlStates).map((state) => state.slice(0, 2)))];
}

/** What the driver gives of an error of the server (postgresql.org/docs/current/protocol-error-fields.html). */
interface ServerError {
  severity?: unknown;
  code?: unknown;
  table_name?: unknown;
  column_name?: unknown;
  constraint_name?: unknown;
}

/**
 * Turns what the driver threw into a `StoreFault` with its class; `path` is the masked URL, `table` the
 * one that was being written.
 */
export function classify(
  cause: unknown,
  operation: string,
  path: string,
  table?: string,
): StoreFault {
  const code = codeOf(cause);
  const state = code && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  const said = cause instanceof Error ? cause.message || code || cause.name : String(cause);
  const meant = state ? verdictOf(state, cause as ServerError, said, table) : transient;
  // What ends a session is not about rows.
  const verdict = meant.blame && isEnd(cause as ServerError) ? transient : meant;
  const message = isFullDisk(state) ? `the disk of the server is full: ${said}` : said;
  const { blame, ...rest } = verdict;
  return new StoreFault(`cannot ${operation}: ${message}`, {
    operation,
    path,
    code,
    cause,
    hint: state
      ? undefined
      : (limitHint(code) ??
        limitHint(hiddenShortage()) ??
        "is the server running, and are host and port in --database correct?"),
    ...rest,
    rows: state && blame ? refusalOf(state, cause as ServerError, table, blame) : undefined,
  });
}

/** The SQLSTATE, errno or driver code of what was thrown. */
export function codeOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

// --- internal ---

function verdictOf(
  state: string,
  error: ServerError,
  said: string,
  table: string | undefined,
): Verdict {
  if (state === "08P01" && /not allowed in statement pooling/.test(said)) return statementPooling;
  if (/^(?:42501|0A000)$/.test(state) && /row-level security/.test(said)) return rowSecurity;
  const constraint = textOf(error.constraint_name);
  if (state === "23514" && !constraint) return noPartition;
  if (state === "23502") return notNull(table, error);
  const verdict = sqlStates[state] ?? sqlStates[state.slice(0, 2)] ?? unknown;
  if (verdict !== rule) return verdict;
  const what = constraint ? `the constraint ${constraint}` : "the rule or trigger";
  return { ...rule, hint: `change or drop ${what} of ${table ?? "the table"}` };
}

function isEnd({ severity }: ServerError): boolean {
  return severity === "FATAL" || severity === "PANIC";
}

function notNull(table: string | undefined, error: ServerError): Verdict {
  const column = textOf(error.column_name);
  const named = textOf(error.table_name) || table;
  // A name that we do not know is that of a partition, or of a table that a trigger writes.
  const ours = [named, table].map((one) => knownTables.find(({ name }) => name === one));
  if (needsValue(ours.find((one) => one)?.name, column)) return limits;
  const hint = `alter table ${named} alter column ${column} drop not null, or give it a default`;
  return { class: "operator", blame: "server", hint };
}

function refusalOf(
  state: string,
  error: ServerError,
  table: string | undefined,
  blame: Blame,
): RowRefusal {
  const what = textOf(error.constraint_name) || textOf(error.column_name);
  // A partition has a name of its own, the table that is written counts.
  const where = table ?? textOf(error.table_name);
  return { key: [state, where, what].filter(Boolean).join(" "), table: where, blame };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
