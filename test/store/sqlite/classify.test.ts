import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultClass } from "../../../src/base/fault.ts";
import { builds } from "../../../src/rows/tables.ts";
import { StoreFault } from "../../../src/store/fault.ts";
import { classify, sqliteCodes } from "../../../src/store/sqlite/classify.ts";
import { storeKind } from "../../../src/store/store-kind.ts";
import { temporaryFolder } from "../../temporary.ts";
import { openStore } from "../prepared-store.ts";
import { rowSet } from "../stored.ts";

async function faultOf(work: () => Promise<unknown>): Promise<StoreFault> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof StoreFault) return cause;
    throw cause;
  }
  throw new Error("nothing was thrown");
}

const build = rowSet(builds, { id: "a:1", origin: "a", checkout_id: "a:c" });

/** All primary result codes that SQLite has (sqlite.org/rescode.html), and extended ones. */
const expected: readonly [code: string, wanted: FaultClass][] = [
  ["SQLITE_ABORT", "transient"],
  ["SQLITE_ABORT_ROLLBACK", "transient"],
  ["SQLITE_AUTH", "operator"],
  ["SQLITE_BUSY", "transient"],
  ["SQLITE_BUSY_RECOVERY", "transient"],
  ["SQLITE_BUSY_SNAPSHOT", "transient"],
  ["SQLITE_CANTOPEN", "operator"],
  ["SQLITE_CANTOPEN_ISDIR", "operator"],
  ["SQLITE_CONSTRAINT", "refused"],
  ["SQLITE_CONSTRAINT_CHECK", "refused"],
  ["SQLITE_CONSTRAINT_DATATYPE", "refused"],
  ["SQLITE_CONSTRAINT_FOREIGNKEY", "operator"],
  ["SQLITE_CONSTRAINT_NOTNULL", "operator"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "refused"],
  ["SQLITE_CONSTRAINT_TRIGGER", "refused"],
  ["SQLITE_CONSTRAINT_UNIQUE", "operator"],
  ["SQLITE_CORRUPT", "operator"],
  ["SQLITE_CORRUPT_INDEX", "operator"],
  ["SQLITE_EMPTY", "transient"],
  ["SQLITE_ERROR", "operator"],
  ["SQLITE_ERROR_MISSING_COLLSEQ", "operator"],
  ["SQLITE_FORMAT", "transient"],
  ["SQLITE_FULL", "transient"],
  ["SQLITE_INTERNAL", "transient"],
  ["SQLITE_INTERRUPT", "transient"],
  ["SQLITE_IOERR", "transient"],
  ["SQLITE_IOERR_FSYNC", "transient"],
  ["SQLITE_IOERR_SHMMAP", "transient"],
  ["SQLITE_IOERR_WRITE", "transient"],
  ["SQLITE_LOCKED", "transient"],
  ["SQLITE_LOCKED_SHAREDCACHE", "transient"],
  ["SQLITE_MISMATCH", "refused"],
  ["SQLITE_MISUSE", "transient"],
  ["SQLITE_NOLFS", "transient"],
  ["SQLITE_NOMEM", "transient"],
  ["SQLITE_NOTADB", "operator"],
  ["SQLITE_NOTFOUND", "transient"],
  ["SQLITE_NOTICE", "transient"],
  ["SQLITE_PERM", "operator"],
  ["SQLITE_PROTOCOL", "transient"],
  ["SQLITE_RANGE", "transient"],
  ["SQLITE_READONLY", "operator"],
  ["SQLITE_READONLY_DBMOVED", "operator"],
  ["SQLITE_READONLY_DIRECTORY", "operator"],
  ["SQLITE_SCHEMA", "transient"],
  ["SQLITE_TOOBIG", "refused"],
  ["SQLITE_WARNING", "transient"],
];

test.each(expected)("%s is %s", (code, wanted) => {
  // By its name an error counts as one of SQLite.
  const thrown = Object.assign(new Error("why"), { name: "SQLiteError", code });
  const fault = classify(thrown, "write the rows", "x.db");
  expect([fault.class, fault.code, fault.path]).toEqual([wanted, code, "x.db"]);
  const full = code === "SQLITE_FULL" ? "the disk is full (SQLITE_FULL): " : "";
  expect(fault.message).toBe(`cannot write the rows: ${full}why`);
  if (wanted === "operator") expect(fault.hint).toBeString();
});

test("every entry of the table is looked at", () => {
  const looked = new Set(expected.map(([code]) => code));
  expect(Object.keys(sqliteCodes).filter((code) => !looked.has(code))).toEqual([]);
});

test("a file that is no database is the operator's to mend", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.db");
  writeFileSync(path, "this is no database, but long enough to have a header of its own".repeat(9));
  const fault = await faultOf(() => openStore(`sqlite:${path}`));
  expect([fault.class, fault.code, fault.path]).toEqual(["operator", "SQLITE_NOTADB", path]);
});

test("a folder that is not there, and a folder in the place of the file, are the operator's", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "dir.db"));
  for (const name of ["absent/x.db", "dir.db"]) {
    const fault = await faultOf(() => openStore(`sqlite:${join(folder.path, name)}`));
    expect([fault.class, fault.code]).toEqual(["operator", "SQLITE_CANTOPEN"]);
  }
});

test("a database that another program holds is transient, and the store goes on after", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.db");
  const kind = storeKind(`sqlite:${path}`);
  await using store = await kind.open(`sqlite:${path}`, {
    connectTimeoutMs: 50,
    statementTimeoutMs: 1_000,
  });
  await store.migrate();
  using other = new Database(path);
  other.run("begin immediate");
  const fault = await faultOf(() => store.write(build));
  expect([fault.class, fault.code]).toEqual(["transient", "SQLITE_BUSY"]);
  expect(fault.hint).toContain("another program");
  other.run("rollback");
  await store.write(build);
  expect(other.query("select id from builds").all()).toHaveLength(1);
});

test("a file that may not be written is the operator's to mend", async () => {
  if (process.getuid?.() === 0) return;
  using folder = temporaryFolder();
  const path = join(folder.path, "x.db");
  await using made = await openStore(`sqlite:${path}`);
  await made.migrate();
  chmodSync(path, 0o444);
  await using store = await openStore(`sqlite:${path}`);
  expect((await faultOf(() => store.write(build))).class).toBe("operator");
});

test("what is no error of SQLite is transient: no file is refused for reasons unknown", () => {
  expect(classify(new TypeError("odd"), "write the rows", "x.db").class).toBe("transient");
});
