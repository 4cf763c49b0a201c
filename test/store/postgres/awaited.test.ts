import { expect, setDefaultTimeout, test } from "bun:test";
import { readWaitingBuilds, readWaitingTests } from "../../../src/results/waiting.ts";
import { kinds } from "../../databases.ts";
import { openReader, type ReadableDatabase, readableDatabase } from "../../results/read-on.ts";
import { Random } from "../../submission/fuzz/random.ts";
import { databaseWithTables } from "../prepared-store.ts";
import { storeKinds } from "../store-kinds.ts";

setDefaultTimeout(120_000);

const kind = kinds.find(({ name }) => name === "Postgres");
const seed = Number(process.env.RESULTS_SEED ?? 20261128);

/** Ids of few letters, so that they meet; bytes order them otherwise than people do. */
const drawId = (random: Random) =>
  Array.from({ length: random.below(3) }, () =>
    random.pick(["a", "B", "b", "_", "é", "\u{10ffff}"]),
  )
    .join("")
    .concat(random.pick(["", "~", "0"]));

type Asked = Pick<ReadableDatabase, "database" | "reader">;

async function fill({ database }: Asked, random: Random): Promise<void> {
  const rows = (most: number, into: string, row: (at: number) => string) => {
    const values = Array.from({ length: random.below(most) + 1 }, (_, at) => `(${row(at)})`);
    return `insert into ${into} values ${values.join(", ")} on conflict do nothing`;
  };
  const id = () => `'${drawId(random)}'`;
  const left = [
    rows(6, "checkouts (origin, id)", () => `'o', ${id()}`),
    rows(12, "builds (origin, id, checkout_id)", () => `'o', ${id()}, ${id()}`),
    rows(20, "tests (origin, id, build_id)", (at) => `'o', 'o:t${at}', ${id()}`),
  ].filter(() => random.below(8) > 0);
  await database.query(["truncate checkouts, builds, tests", ...left].join("; "));
}

async function agrees({ reader, database }: Asked): Promise<void> {
  const sources = [
    [readWaitingTests, "tests", "build_id", "builds"],
    [readWaitingBuilds, "builds", "checkout_id", "checkouts"],
  ] as const;
  for (const [read, table, reference, parents] of sources) {
    const rows = await database.query(
      `select ${reference} as id, count(*)::int as n from ${table}
       where ${reference} not in (select id from ${parents}) group by 1`,
    );
    const found = await read(reader, 1_000);
    const known = found.rows.map(({ waits_for, n }) => ({ id: waits_for, n }));
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(known.sort(byId)).toEqual((rows as { id: string; n: number }[]).toSorted(byId));
    expect(found.ids).toBe(rows.length);
  }
}

const isBetween = async ({ reader }: Asked) => {
  const tests = reader.dialect.awaited?.tests;
  return tests !== undefined && (await reader.query(tests.isOfUse)).length > 0;
};

test.skipIf(!kind)("what is waited for lies between what has arrived, in any order", async () => {
  if (!kind) return;
  await using on = await readableDatabase(kind);
  const random = new Random(seed);
  for (let turn = 0; turn < 40; turn++) {
    await fill(on, random);
    await agrees(on);
  }
  expect(await isBetween(on)).toBe(true);
});

test.skipIf(!kind)(
  "nothing is lost where one part of many ids ends and the next begins",
  async () => {
    if (!kind) return;
    await using on = await readableDatabase(kind);
    for (const builds of [1_000, 1_001, 1_002, 2_000, 2_001, 2_002]) {
      // Waited for: what is before all of them, behind each of those at the ends of parts, and behind all.
      const places = [0, 1, 2, 999, 1_000, 1_001, 1_002, 1_999, 2_000, 2_001, 2_002];
      await on.database.query(`truncate builds, tests;
      insert into builds (origin, id, checkout_id) select 'o', 'o:' || 10000 + i, 'o:c' from generate_series(1, ${builds}) i;
      insert into tests (origin, id, build_id) select 'o', 'o:t' || i, 'o:' || 10000 + i || '+' from unnest(array[${places}]) i;
      insert into tests (origin, id, build_id) select 'o', 'o:a' || i, 'o:' || 10000 + i from generate_series(1, ${builds}) i`);
      await agrees(on);
      expect((await readWaitingTests(on.reader, 1_000)).ids).toBe(places.length);
    }
    expect(await isBetween(on)).toBe(true);
  },
);

const partitioned = storeKinds.find(({ name }) => name === "Postgres with partitions");

test.skipIf(!partitioned)("all rows are looked at where tables have partitions", async () => {
  if (!partitioned) return;
  await using database = await databaseWithTables(partitioned);
  await using reader = await openReader(database.url);
  const on = { database, reader };
  const random = new Random(seed + 2);
  for (let turn = 0; turn < 10; turn++) {
    await fill(on, random);
    await agrees(on);
  }
  expect(await isBetween(on)).toBe(false);
});

test.skipIf(!kind)("all rows are looked at where steps have no index, or save none", async () => {
  if (!kind) return;
  await using on = await readableDatabase(kind);
  const random = new Random(seed + 1);
  await fill(on, random);
  await on.database.query(
    "insert into builds (id, origin, checkout_id) select 'o:b' || i, 'o', 'o:c' from generate_series(1, 9) i",
  );
  await on.database.query("analyze builds, tests");
  expect(await isBetween(on)).toBe(false);
  await agrees(on);
  await on.database.query("drop index tests_build_id_551a24f9_like");
  await on.database.query(
    "truncate tests; insert into tests (id, origin, build_id) select 'o:t' || i, 'o', 'o:b' || i % 12 from generate_series(1, 999) i",
  );
  await on.database.query("analyze tests");
  expect(await isBetween(on)).toBe(false);
  await agrees(on);
  await on.database.query("create index mine on tests (build_id text_pattern_ops)");
  expect(await isBetween(on)).toBe(true);
  await agrees(on);
});
