import { StoreFault } from "./fault.ts";
import type { StoreKind } from "./kind.ts";
import { postgres } from "./postgres/kind.ts";
import { sqlite } from "./sqlite/kind.ts";

/** Every kind of database. Whoever adds one writes a folder beside theirs, and a word here. */
export const storeKinds: readonly StoreKind[] = [sqlite, postgres];

/** The forms that the URL of a database has, for people: `sqlite:PATH or postgres://…`. */
export const urlForms = new Intl.ListFormat("en", { type: "disjunction" }).format(
  storeKinds.map((kind) => kind.urlForm),
);

/** The kind of database that the scheme of a URL names; undefined for a scheme that nobody has. */
export function findStoreKind(url: string): StoreKind | undefined {
  const scheme = url.slice(0, Math.max(0, url.indexOf(":")));
  return storeKinds.find((kind) => kind.schemes.includes(scheme));
}

/** The same. Throws `StoreFault` (operator) where there is none. */
export function storeKind(url: string): StoreKind {
  const kind = findStoreKind(url);
  if (kind) return kind;
  const scheme = url.slice(0, Math.max(0, url.indexOf(":")));
  throw new StoreFault(`there is no database type called "${scheme || url}"`, {
    operation: "open the database",
    class: "operator",
    hint: `write --database as ${urlForms}`,
  });
}
