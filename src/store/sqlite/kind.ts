import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StoreFault } from "../fault.ts";
import { unexpectedValue } from "../given.ts";
import type { StoreKind } from "../kind.ts";
import { databasePath, sqliteHint } from "./database-path.ts";

/** A database in a file of one machine: for labs, development and CI. */
export const sqlite: StoreKind = {
  title: "SQLite",
  schemes: ["sqlite"],
  urlForm: "sqlite:PATH",
  parallelWrites: 1,
  migratesItself: true,
  variables: [],
  secretVariables: [],
  placeVariables: [],
  readUrl(given) {
    const hint = sqliteHint(given.value);
    if (hint === undefined) return given.value;
    throw unexpectedValue(given, "sqlite:PATH, the path of a file", hint);
  },
  identify: (url) => ({ place: resolve(databasePath(url)) }),
  publicUrl: (url) => `sqlite:${resolve(databasePath(url))}`,
  completeUrl: (url) => url,
  isOfThisMachine: () => true,
  fileOf: databasePath,
  isAbsent(url) {
    const path = databasePath(url);
    if (existsSync(path)) return false;
    seeThatItCanBeMade(path);
    return true;
  },
  errorClasses: async () => (await import("./classify.ts")).errorClasses(),
  open: async (url, options) => (await import("./store.ts")).openSqlite(databasePath(url), options),
  openReader: async (url, options) =>
    (await import("./reader.ts")).openSqliteReader(databasePath(url), options),
  backUp: async (url, target) => (await import("./back-up.ts")).backUp(databasePath(url), target),
  openPruner: async (url) => (await import("./prune.ts")).openPruner(databasePath(url)),
};

// --- internal ---

function seeThatItCanBeMade(path: string): void {
  const folder = dirname(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why = code === "ENOENT" ? "no such folder" : (code ?? String(cause));
    throw new StoreFault(`cannot create the database in ${folder}: ${why}`, {
      operation: "check the folder",
      path,
      class: "operator",
      code,
      hint: "create the folder and give this user write access, or choose another one with --database",
      cause,
    });
  }
}
