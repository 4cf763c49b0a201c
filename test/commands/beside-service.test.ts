import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { besideService } from "../../src/commands/beside-service.ts";
import { serviceFacts } from "../../src/commands/service-facts.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { lockSpool } from "../../src/spool/lock-spool.ts";
import { release } from "../../src/version.ts";
import { sqlite, type TestDatabase } from "../databases.ts";
import { until } from "../faults/until.ts";
import { type LiveService, startLive } from "../observe/live-service.ts";
import { temporaryFolder } from "../temporary.ts";
import { isReady, runApart } from "./run-apart.ts";
import { bad, good } from "./spool-with.ts";

setDefaultTimeout(60_000);

describe("beside a service on a SQLite file", () => {
  const folder = temporaryFolder();
  const trees = join(folder.path, "trees.yaml");
  let database: TestDatabase;
  let service: LiveService;

  beforeAll(async () => {
    database = await sqlite.create();
    writeFileSync(trees, "trees:\n  mine:\n    url: https://git.example/mine.git\n");
    service = await startLive({
      databaseUrl: database.url,
      words: ["--trees-file", trees, "--compress-archive"],
    });
    await isReady(service);
  });
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test("status says that it runs, and asks its database", async () => {
    const status = await runApart(["status", "--spool-dir", service.spool, "--json"]);
    const facts = status.json();
    expect(facts.service).toEqual({
      ...{ running: true, pid: service.process.pid, host: hostname() },
      since: expect.stringMatching(/^20\d\d-/),
      ...{ version: release, database: database.url, ready: true, says: "ready" },
    });
    expect(facts.database).toMatchObject({ url: database.url, state: "ready" });
    const text = await runApart(["status", "--spool-dir", service.spool]);
    expect(text.stdout).toMatch(
      new RegExp(
        `^service +process ${service.process.pid} on .*, for .*, version ${release}, database sqlite:/`,
        "m",
      ),
    );
  });

  test("doctor looks at its database, its trees file and how it archives", async () => {
    const doctor = await runApart(["doctor", "--spool-dir", service.spool]);
    expect([doctor.exitCode, doctor.stdout]).toEqual([0, expect.stringContaining(database.url)]);
    expect(doctor.stdout).toMatch(/^ok +service .*: ready$/m);
    expect(doctor.stdout).toContain(`${trees}: 1 trees`);
    expect(doctor.stdout).toMatch(/^warn +neighbours .*compressed/m);
  });

  test("what is named differently is looked at, and told", async () => {
    const words = ["--spool-dir", service.spool, "--database", "sqlite:other.db"];
    const told = `its database is not the one named here: ${database.url}, not sqlite:other.db`;
    const status = await runApart(["status", ...words]);
    expect(status.stdout).toContain(told);
    expect(status.stdout).toContain("sqlite:other.db: does not exist yet");
    expect((await runApart(["doctor", ...words])).stdout).toMatch(/^warn +service /m);
    const same = await runApart([
      "status",
      "--spool-dir",
      service.spool,
      "--database",
      database.url,
    ]);
    expect(same.stdout).not.toContain("named here");
  });

  test("a note that anybody may have written leads nowhere", async () => {
    const note = join(service.spool, ".kci-ingester.holder");
    chmodSync(note, 0o666);
    const { stdout } = await runApart(["status", "--spool-dir", service.spool]);
    chmodSync(note, 0o644);
    expect(stdout).toContain("service         running; no trustworthy note in the spool");
    expect(stdout).toContain("sqlite:kernelci.db: does not exist yet");
  });

  test("failed, gc, status and doctor take the spool of --env-file", async () => {
    service.send(
      new Map([
        ["bad.json", bad()],
        ["good.json", good()],
      ]),
    );
    await until(async () => (await failed()).stdout.includes("bad.json"));
    const file = join(folder.path, "kci.env");
    writeFileSync(file, `# as systemd has it\nSPOOL_DIR="${service.spool}"\n`);
    const words = ["--env-file", file];
    for (const [command, said] of [
      ["failed list", "bad.json"],
      ["failed show bad.json", "bad.json"],
      ["failed retry --dry-run", "would be put back  bad.json"],
      ["gc --failed 1d --dry-run", "failed: would delete 0"],
      ["status", service.spool],
      ["doctor", database.url],
    ] as const) {
      const run = await runApart([...command.split(" "), ...words]);
      expect([command, run.exitCode, run.stdout]).toEqual([
        command,
        0,
        expect.stringContaining(said),
      ]);
    }
    const wrong = await runApart(["status", "--env-file", "/no/such.env"]);
    expect([wrong.exitCode, wrong.stderr]).toEqual([78, expect.stringContaining("ENOENT")]);
  });

  const failed = () => runApart(["failed", "list", "--spool-dir", service.spool]);

  test("one that has gone without a word does not run", async () => {
    service.process.kill("SIGKILL");
    await service.process.exited;
    const { json } = await runApart(["status", "--spool-dir", service.spool, "--json"]);
    expect(json().service).toEqual({ running: false });
  });
});

describe("a service on another host", () => {
  const database = { file: "sqlite:/srv/x.db", loopback: "postgres://kci@127.0.0.1/kcidb" };

  test.each([
    ["a file", database.file, "far"],
    ["a server on loopback", database.loopback, "far"],
    ["a socket", "postgres://kci@%2Frun%2Fpostgresql/kcidb", "far"],
    ["a server that all see", "postgres://kci@db.example/kcidb", undefined],
  ])("its database can be asked there alone where it is %s", (_what, url, elsewhere) => {
    using folder = temporaryFolder();
    using _lock = lockSpool(folder.path, { database: url, trees_file: "/srv/trees.yaml" });
    const note = join(folder.path, ".kci-ingester.holder");
    writeFileSync(note, readFileSync(note, "utf8").replace(`"${hostname()}"`, '"far"'));
    const beside = besideService({ "spool-dir": folder.path }, {});
    expect(beside).toMatchObject({ databaseUrl: url, isOfService: true, isHere: false });
    expect([beside.elsewhere, beside.flags["trees-file"]]).toEqual([elsewhere, undefined]);
    const own = besideService({ "spool-dir": folder.path, database: "sqlite:y.db" }, {});
    expect(own).toMatchObject({ databaseUrl: "sqlite:y.db", isOfService: false });
    expect(own.elsewhere).toBeUndefined();
  });
});

test("what a service notes of itself has no secret, and no path that means another place elsewhere", () => {
  const config = readConfig(
    {
      "spool-dir": "spool",
      "trees-file": "trees.yaml",
      "reason-files": "apart",
      database: "postgres://kci:Geh31m@db/kcidb?sslpassword=Geh31m",
    },
    { STORAGE_TOKEN: "Geh31m", STORAGE_BASE_URL: "https://me:Geh31m@files.example/up?key=Geh31m" },
  );
  expect(serviceFacts(config)).toEqual({
    ...{ version: release, database: "postgres://kci@db/kcidb", trees_file: resolve("trees.yaml") },
    reason_files: "apart",
    ...{ storage_url: "https://files.example/up", metrics: "http://127.0.0.1:8002/" },
  });
  const plain = readConfig({ "spool-dir": "spool", "metrics-port": "0" }, {});
  expect(serviceFacts(plain)).toEqual({
    ...{ version: release, reason_files: "beside" },
    database: `sqlite:${resolve("kernelci.db")}`,
  });
});
