import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { tables } from "../../../src/rows/tables.ts";
import { makeReady } from "../../../src/store/make-ready.ts";
import { spoolWith } from "../../commands/spool-with.ts";
import { kinds } from "../../databases.ts";
import { openStore, type Prepared, prepareStore, storeOptions } from "../prepared-store.ts";

setDefaultTimeout(60_000);

const kind = kinds.find(({ name }) => name === "Postgres");
const names = tables
  .map((table) => table.name)
  .sort()
  .join(", ");

describe.skipIf(!kind)("a role of Postgres", () => {
  const role = `some_rights_${process.pid}`;
  let prepared: Prepared;
  let database: string;
  let url: string;
  const admin = (text: string) => prepared.database.query(text);

  beforeAll(async () => {
    if (!kind) return;
    prepared = await prepareStore(kind);
    const address = new URL(prepared.database.url);
    database = address.pathname.slice(1);
    [address.username, address.password] = [role, "right"];
    url = address.href;
    await admin(`create role ${role} login password 'right'`);
    await admin(`revoke temporary on database ${database} from public`);
    await admin(`grant select on all tables in schema public to ${role}`);
  });

  afterAll(async () => {
    await admin?.(`drop owned by ${role}`);
    await admin?.(`drop role ${role}`);
    await prepared?.[Symbol.asyncDispose]();
  });

  const missing = async () => {
    await using store = await openStore(url);
    return await store.missing();
  };

  test("that may only read is told all that is to be granted; doctor and monitor end with 78", async () => {
    const fault = {
      ...{ class: "operator", code: "42501" },
      message: `the user ${role} lacks rights: insert, update on ${names}; temporary on database ${database}`,
      hint: `grant insert, update on ${names} to ${role}; grant temporary on database ${database} to ${role}`,
    };
    await expect(missing()).rejects.toMatchObject(fault);
    await expect(makeReady(url, storeOptions)).rejects.toMatchObject(fault);

    using spool = spoolWith({});
    const doctor = await spool.run("doctor", "--database", url);
    expect([doctor.exitCode, doctor.stdout]).toEqual([
      78,
      expect.stringMatching(/^fail +database +the user .* lacks .*; hint: grant insert, update /m),
    ]);
    const monitor = await spool.run("monitor", "--once", "--database", url);
    expect([monitor.exitCode, monitor.stderr]).toEqual([78, expect.stringContaining(fault.hint)]);
    const status = await spool.run("status", "--json", "--database", url);
    expect([status.exitCode, JSON.parse(status.stdout).database]).toMatchObject([
      0,
      { state: "unusable", detail: expect.stringContaining("; grant insert, update on ") },
    ]);
  });

  test("that lacks a single right is told which", async () => {
    await admin(`grant insert, update on ${names} to ${role}`);
    await admin(`grant temporary on database ${database} to ${role}`);
    await admin(`revoke select, update on tests from ${role}`);
    const hint = `grant select, update on tests to ${role}`;
    await expect(missing()).rejects.toMatchObject({ hint });
  });

  test("that has what the message says is taken, also where it has it by its columns", async () => {
    await admin(`grant select (id, origin), update on tests to ${role}`);
    expect(await missing()).toEqual([]);
    await makeReady(url, storeOptions);
  });

  test("is told of row-level security that holds for it, and of a view in the place of a table", async () => {
    await admin("alter table tests enable row level security");
    await expect(missing()).rejects.toMatchObject({
      ...{ class: "operator", message: "row-level security is active on tests" },
      hint: `alter role ${role} bypassrls; or alter table tests disable row level security`,
    });
    await admin("alter table tests disable row level security");
    await admin("alter table tests rename to real");
    await admin("create view tests as select * from real");
    await expect(missing()).rejects.toMatchObject({
      ...{ class: "operator", message: "not a table: tests" },
    });
    await admin("drop view tests");
    await admin("alter table real rename to tests");
    expect(await missing()).toEqual([]);
  });

  test("is told of missing tables first", async () => {
    await admin("drop table incidents");
    expect(await missing()).toEqual([{ name: "incidents", kind: "table" }]);
  });
});
