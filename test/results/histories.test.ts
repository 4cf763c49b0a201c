import { expect, test } from "bun:test";
import { readPassesElsewhere } from "../../src/results/details.ts";
import {
  type RunHistory,
  readPastOfTests,
  readTestHistories,
} from "../../src/results/histories.ts";
import { HistoryMemory } from "../../src/results/history-memory.ts";
import { listTests } from "../../src/results/list-runs.ts";
import type { PastTest } from "../../src/results/runs.ts";
import type { Reader } from "../../src/store/reader.ts";
import type { Submission } from "../../src/submission/submission.ts";
import { sqlite } from "../databases.ts";
import { readableDatabase } from "./read-on.ts";

test("runs that are alike and wait for the same build have each a history of their own", async () => {
  await using on = await readableDatabase(sqlite);
  const of = { origin: "o", build_id: "o:gone", path: "boot", status: "FAIL" };
  await on.write({
    version: { major: 5, minor: 3 },
    tests: ["o:1", "o:2", "o:3"].map((id) => ({ id, ...of })),
  });
  const { rows } = await listTests(on.reader, "boot", { limit: 10 });
  const histories = await readTestHistories(on.reader, rows, { upToItself: true });
  const first = rows.map(({ id }) => histories.get(id)?.runs[0]?.id);
  expect(first).toEqual(rows.map(({ id }) => id));
});

test("a history is the same whether fewer of its runs were read before or not", async () => {
  await using on = await readableDatabase(sqlite);
  // Some run on each commit, some on every few, and of some there are two runs at once.
  const paths = Object.entries({ boot: 1, rare: 3, rarer: 7, twice: 2 });
  const tree = { origin: "o", tree_name: "t", git_repository_branch: "b" };
  const numbers = Array.from({ length: 90 }, (_, at) => at + 1);
  const timeOf = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString();
  await on.write({
    version: { major: 5, minor: 3 },
    checkouts: numbers.map((n) => ({
      ...{ ...tree, id: `o:c${n}`, start_time: timeOf(n) },
      git_commit_hash: String(n).padStart(40, "a"),
    })),
    builds: numbers.map((n) => ({ id: `o:b${n}`, origin: "o", checkout_id: `o:c${n}` })),
    tests: numbers.flatMap((n) =>
      paths.flatMap(([path, every]) =>
        (n % every > 0 ? [] : path === "twice" ? ["x", "y"] : ["x"]).map((end) => ({
          ...{ id: `o:${path}${n}${end}`, origin: "o", build_id: `o:b${n}`, path },
          ...{ status: n % 5 === 0 ? "FAIL" : "PASS", start_time: timeOf(n) },
        })),
      ),
    ),
  });
  const { rows } = await listTests(on.reader, undefined, { limit: 60 });
  const told = (histories: Map<string, RunHistory<PastTest>>) =>
    rows.map(({ id }) => {
      const { runs = [], isCut } = histories.get(id) ?? {};
      return [id, isCut, runs.map((run) => [run.id, run.status, run.git_commit_hash])];
    });
  for (const upToItself of [true, false]) {
    const memory = new HistoryMemory();
    const read = (limit: number, known: HistoryMemory) =>
      readPastOfTests(on.reader, rows, { limit, upToItself, memory: known });
    await readPastOfTests(on.reader, rows.slice(0, 30), { limit: 3, upToItself, memory });
    for (const limit of [10, 20, 12, 40]) {
      const known = told(await read(limit, memory));
      expect(known).toEqual(told(await read(limit, new HistoryMemory())));
      expect(known).toEqual(told(await readTestHistories(on.reader, rows, { limit, upToItself })));
    }
  }
});

test("a history is of one compiler, told or not, and what passes elsewhere of any", async () => {
  await using on = await readableDatabase(sqlite);
  const compilers = ["gcc-14", "clang-21", undefined, "", "gcc-14", "Unknown"];
  const tree = { origin: "o", tree_name: "t", git_repository_branch: "b" };
  await on.write({
    version: { major: 5, minor: 3 },
    checkouts: compilers.map((_, n) => ({
      ...{ ...tree, id: `o:c${n}`, start_time: new Date(Date.UTC(2026, 0, n + 1)).toISOString() },
      git_commit_hash: (n < 2 ? "a" : String(n)).padStart(40, "0"),
    })),
    builds: compilers.map((compiler, n) => ({
      ...{ id: `o:b${n}`, origin: "o", checkout_id: `o:c${n}`, config_name: "c" },
      ...(compiler !== undefined && { compiler }),
    })),
    tests: compilers.map((_, n) => ({
      ...{ id: `o:t${n}`, origin: "o", build_id: `o:b${n}`, path: "boot" },
      ...{
        status: n === 1 ? "PASS" : "FAIL",
        environment: { misc: { platform: n === 1 ? "q" : "p" } },
      },
      start_time: new Date(Date.UTC(2026, 0, n + 1)).toISOString(),
    })),
  });
  const { rows } = await listTests(on.reader, "boot", { limit: 10 });
  const memory = new HistoryMemory();
  const [all, past] = [
    await readTestHistories(on.reader, rows),
    await readPastOfTests(on.reader, rows, { memory }),
  ];
  const idsOf = (histories: Map<string, RunHistory<PastTest>>, id: string) =>
    histories.get(id)?.runs.map((run) => run.id);
  for (const histories of [all, past]) {
    expect(idsOf(histories, "o:t0")).toEqual(["o:t4", "o:t0"]);
    expect(idsOf(histories, "o:t1")).toEqual(["o:t1"]);
    for (const id of ["o:t2", "o:t3", "o:t5"]) {
      expect(idsOf(histories, id)).toEqual(["o:t5", "o:t3", "o:t2"]);
    }
  }
  const failed = rows.filter(({ status }) => status === "FAIL");
  expect(await readPassesElsewhere(on.reader, failed)).toEqual(new Set(["o:t0"]));
});

/** Checkouts of one tree and branch, so many hours apart, each with a build and the tests that `testsOf` tells. */
function treeOf(
  origin: string,
  { count, hours }: { count: number; hours: number },
  testsOf: (place: number) => readonly { platform: string; status: string }[],
): Submission {
  const numbers = Array.from({ length: count }, (_, place) => place);
  // The newest has the place 0.
  const start = (place: number) =>
    new Date(Date.UTC(2026, 5, 1) - place * hours * 3_600_000).toISOString();
  const id = (place: number) => `${origin}:${place}`;
  return {
    version: { major: 5, minor: 3 },
    checkouts: numbers.map((n) => ({
      ...{ id: id(n), origin, tree_name: origin, git_repository_branch: "b" },
      ...{ start_time: start(n), git_commit_hash: `${origin}${n}`.padStart(40, "0") },
    })),
    builds: numbers.map((n) => ({
      ...{ id: id(n), origin, checkout_id: id(n), config_name: "c", compiler: "gcc-14" },
    })),
    tests: numbers.flatMap((n) =>
      testsOf(n).map(({ platform, status }) => ({
        ...{ id: `${origin}:${platform}${n}`, origin, build_id: id(n), path: "boot", status },
        ...{ start_time: start(n), environment: { misc: { platform } } },
      })),
    ),
  };
}

test("the runs before are found many checkouts back, with other platforms in between", async () => {
  await using on = await readableDatabase(sqlite);
  const ran = [0, 1, 13, 27, 61, 119];
  // On a busy tree, on one of a commit a week, and on one with fewer checkouts than a history has runs.
  const trees = { busy: [120, 1], rare: [120, 168], small: [8, 30] } as const;
  for (const [origin, [count, hours]] of Object.entries(trees)) {
    const testsOf = (place: number) => [
      { platform: "other", status: "PASS" },
      ...(ran.includes(place)
        ? [{ platform: "own", status: place === 119 ? "PASS" : "FAIL" }]
        : []),
    ];
    await on.write(treeOf(origin, { count, hours }, testsOf));
  }
  const { rows } = await listTests(on.reader, "boot", { limit: 1_000 });
  const newest = rows.filter(({ id }) => /:(own|other)0$/.test(id));
  expect(newest).toHaveLength(6);
  for (const limit of [4, 20]) {
    const memory = new HistoryMemory();
    const histories = await readPastOfTests(on.reader, newest, { limit, memory });
    for (const [origin, [count]] of Object.entries(trees)) {
      const told = (platform: string) => {
        const { runs = [], isCut } = histories.get(`${origin}:${platform}0`) ?? {};
        return [runs.map(({ id }) => id), isCut];
      };
      const own = ran.filter((place) => place < count).map((n) => `${origin}:own${n}`);
      expect(told("own")).toEqual([own.slice(0, limit), own.length > limit]);
      const others = Array.from({ length: count }, (_, n) => `${origin}:other${n}`);
      expect(told("other")).toEqual([others.slice(0, limit), count > limit]);
    }
  }
});

test("of busy trees no more of the past is read than a history needs", async () => {
  await using on = await readableDatabase(sqlite);
  for (const origin of ["a", "b", "c"]) {
    const testsOf = () => ["own", "other"].map((platform) => ({ platform, status: "FAIL" }));
    await on.write(treeOf(origin, { count: 100, hours: 6 }, testsOf));
  }
  const { rows } = await listTests(on.reader, "boot", { limit: 1_000 });
  const newest = rows.filter(({ id }) => id.endsWith(":own0"));
  let read = 0;
  const counting: Reader = {
    ...on.reader,
    dialect: on.reader.dialect,
    version: () => on.reader.version(),
    async query(statement) {
      const found = await on.reader.query(statement);
      read += found.length;
      return found;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const memory = new HistoryMemory();
  const histories = await readPastOfTests(counting, newest, { limit: 10, memory });
  expect(newest.map(({ id }) => histories.get(id)?.runs.length)).toEqual([10, 10, 10]);
  // Of each tree some 18 checkouts, and on the newest 10 the two runs of its path.
  expect(read).toBeLessThan(3 * 40);
});

test("a checkout that comes between two readings does not move what is known", async () => {
  await using on = await readableDatabase(sqlite);
  const size = { count: 60, hours: 2 };
  const testsOf = () => [{ platform: "own", status: "FAIL" }];
  await on.write(treeOf("o", size, testsOf));
  const { rows } = await listTests(on.reader, "boot", { limit: 1_000 });
  const newest = rows.filter(({ id }) => id === "o:own0");
  const memory = new HistoryMemory();
  const idsOf = async (limit: number) =>
    (await readPastOfTests(on.reader, newest, { limit, memory }))
      .get("o:own0")
      ?.runs.map(({ id }) => id);
  const expected = Array.from({ length: 60 }, (_, n) => `o:own${n}`);
  expect(await idsOf(10)).toEqual(expected.slice(0, 10));
  const later = { ...{ id: "o:later", origin: "o", tree_name: "o", git_repository_branch: "b" } };
  await on.write({
    version: { major: 5, minor: 3 },
    checkouts: [{ ...later, git_commit_hash: "f".repeat(40), start_time: "2026-06-02T00:00:00Z" }],
  });
  expect(await idsOf(55)).toEqual(expected.slice(0, 55));
});
