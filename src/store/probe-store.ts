import { tables } from "../rows/tables.ts";
import { closesItself, type Gap } from "./gap.ts";
import type { StoreOptions } from "./store.ts";
import { storeKind } from "./store-kind.ts";

/** How a database is found. */
export interface Probe {
  /** "SQLite", "Postgres". */
  title: string;
  /**
   * `absent`: a file that the service will make; `outdated`: one of a former version, to which the service
   * will add what is `missing`; `incomplete`: ingestion cannot work without `missing`.
   */
  state: "ready" | "absent" | "outdated" | "incomplete";
  missing: Gap[];
  /** What works, but not as safely as it could: a sentence each. */
  warnings: string[];
}

/** Looks at a database without changing anything. Throws `StoreFault` where it cannot be reached. */
export async function probeStore(url: string, options: StoreOptions): Promise<Probe> {
  const kind = storeKind(url);
  const { title, migratesItself } = kind;
  if (kind.isAbsent(url)) return { title, state: "absent", missing: [], warnings: [] };
  await using store = await kind.open(url, options);
  const missing = await store.missing();
  const warnings = await store.warnings();
  return { title, state: stateOf(missing, migratesItself), missing, warnings };
}

// --- internal ---

function stateOf(missing: readonly Gap[], migratesItself: boolean): Probe["state"] {
  if (missing.length === 0) return "ready";
  const absent = missing.filter(({ kind }) => kind === "table");
  const isOurs = absent.length < tables.length;
  return migratesItself && isOurs && missing.every(closesItself) ? "outdated" : "incomplete";
}
