import type { Table } from "../../src/rows/table.ts";
import { builds, latestCheckout, tests, treeListing } from "../../src/rows/tables.ts";
import { createIndexes, createTable } from "../../src/store/postgres/sql.ts";
import { kinds, type TestDatabase, type TestKind } from "../databases.ts";

/** A kind of database, and how the tables of a test are made in it. */
export interface LaidOutKind extends Pick<TestKind, "create"> {
  readonly name: string;
  /** Makes the tables that others have made otherwise than `migrate` would; `migrate` makes the rest. */
  layOut?(database: TestDatabase): Promise<void>;
  /** Whether a test's rows, which are few, are written as those of a large submission. */
  readonly asLarge?: boolean;
}

const partitions = 3;

/**
 * The kinds of database, and Postgres as operators may have it: `tests` and `builds` partitioned by a
 * hash of the id, and ids that are sorted as in a dictionary.
 */
export const storeKinds: readonly LaidOutKind[] = kinds.flatMap((kind): LaidOutKind[] =>
  kind.name === "Postgres"
    ? [kind, { name: "Postgres with partitions", create: kind.create, layOut }]
    : [kind],
);

/** The same, and Postgres by the way that many rows take: for few it has another. */
export const waysToStore: readonly LaidOutKind[] = storeKinds.flatMap((kind): LaidOutKind[] =>
  kind.name === "Postgres"
    ? [kind, { name: "Postgres by COPY", create: kind.create, asLarge: true }]
    : [kind],
);

async function layOut(database: TestDatabase): Promise<void> {
  for (const table of [tests, builds]) {
    await database.query(`${createTable(table)} partition by hash (id)`);
    for (let remainder = 0; remainder < partitions; remainder++) {
      await database.query(
        `create table ${table.name}_${remainder} partition of ${table.name} for values with (modulus ${partitions}, remainder ${remainder})`,
      );
    }
    await makeIndexes(database, table);
  }
  for (const table of [latestCheckout, treeListing]) {
    await database.query(createTable(table).replace("checkout_id text", '$& collate "und-x-icu"'));
    await makeIndexes(database, table);
  }
}

async function makeIndexes(database: TestDatabase, table: Table): Promise<void> {
  for (const statement of createIndexes(table).values()) await database.query(statement);
}
