import { Database } from "bun:sqlite";
import { fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { closeHandle } from "../../base/close-handle.ts";
import { diskSpaceAt } from "../../base/disk-space.ts";
import type { FaultDetails } from "../../base/fault.ts";
import { fileAt } from "../../base/file-at.ts";
import { StoreFault } from "../fault.ts";
import type { Backup } from "../kind.ts";
import { classify } from "./classify.ts";

/** How long to wait for a program that has the whole file for itself. */
const busyTimeoutMs = 10_000;

/**
 * Copies a database into `target`, an empty file of our own, as `StoreKind.backUp` does. `VACUUM INTO` reads in
 * one transaction, with little memory, and keeps no writer out; meanwhile the log cannot begin anew.
 */
export function backUp(path: string, target: string): Backup {
  try {
    if (!fileAt(path)) throw faultOf(`no database at ${path}`, path, "choose another one");
    // Its snapshot is a moment older than that of the copy, and counted when the copy is there.
    using before = open(path);
    before.run("begin");
    before.query("select count(*) from sqlite_schema").get();
    seeRoom(before, target);
    using source = open(path);
    source.query("vacuum into ?").run(target);
    makeDurable(target);
    return { rows: verify(before, target) };
  } catch (cause) {
    if (cause instanceof StoreFault) throw cause;
    const fault = classify(cause, `copy the database ${path}`, path);
    if (fault.code !== "SQLITE_FULL") throw fault;
    throw faultOf(fault.message, target, roomHint, { class: "transient", cause });
  }
}

// --- internal ---

const roomHint = "free some space there, or put the backup elsewhere";

/** A connection that alters nothing, not even how the file is logged. */
function open(path: string): Database {
  const db = new Database(path, { readwrite: true, create: false, strict: true });
  db.run(`pragma busy_timeout = ${busyTimeoutMs}`);
  return db;
}

/** Sees that a disk has room for all pages in use. */
function seeRoom(db: Database, target: string): void {
  const { pages, free, size } = db
    .query(
      "select page_count as pages, freelist_count as free, page_size as size from pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .get() as { pages: number; free: number; size: number };
  const neededBytes = (pages - free) * size;
  const space = diskSpaceAt(dirname(target));
  // Some network file systems do not say how large they are.
  if (!space?.sizeBytes || space.freeBytes >= neededBytes) return;
  throw faultOf(
    `the backup needs ${neededBytes} bytes, but its disk has only ${space.freeBytes} left`,
    target,
    roomHint,
    { class: "transient", code: "ENOSPC" },
  );
}

function makeDurable(path: string): void {
  const handle = openSync(path, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeHandle(handle);
  }
}

/** Sees that a copy is whole and lacks no row of a snapshot; returns how many rows its tables have. */
function verify(before: Database, copyPath: string): Record<string, number> {
  using copy = new Database(copyPath, { readonly: true, strict: true });
  const found = copy.query("pragma integrity_check(3)").all() as { integrity_check: string }[];
  const damage = found.map((row) => row.integrity_check).join("; ");
  if (damage !== "ok") {
    throw faultOf(
      `the copy is damaged: ${damage}`,
      copyPath,
      "the database itself may be damaged: keep your existing backups, and run pragma integrity_check on it",
    );
  }
  const entries = tablesOf(before).map((table) => {
    const [expected, rows] = [countRows(before, table), countRows(copy, table)];
    if (rows >= expected) return [table, rows] as const;
    const message = `the copy has ${rows} rows in ${table}, expected ${expected}`;
    throw faultOf(message, copyPath, "were rows deleted meanwhile? run the backup again", {
      class: "transient",
    });
  });
  return Object.fromEntries(entries);
}

function tablesOf(db: Database): string[] {
  const rows = db
    .query(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' and sql not like 'create virtual%' order by name",
    )
    .all() as { name: string }[];
  return rows.map(({ name }) => name);
}

function countRows(db: Database, table: string): number {
  const name = `"${table.replaceAll('"', '""')}"`;
  return (db.query(`select count(*) as rows from ${name}`).get() as { rows: number }).rows;
}

function faultOf(
  message: string,
  path: string,
  hint: string,
  details: Partial<FaultDetails> = {},
): StoreFault {
  return new StoreFault(message, {
    operation: "back up the database",
    path,
    class: "operator",
    hint,
    ...details,
  });
}
