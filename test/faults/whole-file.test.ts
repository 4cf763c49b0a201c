import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sqlite } from "../databases.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";
import { type Scene, setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

stayOnDisk();

setDefaultTimeout(60_000);

const backlog = new Map(
  Array.from({ length: 400 }, (_, n) => [`${n}.json`, submission(`w${n}`, 5)] as const),
);
const plan = { limits: { maxFiles: 10 } };
const words = ["--max-workers", "3"];

const archivedIn = ({ spool }: Scene) =>
  existsSync(join(spool, "archive")) ? readdirSync(join(spool, "archive")).length : 0;

/** Sees that the SQLite file holds every row of what is archived, and that nothing lies beside it. */
function expectWhole(s: Scene): void {
  const path = s.database.url.replace("sqlite:", "");
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  using folder = temporaryFolder();
  const copy = join(folder.path, "copy.db");
  copyFileSync(path, copy);
  using db = new Database(copy);
  expect(db.query("select count(*) as n from tests").get()).toEqual({ n: 5 * archivedIn(s) });
}

test("a run with --once leaves a SQLite database that is whole in its one file", async () => {
  await using s = await setScene(sqlite);
  await s.reset(backlog);
  expect(await s.run(plan, "--once", ...words)).toMatchObject({ exitCode: 0 });
  expect(archivedIn(s)).toBe(backlog.size);
  expectWhole(s);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "so does a service that %s stops, in its work and when it is idle",
  async (signal) => {
    await using s = await setScene(sqlite);
    await s.reset(backlog);
    for (const archived of [1, backlog.size]) {
      const child = s.start(plan, ...words);
      expect(await until(() => archivedIn(s) >= archived)).toBe(true);
      child.kill(signal);
      expect(await child.exited).toBe(0);
      expectWhole(s);
    }
  },
);
