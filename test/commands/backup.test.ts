import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaVersion } from "../../src/rows/tables.ts";
import { mountRefusal, mountSmallDisk } from "../faults/mount.ts";
import { submission } from "../faults/submissions.ts";
import { needs } from "../needs.ts";
import { spoolWith, type TestSpool } from "./spool-with.ts";

/** A spool whose submission is in a database, `kernelci.db` beside it. */
async function ingested(tests = 3): Promise<TestSpool & { folder: string }> {
  const spool = spoolWith({ "a.json": submission("a", tests) });
  const { exitCode, stderr } = await spool.run("monitor", "--once");
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  const folder = join(spool.path, "..");
  return { ...spool, folder, [Symbol.dispose]: () => spool[Symbol.dispose]() };
}

function ask(path: string, text: string): unknown[][] {
  using db = new Database(path, { readonly: true });
  return db.query(text).values();
}

test("a backup is one whole file with all rows, that only the database's users may read", async () => {
  using spool = await ingested();
  chmodSync(join(spool.folder, "kernelci.db"), 0o640);
  const { exitCode, stdout, stderr } = await spool.run("backup", "copy.db", "--json");
  expect([exitCode, stderr]).toEqual([0, ""]);
  const copy = join(spool.folder, "copy.db");
  const { size, mode } = statSync(copy);
  expect(JSON.parse(stdout)).toEqual({
    json_version: 1,
    database: "sqlite:kernelci.db",
    file: "copy.db",
    bytes: size,
    rows: expect.objectContaining({ checkouts: 1, builds: 1, tests: 3, pending_test: 3 }),
    seconds: expect.any(Number),
  });
  expect(readdirSync(spool.folder).sort()).toEqual(["copy.db", "kernelci.db", "spool"]);
  expect(mode & 0o777).toBe(0o640);
  expect(ask(copy, "pragma integrity_check")).toEqual([["ok"]]);
  expect(ask(copy, "pragma user_version")).toEqual([[schemaVersion]]);
  const everything = "select * from tests order by id";
  expect(ask(copy, everything)).toEqual(ask(join(spool.folder, "kernelci.db"), everything));
});

test("the service goes on with a backup in the place of its database", async () => {
  using spool = await ingested();
  await spool.run("backup", "copy.db");
  writeFileSync(join(spool.path, "b.json"), submission("b"));
  const words = ["monitor", "--once", "--database", "sqlite:copy.db"];
  expect(await spool.run(...words)).toMatchObject({ exitCode: 0 });
  const copy = join(spool.folder, "copy.db");
  expect(ask(copy, "select id from checkouts order by id")).toHaveLength(2);
});

test("a file that is there is replaced only with --force", async () => {
  using spool = await ingested();
  const copy = join(spool.folder, "copy.db");
  writeFileSync(copy, "precious");
  expect(await spool.run("backup", "copy.db")).toMatchObject({
    exitCode: 73,
    stderr: expect.stringContaining("backup: copy.db already exists\n  hint: choose another file"),
  });
  expect(readFileSync(copy, "utf8")).toBe("precious");
  const { exitCode, stdout } = await spool.run("backup", "--force", "copy.db");
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/^copy\.db: 1\d rows, .*, verified in /),
  ]);
  expect(ask(copy, "select count(*) from tests")).toEqual([[3]]);
});

test.each(["kernelci.db", "spool", "other.db"])(
  "not even --force replaces what would be lost: %s",
  async (file) => {
    using spool = await ingested();
    // A database in use: its log would be read as part of the backup.
    writeFileSync(join(spool.folder, "other.db"), "");
    writeFileSync(join(spool.folder, "other.db-wal"), "rows");
    const { exitCode, stderr } = await spool.run("backup", "--force", file);
    expect([exitCode, stderr]).toEqual([73, expect.stringContaining(`backup: ${file} `)]);
    expect(ask(join(spool.folder, "kernelci.db"), "select count(*) from tests")).toEqual([[3]]);
  },
);

test.each<[what: string, words: string[], code: number, message: string]>([
  ["a Postgres", ["--database", "postgres://u:geheim@h/d"], 78, "use pg_dump: pg_dump --format"],
  ["no database", ["--database", "sqlite:none.db"], 78, "no database at none.db"],
  ["no SQLite file", ["--database", "sqlite:text"], 78, "file is not a database"],
  ["no folder", [], 73, "cannot write no/copy.db: ENOENT"],
])("%s is refused with what to do", async (what, words, code, message) => {
  using spool = await ingested();
  writeFileSync(join(spool.folder, "text"), "no database ".repeat(1_000));
  const file = what === "no folder" ? "no/copy.db" : "copy.db";
  const { exitCode, stderr } = await spool.run("backup", file, ...words);
  expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
  expect(stderr).not.toContain("geheim");
  expect(existsSync(join(spool.folder, "none.db"))).toBe(false);
  expect(readdirSync(spool.folder).sort()).toEqual(["kernelci.db", "spool", "text"]);
});

test("a damaged database gives no backup", async () => {
  using spool = await ingested(2_000);
  const path = join(spool.folder, "kernelci.db");
  const bytes = readFileSync(path);
  // Pages of rows and of indexes: whichever is read first, or only counted.
  bytes.fill(0x55, bytes.length - 5 * 8_192, bytes.length - 3 * 8_192);
  writeFileSync(path, bytes);
  const { exitCode, stderr } = await spool.run("backup", "copy.db");
  expect([exitCode, stderr]).toEqual([78, expect.stringMatching(/malformed|not whole/)]);
  expect(readdirSync(spool.folder).sort()).toEqual(["kernelci.db", "spool"]);
});

const canMount = needs(mountRefusal === undefined, "a backup on a full disk", "a right to mount");

test.skipIf(!canMount)(
  "a disk that has no room for it is told before anything is copied",
  async () => {
    using spool = await ingested(2_000);
    const disk = join(spool.folder, "disk");
    using small = mountSmallDisk(disk, 4 << 20);
    small.fill(64 << 10);
    const { exitCode, stderr } = await spool.run("backup", "disk/copy.db");
    expect([exitCode, stderr]).toEqual([
      69,
      expect.stringMatching(/needs \d+ bytes.*has only 65536 left/),
    ]);
    expect(readdirSync(disk)).toEqual(["ballast"]);
  },
);
