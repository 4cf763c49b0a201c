import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { otherFileSystem, stayOnDisk, temporaryFolder } from "../temporary.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { until } from "./until.ts";

stayOnDisk();

/** A name is not a file: what is archived, refused or deleted is what was read, and nothing else. */

setDefaultTimeout(60_000);

/** Linux: it tells whether a process is stopped, and has a second file system to write to. */
const isLinux = existsSync("/proc/self/status") && existsSync(otherFileSystem());
const once = ["--once", "--max-workers", "1"];
const bad = '{"version":{"major":5,"minor":3},"builds":[{"id":"nothing else"}]}';
const [first, newer] = [submission("version-1"), submission("version-2")];
const stored = async (s: Scene) => {
  const rows = await s.database.query("select id from checkouts");
  return rows.map((row) => row.id).sort();
};
const textsIn = (folder: string) =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .sort();
/** Linux' account of a process; empty when it is gone. */
const statusOf = (pid: number) =>
  existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "";

test.skipIf(!isLinux).each([
  [
    "A1: a newer version that is renamed over a name before its move",
    (path: string) => {
      writeFileSync(`${path}.temp`, newer);
      renameSync(`${path}.temp`, path);
    },
    [newer],
  ],
  [
    "A2: other bytes of equal length and time in the same inode",
    (path: string) => {
      const { mtime } = lstatSync(path);
      const handle = openSync(path, "r+");
      writeSync(handle, newer);
      closeSync(handle);
      utimesSync(path, mtime, mtime);
    },
    [newer],
  ],
  [
    "A2: another file of equal length and time that is made anew",
    (path: string) => {
      const { mtime } = lstatSync(path);
      unlinkSync(path);
      writeFileSync(path, newer);
      utimesSync(path, mtime, mtime);
    },
    [newer],
  ],
] as const)("%s: both go in, and what is archived was ingested", async (_, act, archived) => {
  await using s = await setScene(sqlite);
  await s.reset(new Map([["x.json", first]]));
  const child = s.start({ atName: "renameNew x.json", what: "SIGSTOP" }, ...once);
  expect(await until(() => /^State:\s+T/m.test(statusOf(child.pid)))).toBe(true);
  act(join(s.spool, "x.json"));
  child.kill("SIGCONT");
  expect(await child.exited).toBe(0);
  expect(await stored(s)).toEqual(["version-1", "version-2"].map(checkoutOf));
  expect(textsIn(join(s.spool, "archive"))).toEqual([...archived]);
});

test.skipIf(!isLinux).each([
  { where: "compressed", words: ["--compress-archive"], part: ".x.json.zst.part" },
  { where: "copied to another file system", words: [], part: ".x.json.part" },
])(
  "what a writer that holds a file open writes while it is $where goes in, too",
  async ({ where, words, part }) => {
    await using s = await setScene(sqlite);
    using other = temporaryFolder(otherFileSystem());
    await s.reset(new Map([["x.json", first]]));
    if (where !== "compressed") symlinkSync(other.path, join(s.spool, "archive"));
    const writer = openSync(join(s.spool, "x.json"), "r+");
    const child = s.start({ atName: `renameSync ${part}`, what: "SIGSTOP" }, ...once, ...words);
    expect(await until(() => /^State:\s+T/m.test(statusOf(child.pid)))).toBe(true);
    writeSync(writer, newer, 0);
    closeSync(writer);
    child.kill("SIGCONT");
    expect(await child.exited).toBe(0);
    expect(await stored(s)).toEqual(["version-1", "version-2"].map(checkoutOf));
    expect([...filesOf(s.spool).values()].sort()).toEqual([first, newer]);
  },
);

test.skipIf(!isLinux)(
  "a file that was moved and could not be looked at by the end of a run is looked at by the next",
  async () => {
    await using s = await setScene(sqlite);
    await s.reset(new Map([["x.json", first]]));
    const stuck = [{ call: "linkSync", name: "x.json", errno: "EIO" } as const];
    const limits = { patienceMs: 300 };
    const plan = { limits, stuck, hasNoRenameNew: true, atName: "renameSync x.json" };
    const child = s.start({ ...plan, what: "SIGSTOP" }, ...once);
    expect(await until(() => /^State:\s+T/m.test(statusOf(child.pid)))).toBe(true);
    writeFileSync(join(s.spool, "x.temp"), newer);
    renameSync(join(s.spool, "x.temp"), join(s.spool, "x.json"));
    child.kill("SIGCONT");
    expect(await child.exited).toBe(73);
    expect(filesOf(s.spool)).toEqual(new Map([["archive/x.json", newer]]));
    expect((await s.run({}, ...once)).stderr).toContain('"file_put_back","file":"x.json"');
    expect(await stored(s)).toEqual(["version-1", "version-2"].map(checkoutOf));
  },
);

test("A3: what a slow writer puts into an empty file that has left the spool goes in under its name", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map([["archive/former.json", "{}"]]));
  await using service = runService(s, { limits: { emptyMs: 100 } });
  const writer = openSync(join(s.spool, "slow.json"), "w");
  expect(await until(() => service.log.includes("empty_file_set_aside"))).toBe(true);
  expect(existsSync(join(s.spool, "slow.json"))).toBe(false);
  // It may come back before it is whole, and waits there for the rest.
  for (let at = 0; at < first.length; at += 500) {
    writeSync(writer, first.slice(at, at + 500));
  }
  closeSync(writer);
  await service.settled(["slow.json"]);
  expect(filesOf(s.spool).get("archive/slow.json")).toBe(first);
  expect(await service.stop()).toBe(0);
});

test("A4: 302 hard links of archived files go in once, and leave the spool", async () => {
  await using s = await setScene(sqlite);
  const names = Array.from({ length: 302 }, (_, n) => `${n}.json`);
  const inputs = names.map((name) => [`archive/${name}`, submission(name)] as const);
  await s.reset(new Map(inputs));
  for (const name of names) linkSync(join(s.spool, "archive", name), join(s.spool, name));
  await using service = runService(s, {});
  expect(await until(() => !readdirSync(s.spool).some((name) => name.endsWith(".json")))).toBe(
    true,
  );
  // Whatever comes after them has its turn after theirs.
  service.send([["last.json", first]]);
  await service.settled(["last.json"]);
  expect(await service.stop()).toBe(0);
  const counts = [...service.log.matchAll(/"batch_ingested","files":(\d+)/g)].map(([, n]) =>
    Number(n),
  );
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(303);
  const archived = new Map([...inputs, ["archive/last.json", first] as const]);
  expect(filesOf(s.spool)).toEqual(archived);
});

describe.skipIf(!isLinux)("A5: a link by the name of a part", () => {
  test.each([
    { where: "archive, compressed", folder: "archive", words: ["--compress-archive"], text: first },
    { where: "archive on another file system", folder: "archive", words: [], text: first },
    { where: "failed on another file system", folder: "failed", words: [], text: bad },
  ])("is not written through: $where", async ({ where, folder, words, text }) => {
    await using s = await setScene(sqlite);
    using other = temporaryFolder(otherFileSystem());
    await s.reset(new Map([["x.json", text]]));
    const goal = join(s.spool, folder);
    if (where.includes("another")) symlinkSync(other.path, goal);
    else mkdirSync(goal);
    const victim = join(s.spool, "victim");
    writeFileSync(victim, "somebody's");
    const parts = ["x.json", "x.json.zst", "x.json.error"].map((name) => `.${name}.part`);
    for (const part of parts) symlinkSync(victim, join(goal, part));
    expect((await s.run({}, ...once, ...words)).exitCode).toBe(text === bad ? 1 : 0);
    expect(readFileSync(victim, "utf8")).toBe("somebody's");
    const [path] = [...filesOf(s.spool).keys()];
    expect(path).toStartWith(`${folder}/x.json`);
    expect(filesOf(s.spool).get(path ?? "")).toBe(text);
    expect(lstatSync(join(s.spool, path ?? "")).isFile()).toBe(true);
  });
});

test.each(["archive", "failed"])(
  "A5: a link that takes the place of %s/ while the service runs is not followed: it is told, and files wait",
  async (folder) => {
    await using s = await setScene(sqlite);
    await s.reset(new Map([["archive/former.json", "{}"]]));
    await using service = runService(s, {});
    service.send([["first.json", first]]);
    await service.settled(["first.json"]);
    const [goal, elsewhere] = [join(s.spool, folder), join(s.spool, "elsewhere")];
    mkdirSync(elsewhere);
    renameSync(goal, `${goal}.aside`);
    symlinkSync(elsewhere, goal);
    service.send([["x.json", folder === "failed" ? bad : newer]]);
    expect(await until(() => service.log.includes("it is a symbolic link"))).toBe(true);
    expect(readdirSync(elsewhere)).toEqual([]);
    // The service makes the folder anew, at any moment from now on.
    rmSync(goal);
    expect(await until(() => existsSync(join(goal, "x.json")))).toBe(true);
    expect(await service.stop()).toBe(0);
  },
);

test("a file or a link in the place of a private folder for empty files keeps no file from going in", async () => {
  await using s = await setScene(sqlite);
  for (const arrange of [writeFileSync, (path: string) => symlinkSync("/etc", path)]) {
    await s.reset(new Map([["x.json", first]]));
    arrange(join(s.spool, ".kci-ingester.empty"), "");
    const run = await s.run({}, ...once);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/"event":"fault","class":"operator".*kci-ingester.empty/);
    expect(readFileSync(join(s.spool, "archive/x.json"), "utf8")).toBe(first);
  }
});
