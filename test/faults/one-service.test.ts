import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { temporaryFolder } from "../temporary.ts";
import { runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const backlog = new Map(
  Array.from({ length: 100 }, (_, n) => [`${n}.json`, submission(`o${n}`)] as const),
);
const slow = { limits: { maxFiles: 2 } };

const archivedIn = (spool: string) =>
  existsSync(join(spool, "archive")) ? readdirSync(join(spool, "archive")).length : 0;

/** The submissions that a database holds, by the id of their first test. */
function ingestedInto(path: string): string[] {
  if (!existsSync(path)) return [];
  using db = new Database(path);
  return db
    .query<{ id: string }, []>("select id from tests")
    .all()
    .map(({ id }) => id);
}

/** Runs a second service on a spool with a database of its own, until it ends by itself. */
async function runSecond(spool: string, database: string) {
  const words = ["monitor", "--once", "--spool-dir", spool, "--database", `sqlite:${database}`];
  return runIngester(ingester, words);
}

function replaceByEmpty(path: string): void {
  writeFileSync(`${path}.new`, "");
  renameSync(`${path}.new`, path);
}

const pathOf = (s: Scene) => s.database.url.replace("sqlite:", "");

test.each<[string, (lock: string) => void]>([
  ["deleted", (lock) => rmSync(lock)],
  ["emptied", (lock) => writeFileSync(lock, "")],
  ["renamed", (lock) => renameSync(lock, `${lock}.old`)],
  ["replaced", replaceByEmpty],
])("no second service starts beside one whose lock file was %s", async (_how, change) => {
  await using s = await setScene(sqlite);
  using folder = temporaryFolder();
  const other = join(folder.path, "other.db");
  await s.reset(backlog);
  // It does not look at the folder again before all is over.
  await using service = runService(s, slow, "--max-workers", "1", "--interval", "60");
  expect(await until(() => archivedIn(s.spool) > 4)).toBe(true);
  change(join(s.spool, ".kci-ingester.lock"));
  const second = await runSecond(s.spool, other);
  expect(second.exitCode).toBe(73);
  expect(second.stderr).toContain(`in use by another service: process ${service.pid} on `);
  await service.settled([...backlog.keys()]);
  expect((await runSecond(s.spool, other)).exitCode).toBe(73);
  expect(ingestedInto(other)).toEqual([]);
  expect(new Set(ingestedInto(pathOf(s))).size).toBe(backlog.size);
  expect(await service.stop()).toBe(0);
  expect((await runSecond(s.spool, other)).exitCode).toBe(0);
});

test("of a folder that was made anew under a service, each file goes to one of two services", async () => {
  await using s = await setScene(sqlite);
  using folder = temporaryFolder();
  await s.reset(backlog);
  await using service = runService(s, slow, "--max-workers", "1");
  // One that starts later than the second would end at once.
  await until(() => archivedIn(s.spool) > 0);
  for (let round = 0; round < 5; round++) {
    const other = join(folder.path, `other${round}.db`);
    const anew = `${s.spool}.anew`;
    mkdirSync(anew);
    const names = Array.from({ length: 40 }, (_, n) => `r${round}n${n}`);
    for (const name of names) writeFileSync(join(anew, `${name}.json`), submission(name));
    renameSync(s.spool, `${s.spool}.${round}`);
    renameSync(anew, s.spool);
    const second = await runSecond(s.spool, other);
    // Whichever came first has the folder alone.
    await service.settled(names.map((name) => `${name}.json`));
    const mine = ingestedInto(pathOf(s)).filter((id) => id.includes(`r${round}n`));
    const its = ingestedInto(other);
    expect([second.exitCode, mine.length, its.length]).toEqual(
      second.exitCode === 0 ? [0, 0, names.length] : [73, names.length, 0],
    );
  }
  expect(await service.stop()).toBe(0);
});

test("a service that was killed leaves the spool to the next at once", async () => {
  await using s = await setScene(sqlite);
  await s.reset(backlog);
  const child = s.start(slow, "--max-workers", "1");
  expect(await until(() => archivedIn(s.spool) > 4)).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
  expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
  expect(archivedIn(s.spool)).toBe(backlog.size);
});
