import { builds, checkouts, incidents, issues, tests } from "./main-tables.ts";
import type { Table } from "./table.ts";
import { latestCheckout, tables, treeListing } from "./tables.ts";

/** Which rows belong to which, where a column names the key of another table. */

/** The main table whose key a column holds. */
export const parentOf: Readonly<Record<string, Table>> = {
  issue_id: issues,
  checkout_id: checkouts,
  build_id: builds,
  test_id: tests,
};

/** A column of a table that holds the key of another. */
export interface Reference {
  readonly table: Table;
  readonly column: string;
}

/** The main tables whose rows belong to those of a table. */
export function childrenOf(parent: Table): Reference[] {
  return referencesTo(parent).filter(({ table }) => !table.derived);
}

/** The tables whose rows follow from those of a table and go with them; not the listings, which others may take over. */
export function followersOf(main: Table): Reference[] {
  return referencesTo(main).filter(
    ({ table }) => table.derived?.from === main && !isListing(table),
  );
}

/** The tables with one row for each tree, or commit, which tells of the latest checkout. */
export const listings: readonly Table[] = [latestCheckout, treeListing];

/** The main tables in an order in which children come before their parents. */
export const childrenFirst: readonly Table[] = [incidents, tests, builds, checkouts];

// --- internal ---

function isListing(table: Table): boolean {
  return listings.includes(table);
}

function referencesTo(parent: Table): Reference[] {
  return tables.flatMap((table) =>
    table.written
      .filter(({ name }) => parentOf[name] === parent)
      .map(({ name }) => ({ table, column: name })),
  );
}
