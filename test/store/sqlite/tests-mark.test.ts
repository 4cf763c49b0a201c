import { expect, setDefaultTimeout, test } from "bun:test";
import { readTestOrigins } from "../../../src/results/origins.ts";
import { readWaitingTests } from "../../../src/results/waiting.ts";
import { makeReady } from "../../../src/store/make-ready.ts";
import { Connection } from "../../../src/store/sqlite/connection.ts";
import { markMover } from "../../../src/store/sqlite/tests-mark.ts";
import { transact } from "../../../src/store/sqlite/transact.ts";
import { kinds } from "../../databases.ts";
import { apartOn } from "../../results/apart.ts";
import { drawResults } from "../../results/draw-results.ts";
import {
  halves,
  openReader,
  type ReadableDatabase,
  readableDatabase,
} from "../../results/read-on.ts";
import { Random } from "../../submission/fuzz/random.ts";
import { storeOptions } from "../prepared-store.ts";
import { unpackOldFile } from "./old-files.ts";

setDefaultTimeout(120_000);

const kind = kinds.find(({ name }) => name === "SQLite");
const seed = Number(process.env.RESULTS_SEED ?? 20261127);

/** What is kept of tests, in SQL that looks at them all. */
async function agrees(on: ReadableDatabase): Promise<void> {
  await agreesOnAwaited(on);
  await agreesOnOrigins(on);
}

async function agreesOnAwaited({ reader, database }: ReadableDatabase): Promise<void> {
  const rows = await apartOn(database).rows(
    `select t.build_id, count(*) from tests t where not exists (select 1 from builds b where b.id = t.build_id)
     group by 1 order by 2 desc, 1`,
  );
  const found = await readWaitingTests(reader, 10_000);
  expect(found.total).toBe(rows.reduce((sum, [, n]) => sum + Number(n), 0));
  expect(found.ids).toBe(rows.length);
  const sums = new Map<string, number>();
  for (const { waits_for, n } of found.rows) sums.set(waits_for, (sums.get(waits_for) ?? 0) + n);
  expect([...sums].sort()).toEqual(rows.map(([id, n]) => [String(id), Number(n)]).sort() as never);
}

/** Of each time at which the answer changes, and of one after all. */
async function agreesOnOrigins({ reader, database }: ReadableDatabase): Promise<void> {
  const latest = await database.query(
    "select origin, max(start_time) as time from tests where start_time is not null group by origin",
  );
  const times = latest.map(({ time }) => String(time));
  for (const from of ["2000-01-01", ...new Set(times), "2100-01-01"]) {
    const expected = latest.filter(({ time }) => String(time) >= from).map(({ origin }) => origin);
    expect(await readTestOrigins(reader, from)).toEqual(expected.sort() as string[]);
  }
}

/** What others do to a file, by SQL of their own. */
const changes: readonly ((random: Random) => string)[] = [
  (random) => `delete from tests where rowid % 7 = ${random.below(7)}`,
  () => "delete from tests where rowid = (select max(rowid) from tests)",
  () => "delete from tests where rowid >= (select max(rowid) - 3 from tests)",
  () => "delete from tests where rowid = (select place from tests_mark)",
  (random) => `delete from builds where rowid % 5 = ${random.below(5)}`,
  (random) => `update or ignore builds set id = id || 'x' where rowid % 4 = ${random.below(4)}`,
  (random) =>
    `update tests set build_id = 'o:moved${random.below(3)}' where rowid % 6 = ${random.below(6)}`,
  (random) => `update or ignore tests set id = id || 'x' where rowid % 9 = ${random.below(9)}`,
  (random) =>
    `insert into tests (id, origin, build_id) select 'o:new' || hex(randomblob(8)), 'o', 'o:late${random.below(3)}'`,
  () =>
    "insert or replace into tests select * from tests where rowid = (select place from tests_mark)",
  () =>
    "insert or replace into tests (id, origin, build_id) select id, origin, 'o:replaced' from tests where rowid in (select place from tests_mark)",
  () =>
    "insert or ignore into builds (id, origin, checkout_id) select build_id, 'o', 'o:c' from tests limit 2",
  (random) =>
    `update tests set start_time = '2026-08-0${1 + random.below(9)}T00:00:00.000000Z' where rowid % 11 = ${random.below(11)}`,
  (random) => `update tests set start_time = null where rowid % 3 = ${random.below(3)}`,
  (random) =>
    `update tests set origin = 'o${random.below(9)}' where rowid % 8 = ${random.below(8)}`,
  () => "delete from tests where start_time = (select max(start_time) from tests)",
  () =>
    "insert or ignore into tests (id, origin, build_id, start_time) select 'new:' || hex(randomblob(8)), 'new', build_id, start_time from tests limit 3",
  () => "delete from tests",
  () => "vacuum",
];

test("what tests wait for and who sent them is told as if all were looked at, whatever others do to the file", async () => {
  if (!kind) throw new Error("no SQLite");
  await using on = await readableDatabase(kind, { keepsOpen: true });
  const random = new Random(seed);
  const path = on.database.url.slice("sqlite:".length);
  using connection = new Connection(path, { create: false, busyTimeoutMs: 2_000 });
  const move = markMover((text) => connection.prepare(text), 1);
  let kept = 0;
  for (let turn = 0; turn < 300; turn++) {
    const draw = random.below(10);
    if (draw < 3) {
      const [one, other] = halves(drawResults(seed + turn));
      await on.write(random.chance(0.5) ? one : other);
    } else if (draw < 6) transact(connection.db, move);
    else await on.database.query(random.pick(changes)(random));
    const marks = await on.database.query(
      "select 1 from tests_mark m join tests t on t.rowid = m.place and t.id = m.test_id",
    );
    kept += marks.length;
    try {
      await agrees(on);
    } catch (cause) {
      throw new Error(`turn ${turn}, seed ${seed}`, { cause });
    }
  }
  // Most of the time it is known, and need not be looked for.
  expect(kept).toBeGreaterThan(100);
});

test("the mark is moved by a write when 100,000 tests are behind it", async () => {
  if (!kind) throw new Error("no SQLite");
  await using on = await readableDatabase(kind);
  const insert = (from: number, count: number) =>
    on.database.query(`insert into tests (id, origin, build_id)
      with recursive n(i) as (select ${from} union all select i + 1 from n where i + 1 < ${from + count})
      select 'o:' || i, 'o', 'o:b' || (i / 1000) from n`);
  const placeOf = async () =>
    (await on.database.query("select place from tests_mark")).map(({ place }) => place);
  await insert(0, 99_000);
  await on.write(drawResults(seed));
  expect(await placeOf()).toEqual([]);
  await insert(99_000, 1_000);
  await on.write(drawResults(seed + 1));
  const [place] = await placeOf();
  expect(place).toBeGreaterThan(100_000);
  const [{ ids = 0 } = {}] = await on.database.query("select count(*) as ids from awaited_builds");
  expect(ids).toBeGreaterThan(99);
  await agrees(on);
  await insert(100_000, 100_001);
  await on.write(drawResults(seed + 2));
  expect((await placeOf())[0]).toBeGreaterThan(Number(place) + 100_000);
  await agrees(on);
});

test("a file that a former version has written is looked at whole until the service starts", async () => {
  using file = unpackOldFile("0.1.0");
  const [{ n = 0 } = {}] = file.query(
    "select count(*) as n from tests t where not exists (select 1 from builds b where b.id = t.build_id)",
  );
  const origins = file
    .query("select distinct origin from tests where start_time is not null order by 1")
    .map(({ origin }) => String(origin));
  expect(origins.length).toBeGreaterThan(0);
  for (const isReady of [false, true]) {
    if (isReady) await makeReady(file.url, storeOptions);
    await using reader = await openReader(file.url);
    expect((await readWaitingTests(reader, 100)).total).toBe(Number(n));
    expect(await readTestOrigins(reader, "2000-01-01")).toEqual(origins);
  }
});
