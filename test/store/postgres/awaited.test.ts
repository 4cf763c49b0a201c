import { expect, setDefaultTimeout, test } from "bun:test";
import { readWaitingBuilds, readWaitingTests } from "../../../src/results/waiting.ts";
import type { Half, Reader } from "../../../src/store/reader.ts";
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

test.skipIf(!kind)("two halves have what the whole has, wherever the middle is", async () => {
  if (!kind) return;
  await using on = await readableDatabase(kind);
  const { reader, database } = on;
  const awaited = reader.dialect.awaited?.tests;
  const idsOf = async (half?: Half) => {
    const rows = awaited ? await reader.query(awaited.idsFrom(0, half)) : [];
    return rows.map(({ id }) => String(id));
  };
  const random = new Random(seed + 3);
  let most = 0;
  for (let turn = 0; turn < 20; turn++) {
    await fill(on, random);
    const whole = await idsOf();
    most = Math.max(most, whole.length);
    for (const { id } of await database.query("select id from builds")) {
      const middle = String(id);
      const halves = [
        await idsOf({ side: "below", middle }),
        await idsOf({ side: "above", middle }),
      ];
      expect(halves.flat().sort()).toEqual(whole.toSorted());
      const isBelow = (one: string) => Buffer.compare(Buffer.from(one), Buffer.from(middle)) < 0;
      expect(halves.map((half) => half.filter(isBelow).length)).toEqual([
        halves[0]?.length ?? 0,
        0,
      ]);
    }
  }
  expect(most).toBeGreaterThan(2);
});

test.skipIf(!kind)("many builds are looked through in two halves beside each other", async () => {
  if (!kind) return;
  await using on = await readableDatabase(kind);
  await on.database.query(`
    insert into builds (origin, id, checkout_id, comment) select 'o', 'o:' || 100000 + i, 'o:c', repeat('x', 1200) from generate_series(1, 6000) i;
    insert into tests (origin, id, build_id) select 'o', 'o:t' || i, 'o:' || 100000 + i from generate_series(1, 6010) i;
    insert into tests (origin, id, build_id) values ('o', 'o:first', 'a'), ('o', 'o:middle', 'o:103000+')`);
  const halves: (boolean | undefined)[] = [];
  const watched = (reader: Reader, isBeside: boolean): Reader => ({
    dialect: reader.dialect,
    version: () => reader.version(),
    query(statement) {
      if (statement.pieces.join("").includes("recursive")) halves.push(isBeside);
      return reader.query(statement);
    },
    ...(reader.beside && !isBeside ? { beside: watched(reader.beside, true) } : {}),
    [Symbol.asyncDispose]: async () => {},
  });
  const both = watched(on.reader, false);
  const found = await readWaitingTests(both, 100);
  expect([found.total, found.ids]).toEqual([12, 12]);
  expect(halves.splice(0)).toEqual([false, true]);
  // A role may be allowed one connection.
  const refusing: Reader = {
    ...both,
    query: () => Promise.reject(new Error("no connection left")),
  };
  expect(await readWaitingTests({ ...both, beside: refusing }, 100)).toEqual(found);
  expect(halves).toEqual([false, false]);
});

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
