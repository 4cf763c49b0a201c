import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { builds, tables } from "../../../src/rows/tables.ts";
import { createTable } from "../../../src/store/postgres/sql.ts";
import { spoolWith } from "../../commands/spool-with.ts";
import { postgresUrl } from "../../databases.ts";
import { ingester, startIngester } from "../../e2e/run-ingester.ts";
import { submission } from "../../faults/submissions.ts";
import { until } from "../../faults/until.ts";
import { openStore } from "../prepared-store.ts";
import { rowSet } from "../stored.ts";

setDefaultTimeout(60_000);

const base = postgresUrl();

describe.skipIf(!base)("a Postgres database with the encoding", () => {
  const name = `kci_encoding_${process.pid}_${Math.floor(Math.random() * 1e9)}`;
  const url = new URL(base ?? "postgres://absent");
  url.pathname = `/${name}`;
  let admin: ReturnType<typeof postgres>;

  const make = async (encoding: string) => {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.unsafe(
      `create database ${name} encoding '${encoding}' locale 'C' template template0`,
    );
  };

  beforeAll(() => {
    if (base) admin = postgres(base, { max: 1, onnotice: () => {} });
  });
  afterAll(async () => {
    await admin?.unsafe(`drop database if exists ${name} with (force)`);
    await admin?.end({ timeout: 1 });
  });

  test.each(["LATIN1", "WIN1252", "EUC_JP"])(
    "%s is refused by migrate, doctor and monitor with 78 and what to do, and costs no file",
    async (encoding) => {
      await make(encoding);
      using spool = spoolWith({ "a.json": submission("a") });
      for (const words of [["migrate"], ["doctor"], ["monitor", "--once"]]) {
        const [command = "", ...others] = words;
        const run = await spool.run(command, "--database", url.href, ...others);
        expect(run.exitCode).toBe(78);
        expect(run.stdout + run.stderr).toContain(`has the encoding ${encoding}, not UTF8`);
        expect(run.stdout + run.stderr).toContain("create database NAME encoding 'UTF8'");
      }
      expect(readdirSync(join(spool.path, "failed"))).toEqual([]);
      expect(readdirSync(spool.path)).toContain("a.json");
    },
  );

  test("LATIN1 is waited out: when a database in UTF8 has its place, the files go in", async () => {
    await make("LATIN1");
    using spool = spoolWith({ "a.json": submission("a", 1, { comment: "中" }) });
    const words = ["monitor", "--spool-dir", spool.path, "--database", url.href];
    const child = startIngester(ingester, [...words, "--interval", "0.1"], {
      env: { INGESTER_METRICS_PORT: "0" },
    });
    let log = "";
    const reading = (async () => {
      for await (const chunk of child.stderr) log += new TextDecoder().decode(chunk);
    })();
    expect(await until(() => log.includes("has the encoding LATIN1"))).toBe(true);
    await make("UTF8");
    {
      await using store = await openStore(url.href);
      await store.migrate();
    }
    const archived = () => readdirSync(join(spool.path, "archive")).includes("a.json");
    const isIn = await until(archived, 40_000);
    child.kill("SIGTERM");
    await reading;
    if (!isIn) throw new Error(log);
    expect(readdirSync(join(spool.path, "failed"))).toEqual([]);
  });

  test("LATIN1 refuses a character for a reason of its own, never for the values of a file", async () => {
    await make("LATIN1");
    const sql = postgres(url.href, { max: 1, onnotice: () => {} });
    for (const table of tables) await sql.unsafe(createTable(table));
    await sql.end();
    await using store = await openStore(url.href);
    const row = { id: "a:1", origin: "a", checkout_id: "a:c" };
    await store.write(rowSet(builds, { ...row, comment: "é" }));
    await expect(
      store.write(rowSet(builds, { ...row, id: "a:2", comment: "中" })),
    ).rejects.toMatchObject({
      ...{ class: "operator", code: "22P05", hint: expect.stringContaining("encoding UTF8") },
      rows: { table: "builds", blame: "server" },
    });
  });

  test("SQL_ASCII is taken, with a warning of each of them", async () => {
    await make("SQL_ASCII");
    using spool = spoolWith({});
    writeFileSync(join(spool.path, "a.json"), submission("a", 1, { comment: "中" }));
    const warning = "has the encoding SQL_ASCII";
    const migrated = await spool.run("migrate", "--database", url.href);
    expect([migrated.exitCode, migrated.stderr]).toEqual([0, expect.stringContaining(warning)]);
    const doctor = await spool.run("doctor", "--database", url.href);
    expect([doctor.exitCode, doctor.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^warn +database .*${warning}`, "m")),
    ]);
    const monitor = await spool.run("monitor", "--database", url.href, "--once");
    expect([monitor.exitCode, monitor.stderr]).toEqual([0, expect.stringContaining(warning)]);
    expect(readdirSync(join(spool.path, "archive"))).toEqual(["a.json"]);
  });

  test("UTF8 is taken without a word", async () => {
    await make("UTF8");
    await using store = await openStore(url.href);
    await store.migrate();
    expect([await store.missing(), await store.warnings()]).toEqual([[], []]);
  });
});
