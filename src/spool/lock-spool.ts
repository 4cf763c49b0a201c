import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { SpoolFault, spoolFault } from "./fault.ts";

/**
 * Makes this process the one service of a spool until it disposes of the result or ends, however it
 * ends: the lock is one of the operating system's, taken through SQLite because it locks alike
 * everywhere. Throws `SpoolFault` (operator) that says who holds the spool.
 */
export function lockSpool(root: string): Disposable {
  const lock = join(root, ".kci-ingester.lock");
  const holder = join(root, ".kci-ingester.holder");
  const db = take(lock, holder, root);
  try {
    const since = new Date().toISOString();
    writeFileSync(holder, `${JSON.stringify({ pid: process.pid, host: hostname(), since })}\n`);
  } catch (cause) {
    db.close();
    throw spoolFault(cause, "write", holder);
  }
  return { [Symbol.dispose]: () => db.close() };
}

function take(lock: string, holder: string, root: string): Database {
  try {
    const db = new Database(lock);
    db.run("pragma journal_mode = off");
    db.run("begin exclusive");
    return db;
  } catch (cause) {
    const isBusy = String((cause as { code?: unknown }).code).startsWith("SQLITE_BUSY");
    if (!isBusy) throw spoolFault(cause, "lock", lock);
    throw new SpoolFault(`the spool ${root} is in use by another service${describe(holder)}`, {
      operation: "lock the spool",
      path: root,
      class: "operator",
      hint: "stop that service, or give this one a spool of its own",
      cause,
    });
  }
}

function describe(holder: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(holder, "utf8")) as Record<
      string,
      unknown
    >;
    return `: process ${Number(pid)} on ${String(host).slice(0, 255)} since ${String(since).slice(0, 30)}`;
  } catch {
    // The other service has only just begun.
    return "";
  }
}
