import type { StoreOptions } from "./store.ts";
import { storeKind } from "./store-kind.ts";

/** How a database is found. */
export interface Probe {
  /** "SQLite", "Postgres". */
  title: string;
  /** `absent`: the service will make it; `incomplete`: ingestion cannot work without `missing`. */
  state: "ready" | "absent" | "incomplete";
  /** Tables, or columns as `table.column`. */
  missing: string[];
  /** What works, but not as safely as it could: a sentence each. */
  warnings: string[];
}

/** Looks at a database without changing anything. Throws `StoreFault` where it cannot be reached. */
export async function probeStore(url: string, options: StoreOptions): Promise<Probe> {
  const kind = storeKind(url);
  const { title } = kind;
  if (kind.isAbsent(url)) return { title, state: "absent", missing: [], warnings: [] };
  await using store = await kind.open(url, options);
  const missing = await store.missing();
  const warnings = await store.warnings();
  return { title, state: missing.length === 0 ? "ready" : "incomplete", missing, warnings };
}
