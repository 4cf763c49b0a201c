import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builds, tests } from "../../src/rows/tables.ts";
import { createIndexes, createTable } from "../../src/store/postgres/sql.ts";
import type { TestDatabase } from "../databases.ts";
import { compiled } from "../e2e/binary.ts";
import { runIngester } from "../e2e/run-ingester.ts";
import { openStore } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";
import { kindOf } from "./scene.ts";
import { joined, submission } from "./submissions.ts";

setDefaultTimeout(120_000);

const kind = kindOf("Postgres");
const services = 4;
const objects = 12;

async function layOut({ query }: TestDatabase, partitions: number): Promise<void> {
  for (const table of [tests, builds]) {
    await query(`${createTable(table)} partition by hash (id)`);
    for (let at = 0; at < partitions; at++) {
      await query(
        `create table ${table.name}_${at} partition of ${table.name} for values with (modulus ${partitions}, remainder ${at})`,
      );
    }
    for (const statement of createIndexes(table).values()) await query(statement);
  }
}

/** The same objects in files of their own, each service's in another order. */
function fill(spool: string, service: number): void {
  mkdirSync(spool);
  const names = Array.from({ length: objects }, (_, at) => `o${at}`);
  const order = [...names.slice(service * 3), ...names.slice(0, service * 3)];
  if (service % 2) order.reverse();
  for (const [at, name] of order.entries()) {
    const pair = [name, order[(at + 1) % objects] ?? name];
    writeFileSync(join(spool, `${at}.json`), joined(pair.map((one) => submission(one, 20))));
  }
}

test.skipIf(!kind).each([8, 64])(
  "four services write the same rows into %p partitions, lose none and store each once",
  async (partitions) => {
    await using database = (await kind?.create()) as TestDatabase;
    await layOut(database, partitions);
    {
      await using store = await openStore(database.url);
      await store.migrate();
    }
    using folder = temporaryFolder();
    const program = await compiled();
    const runs = Array.from({ length: services }, async (_, service) => {
      const spool = join(folder.path, `spool-${service}`);
      fill(spool, service);
      const words = ["monitor", "--once", "--max-workers", "2", "--spool-dir", spool];
      return runIngester(program, [...words, "--database", database.url]);
    });
    for (const { exitCode, stderr } of await Promise.all(runs)) {
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("submission_refused")]);
    }
    const wanted = {
      checkouts: 1,
      builds: 1,
      tests: 20,
      issues: 1,
      incidents: 1,
      pending_test: 20,
    };
    for (const [table, each] of Object.entries(wanted)) {
      const [row] = await database.query(
        `select count(*) as n, count(distinct tableoid) as parts from ${table}`,
      );
      expect([table, Number(row?.n)]).toEqual([table, each * objects]);
      if (table === "tests") expect(Number(row?.parts)).toBeGreaterThan(partitions / 2);
    }
  },
);
