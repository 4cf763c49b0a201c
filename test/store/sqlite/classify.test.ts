import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builds } from "../../../src/rows/tables.ts";
import { StoreFault } from "../../../src/store/fault.ts";
import { classify } from "../../../src/store/sqlite/classify.ts";
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
  const kind = await storeKind(`sqlite:${path}`);
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
