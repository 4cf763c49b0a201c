import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { StoreFault } from "./fault.ts";
import { pathOf } from "./sqlite/path-of.ts";
import type { StoreOptions } from "./store.ts";
import { storeKind } from "./store-kind.ts";

/** How a database is found. */
export interface Probe {
  /** "SQLite", "Postgres". */
  title: string;
  /** `absent`: a file that the service will make; `incomplete`: ingestion cannot work without `missing`. */
  state: "ready" | "absent" | "incomplete";
  /** Tables, or columns as `table.column`. */
  missing: string[];
  /** What works, but not as safely as it could: a sentence each. */
  warnings: string[];
}

/** Looks at a database without changing anything. Throws `StoreFault` where it cannot be reached. */
export async function probeStore(url: string, options: StoreOptions): Promise<Probe> {
  const kind = await storeKind(url);
  const { title, migratesItself } = kind;
  if (migratesItself) {
    const path = pathOf(url);
    if (!existsSync(path)) {
      seeThatItCanBeMade(path);
      return { title, state: "absent", missing: [], warnings: [] };
    }
  }
  await using store = await kind.open(url, options);
  const missing = await store.missing();
  const warnings = await store.warnings();
  return { title, state: missing.length === 0 ? "ready" : "incomplete", missing, warnings };
}

// --- internal ---

function seeThatItCanBeMade(path: string): void {
  const folder = dirname(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why = code === "ENOENT" ? "there is no such folder" : (code ?? String(cause));
    throw new StoreFault(`cannot make the database in ${folder}: ${why}`, {
      operation: "look at the folder",
      path,
      class: "operator",
      code,
      hint: "make the folder and let this user write it, or name another one with --database",
      cause,
    });
  }
}
