import { existsSync } from "node:fs";
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
}

/** Looks at a database without changing anything. Throws `StoreFault` where it cannot be reached. */
export async function probeStore(url: string, options: StoreOptions): Promise<Probe> {
  const kind = await storeKind(url);
  const { title, migratesItself } = kind;
  if (migratesItself) {
    const { pathOf } = await import("./sqlite/store.ts");
    if (!existsSync(pathOf(url))) return { title, state: "absent", missing: [] };
  }
  await using store = await kind.open(url, options);
  const missing = await store.missing();
  return { title, state: missing.length === 0 ? "ready" : "incomplete", missing };
}
