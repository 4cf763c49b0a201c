import type { Row, RowSet } from "../../src/rows/row.ts";
import type { Table } from "../../src/rows/table.ts";
import { builds, checkouts, pendingTest, tables } from "../../src/rows/tables.ts";
import type { StoredRow } from "./stored.ts";

const filledOnConflict: Readonly<Record<string, readonly string[]>> = {
  pending_test: "platform compatible status path start_time lab full_status".split(" "),
  pending_builds: ["status"],
};
const takenOver: Readonly<Record<string, readonly string[]>> = {
  latest_checkout: ["start_time", "checkout_id"],
  tree_listing: "checkout_id git_commit_name git_commit_tags start_time".split(" "),
};
const keys: Readonly<Record<string, readonly string[]>> = {
  latest_checkout: "origin tree_name git_repository_url git_repository_branch".split(" "),
  tree_listing: "origin tree_name git_repository_url git_repository_branch git_commit_hash".split(
    " ",
  ),
  pending_test: ["test_id"],
  pending_builds: ["build_id"],
};

/** What ingestion makes up where a submission says nothing: it fills a gap and gives way to what is given. */
const madeUp: Readonly<Record<string, Readonly<Record<string, (origin: unknown) => unknown>>>> = {
  builds: { misc: (origin) => ({ lab: origin }) },
  tests: { misc: (origin) => ({ runtime: origin }) },
  pending_test: { lab: (origin) => origin },
};

/**
 * What the nine tables hold after rows were written one after the other, by the rules of
 * `src/rows/README.md` in their plainest form: what the stores are held against.
 */
export function replay(history: readonly RowSet[]): Record<string, StoredRow[]> {
  const stored = new Map(tables.map((table) => [table, new Map<string, StoredRow>()]));
  for (const rows of history) {
    for (const [table, list] of rows) {
      for (const row of list) write(table, stored.get(table) ?? new Map(), row);
    }
  }
  const [pending, isWaiting] = [stored.get(pendingTest), waitsIn(stored)];
  for (const [key, row] of pending ?? []) if (isWaiting(row)) pending?.delete(key);
  return Object.fromEntries(
    [...stored].map(([table, rows]) => {
      const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
      return [table.name, sorted.map((row) => (table.name === "builds" ? withSeries(row) : row))];
    }),
  );
}

// --- internal ---

/** Says of a row of `pending_test` whether it must wait: the checkout of its build is there without a start. */
function waitsIn(stored: ReadonlyMap<Table, Map<string, StoredRow>>) {
  const find = (table: Table, id: unknown) => stored.get(table)?.get(JSON.stringify([id]));
  return ({ build_id }: StoredRow) =>
    find(checkouts, find(builds, build_id)?.checkout_id)?.start_time === null;
}

function write(table: Table, rows: Map<string, StoredRow>, values: Row): void {
  const row: StoredRow = {};
  for (const [place, { name, type }] of table.written.entries()) {
    const value = values[place] ?? null;
    row[name] = type === "json" && typeof value === "string" ? JSON.parse(value) : value;
  }
  const key = JSON.stringify((keys[table.name] ?? ["id"]).map((name) => row[name]));
  const old = rows.get(key);
  if (!old) rows.set(key, row);
  else if (table.name in takenOver) takeOver(table, old, row);
  else fill(table, old, row);
}

function takeOver(table: Table, old: StoredRow, row: StoredRow): void {
  const order = startOf(row) - startOf(old) || byBytes(row.checkout_id, old.checkout_id);
  if (order < 0) return;
  for (const name of takenOver[table.name] ?? []) {
    // Two submissions may each say a part of the one checkout.
    old[name] = order === 0 ? (old[name] ?? row[name]) : row[name];
  }
}

/** A time to the microsecond as a number; none is before all others. */
function startOf({ start_time: time }: StoredRow): number {
  if (typeof time !== "string") return Number.NEGATIVE_INFINITY;
  return Date.parse(time.slice(0, 19)) * 1000 + Number(time.slice(20, 26));
}

function byBytes(a: unknown, b: unknown): number {
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function fill(table: Table, old: StoredRow, row: StoredRow): void {
  const nullable = table.written.filter((column) => column.nullable).map((column) => column.name);
  // The path that is stored says whether it is a boot.
  if (table.name === "pending_test" && old.path === null) old.is_boot = row.is_boot;
  for (const name of filledOnConflict[table.name] ?? nullable) {
    const isGiven = (one: StoredRow) =>
      one[name] !== null && !Bun.deepEquals(one[name], madeUp[table.name]?.[name]?.(one.origin));
    if (old[name] === null || (!isGiven(old) && isGiven(row))) old[name] = row[name];
  }
  if (String(row._timestamp) > String(old._timestamp)) old._timestamp = row._timestamp;
}

function withSeries(row: StoredRow): StoredRow {
  const joined = [row.config_name, row.compiler, row.architecture]
    .map((part) => part ?? "")
    .join("");
  return { ...row, series: new Bun.CryptoHasher("md5").update(joined).digest("hex") };
}
