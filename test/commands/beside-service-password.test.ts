import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, type TestDatabase } from "../databases.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { needs } from "../needs.ts";
import { type LiveService, startLive } from "../observe/live-service.ts";
import { temporaryFolder } from "../temporary.ts";
import { isReady, runApart } from "./run-apart.ts";

setDefaultTimeout(60_000);

const postgres = kinds.find(({ name }) => name === "Postgres");
const hasPostgres = needs(postgres !== undefined, "commands beside a service", "a Postgres");

describe.if(hasPostgres)("beside a service whose database asks for a password", () => {
  const folder = temporaryFolder();
  let secret = "";
  let database: TestDatabase;
  let service: LiveService;

  beforeAll(async () => {
    database = (await postgres?.create()) as TestDatabase;
    secret = new URL(database.url).password;
    await runIngester(ingester, ["migrate", "--database", database.url]);
    service = await startLive({ databaseUrl: database.url });
    await isReady(service);
  });
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test("the password is in no note, and who has none is told how to give it", async () => {
    expect(secret).not.toBe("");
    const note = readFileSync(join(service.spool, ".kci-ingester.holder"), "utf8");
    expect(note).toContain(new URL(database.url).pathname);
    expect(note).not.toContain(secret);
    const status = await runApart(["status", "--spool-dir", service.spool]);
    expect(status.stdout).toMatch(
      /^database +postgres:\/\/.*: unusable: .*; the running service does not share its password: give it with --env-file FILE, PGPASSWORD or PGPASSFILE$/m,
    );
    const doctor = await runApart(["doctor", "--spool-dir", service.spool]);
    expect([doctor.exitCode, doctor.stdout]).toEqual([
      78,
      expect.stringContaining("hint: the running service does not share its password"),
    ]);
  });

  const { path } = folder;
  test.each<[string, () => Record<string, string>, string[]]>([
    ["PGPASSWORD", () => ({ PGPASSWORD: secret }), []],
    ["DB_PASSWORD", () => ({ DB_PASSWORD: secret }), []],
    ["DB_PASSWORD_FILE", () => ({ DB_PASSWORD_FILE: write("word", `${secret}\n`) }), []],
    ["PGPASSFILE", () => ({ PGPASSFILE: write("pass", `*:*:*:*:${secret}\n`) }), []],
    ["~/.pgpass", () => ({ HOME: homeWith(`*:*:*:*:${secret}\n`) }), []],
    ["a file of variables", () => ({}), ["--env-file", join(path, "service.env")]],
  ])("the password is found in %s", async (_where, env, words) => {
    write("service.env", `DATABASE_URL='${database.url}'\n`);
    for (const command of ["status", "doctor"]) {
      const run = await runApart([command, "--spool-dir", service.spool, ...words], env());
      expect([run.exitCode, run.stdout]).toEqual([0, expect.stringContaining("all tables exist")]);
      expect(run.stdout).not.toContain(secret);
      expect(run.stdout).not.toContain("named here");
    }
  });

  test("migrate takes the database of --env-file", async () => {
    const file = write("service.env", `DATABASE_URL="${database.url}"\n`);
    const run = await runApart(["migrate", "--env-file", file]);
    expect([run.exitCode, run.stdout]).toEqual([0, "nothing to do: all tables exist\n"]);
  });

  function write(name: string, text: string): string {
    const file = join(path, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  function homeWith(text: string): string {
    mkdirSync(join(path, "home"), { recursive: true });
    write("home/.pgpass", text);
    return join(path, "home");
  }
});
