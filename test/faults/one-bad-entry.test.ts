import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { sharedScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const scene = sharedScene(sqlite);

const good = Array.from({ length: 12 }, (_, n) => [`${n}.json`, submission(`o${n}`)] as const);
const inputs = new Map([...good, ["odd.json", submission("odd", 1, { comment: "stumble" })]]);
const limits = { maxFiles: 5, patienceMs: 1_500 };
const archived = good.map(([name]) => `archive/${name}`);

test.each([
  { title: "cannot be moved", stuck: [{ call: "renameSync", name: "odd.json", errno: "EACCES" }] },
  {
    title: "cannot be moved for now",
    stuck: [{ call: "renameSync", name: "odd.json", errno: "EIO" }],
  },
  { title: "cannot be looked at", stuck: [{ call: "lstatSync", name: "odd.json", errno: "EIO" }] },
  { title: "cannot be opened", stuck: [{ call: "openSync", name: "odd.json", errno: "EIO" }] },
  { title: "may not be opened", stuck: [{ call: "openSync", name: "odd.json", errno: "EACCES" }] },
] as const)(
  "a file that $title stays, all others go in, and the exit code tells",
  async ({ stuck }) => {
    const s = await scene;
    await s.reset(inputs);
    const run = await s.run({ stuck: [...stuck], limits }, "--once", "--max-workers", "2");
    expect([...filesOf(s.spool).keys()].sort()).toEqual([...archived, "odd.json"].sort());
    expect(run.exitCode).not.toBe(0);
    expect(run.stderr).toContain("odd.json");
    expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
    expect([...filesOf(s.spool).keys()].sort()).toEqual([...archived, "archive/odd.json"].sort());
  },
);

test("a file that makes the database fail for now is soon alone, and all others go in", async () => {
  const s = await scene;
  await s.reset(inputs);
  const plan = { storeStumblesOn: "stumble", limits };
  const run = await s.run(plan, "--once", "--max-workers", "2");
  expect([...filesOf(s.spool).keys()].sort()).toEqual([...archived, "odd.json"].sort());
  expect(run.exitCode).toBe(69);
});

test("files that make the database fail for now do not ask again and again before all others", async () => {
  const s = await scene;
  const odd = ["0-a", "0-b"].map(
    (name) => [`${name}.json`, submission(name, 1, { comment: "stumble" })] as const,
  );
  await s.reset(new Map([...odd, ...good]));
  await using service = runService(s, { storeStumblesOn: "stumble" });
  await service.settled(good.map(([name]) => name));
  expect([...filesOf(s.spool).keys()].sort()).toEqual(
    [...archived, ...odd.map(([name]) => name)].sort(),
  );
});

test("where all workers die no file is to blame: nothing is refused, and all goes in when they live", async () => {
  const s = await scene;
  await s.reset(inputs);
  const sign = join(s.spool, "../workers-may-live");
  rmSync(sign, { force: true });
  const plan = { workersDieUntil: sign, limits };
  const child = s.start(plan, "--once", "--max-workers", "2");
  const log = new Response(child.stderr).text();
  expect(await child.exited).toBe(69);
  expect(filesOf(s.spool).size).toBe(inputs.size);
  expect([...filesOf(s.spool).keys()].filter((path) => path.includes("/"))).toEqual([]);
  expect(await log).toContain("workers died in a row");

  await using service = runService(s, plan, "--max-workers", "2");
  const deaths = () => service.log.match(/"\w+_died"/g)?.length ?? 0;
  await until(
    () => deaths() > 3,
    20_000,
    () => service.log,
  );
  writeFileSync(sign, "");
  const isIn = () => [...filesOf(s.spool).keys()].every((path) => path.startsWith("archive/"));
  expect(await until(isIn)).toBe(true);
  expect(await service.stop()).toBe(0);
});

test("a file alone in the spool that kills workers is refused once a worker has lived without it", async () => {
  const s = await scene;
  await s.reset(new Map([["odd.json", submission("odd", 1, { comment: "poison" })]]));
  const plan = { poison: { mark: "poison", does: "exit" as const }, limits };
  const run = await s.run(plan, "--once");
  expect(run.exitCode).toBe(1);
  expect([...filesOf(s.spool).keys()]).toEqual(["failed/odd.json"]);
  const reason = JSON.parse(readFileSync(join(s.spool, "failed/odd.json.error"), "utf8"));
  expect(reason.reason).toBe("crash-loop");
});

test.each([
  { way: "plain", words: [] },
  { way: "compressed", words: ["--compress-archive"] },
])("files that cannot be closed go in all the same, $way", async ({ words }) => {
  const s = await scene;
  await s.reset(new Map([...good, ["bad.json", "{}"]]));
  const stuck = [{ call: "closeSync", errno: "EINTR" } as const];
  const run = await s.run({ stuck, limits }, "--once", ...words);
  expect(run.stderr).not.toContain("unexpected error");
  const moved = [...filesOf(s.spool).keys()].map((name) => name.replace(/\.zst$/, ""));
  expect(moved.sort()).toEqual([...archived, "failed/bad.json"].sort());
  expect(run.exitCode).toBe(1);
});
