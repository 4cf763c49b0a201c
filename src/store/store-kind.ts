import { StoreFault } from "./fault.ts";
import type { StoreKind } from "./store.ts";

/**
 * The kind of database that a URL names: `sqlite:PATH`, `postgres://…` or `postgresql://…`. Loaded
 * when asked for, so that nobody pays for a driver not used. Throws `StoreFault` (operator) on others.
 */
export async function storeKind(url: string): Promise<StoreKind> {
  const scheme = url.slice(0, url.indexOf(":"));
  if (scheme === "sqlite") return (await import("./sqlite/store.ts")).sqlite;
  if (scheme === "postgres" || scheme === "postgresql") {
    return (await import("./postgres/store.ts")).postgres;
  }
  throw new StoreFault(`no kind of database goes by "${scheme || url}"`, {
    operation: "open the database",
    class: "operator",
    hint: "give --database as sqlite:PATH or postgres://USER@HOST/NAME",
  });
}
