import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, postgresUrl, type TestDatabase } from "../databases.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { needs } from "../needs.ts";
import { type LiveService, startLive } from "../observe/live-service.ts";
import { temporaryFolder } from "../temporary.ts";
import { mountRefusal, mountSmallDisk, type SmallDisk } from "./mount.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const canMount = needs(
  mountRefusal === undefined,
  "what is said of a full disk",
  `the right to mount (${mountRefusal})`,
);
const megabyte = 1 << 20;

let sent = 0;
/** New good files of some 15 kB. */
function goodFiles(count: number): Map<string, string> {
  const names = Array.from({ length: count }, () => `g${++sent}`);
  return new Map(names.map((name) => [`${name}.json`, submission(name, 80)]));
}

/** All that people and programs are told. */
async function told(service: LiveService, databaseUrl: string) {
  const words = ["--spool-dir", service.spool, "--database", databaseUrl];
  const get = async (path: string) => {
    const answer = await fetch(new URL(path, service.url));
    return { status: answer.status, text: await answer.text() };
  };
  const [ready, page, metrics, doctor, status] = await Promise.all([
    ...[get("/ready"), get("/"), get("/metrics")],
    runIngester(ingester, ["doctor", ...words]),
    runIngester(ingester, ["status", ...words]),
  ] as const);
  return { ready, page: page.text, metrics: metrics.text, doctor, status: status.stdout };
}

const saysLine = (pattern: string) => expect.stringMatching(new RegExp(pattern, "m"));
const archived = (service: LiveService) =>
  readdirSync(join(service.spool, "archive")).filter((name) => name.endsWith(".json")).length;

test.if(canMount)(
  "a service starts on a spool whose disk is full, and works when there is room",
  async () => {
    using folder = temporaryFolder();
    const spool = join(folder.path, "spool");
    using disk = mountSmallDisk(spool, 2 * megabyte);
    for (const name of ["archive", "failed"]) mkdirSync(join(spool, name));
    writeFileSync(join(spool, "early.json"), submission("early"));
    disk.fill(0);
    const databaseUrl = `sqlite:${join(folder.path, "test.db")}`;
    await using service = await startLive({ databaseUrl, spool, words: ["--interval", "0.1"] });
    await until(() => /"event":"(?:fault|batch_ingested)"/.test(service.log.text));
    expect(service.process.exitCode).toBeNull();
    disk.free();
    const files = goodFiles(3);
    service.send(files);
    await until(
      () => archived(service) === files.size + 1,
      20_000,
      () => service.log.text,
    );
  },
);

const server = postgresUrl();
const canFill = canMount && server !== undefined;

test.if(canFill)(
  "the full disk of a server, which only the server sees, is called that",
  async () => {
    using folder = temporaryFolder();
    const kind = kinds.find(({ name }) => name === "Postgres");
    await using database = (await kind?.create()) as TestDatabase;
    chmodSync(folder.path, 0o755);
    const path = join(folder.path, "small");
    using disk = mountSmallDisk(path, 4 * megabyte);
    // The user that the server of the tests runs as.
    spawnSync("chown", ["nobody", path]);
    const space = `small_${process.pid}`;
    await database.query(`create tablespace ${space} location '${path}'`);
    await runIngester(ingester, ["migrate", "--database", database.url]);
    await database.query(`alter table tests set tablespace ${space}`);
    {
      await using service = await startLive({ databaseUrl: database.url });
      const ready = async () => (await fetch(new URL("/ready", service.url))).text();
      await until(async () => (await ready()) === "ready\n");
      disk.fill(0);
      const files = goodFiles(20);
      service.send(files);
      await until(
        async () => (await ready()).includes("is full"),
        20_000,
        () => service.log.text,
      );
      const at = await told(service, database.url);
      const why = "the disk of the server is full: could not extend file";
      expect(at.ready).toEqual({
        status: 503,
        text: expect.stringContaining(
          `the disk of the database is full: cannot write the rows: ${why}`,
        ),
      });
      expect(at.page).toContain(why);
      expect(at.status).toEqual(
        saysLine("^service +not ready: the disk of the database is full: "),
      );
      expect([at.doctor.exitCode, at.doctor.stdout]).toEqual([
        69,
        saysLine("^fail +service .*: not ready: the disk of the database is full: .*; hint: "),
      ]);
      expect(at.metrics).toContain('kcidb_ingester_disk_full{disk="database"} 1\n');
      expect(at.metrics).not.toContain('disk_free_bytes{disk="database"}');
      expect(service.log.text).toContain(why);
      disk.free();
      await until(() => archived(service) === files.size);
      const after = await told(service, database.url);
      expect(after.ready.text).toBe("ready\n");
      expect(after.metrics).toContain('kcidb_ingester_disk_full{disk="database"} 0\n');
    }
    await database.query("alter table tests set tablespace pg_default");
    await database.query(`drop tablespace ${space}`);
  },
);

describe.if(canMount)(
  "a disk that fills is told of by log, doctor, status, /ready, page, metrics",
  () => {
    const folder = temporaryFolder();
    const [spool, databaseFolder] = [join(folder.path, "spool"), join(folder.path, "database")];
    const databaseUrl = `sqlite:${join(databaseFolder, "test.db")}`;
    let disks: Record<"database" | "archive", SmallDisk>;
    let service: LiveService;
    const logged = (text: string, from = 0) =>
      until(
        () => service.log.text.slice(from).includes(text),
        20_000,
        () => service.log.text.slice(from),
      );

    beforeAll(async () => {
      // Its log alone may take 4 MB.
      disks = {
        database: mountSmallDisk(databaseFolder, 16 * megabyte),
        archive: mountSmallDisk(join(spool, "archive"), 2 * megabyte),
      };
      service = await startLive({ databaseUrl, spool, words: ["--interval", "0.1"] });
      service.send(goodFiles(1));
      await until(() => archived(service) === 1);
    });

    afterAll(async () => {
      await service?.[Symbol.asyncDispose]();
      for (const disk of Object.values(disks ?? {})) disk[Symbol.dispose]();
      folder[Symbol.dispose]();
    });

    test.each([
      ["database", 69, "the disk of the database is full: ", "kcidb_ingester_database_up"],
      ["archive", 73, "the disk of the spool is full: ", "kcidb_ingester_spool_up"],
    ] as const)("%s: before, while and after it is full", async (name, exitCode, why, up) => {
      const from = service.log.text.length;
      const disk = disks[name];
      const before = archived(service);
      const full = `kcidb_ingester_disk_full{disk="${name}"}`;

      disk.fill(name === "database" ? 500_000 : 60_000);
      await logged(`"event":"disk_low","disk":"${name}"`, from);
      const low = await told(service, databaseUrl);
      expect(low.ready).toEqual({
        status: 200,
        text: saysLine(`^ready\nwarning: the disk of ${name} is filling up: `),
      });
      expect([low.doctor.exitCode, low.doctor.stdout]).toEqual([
        0,
        saysLine(`^warn +disk +the disk of ${name} is filling up: .* free .*; hint: `),
      ]);
      expect(low.status).toEqual(saysLine(`^disk +the disk of ${name} is filling up: `));
      expect(low.page).toContain("</span>low</span>");
      expect(low.metrics).toContain(`${full} 0\n`);
      expect(low.metrics).toEqual(
        saysLine(`^kcidb_ingester_disk_free_bytes\\{disk="${name}"\\} [1-9]`),
      );

      disk.fill(0);
      const files = goodFiles(20);
      service.send(files);
      await logged("the disk is full", from);
      await logged(`"event":"disk_full","disk":"${name}"`, from);
      const at = await told(service, databaseUrl);
      expect(at.ready).toEqual({ status: 503, text: expect.stringContaining(`not ready: ${why}`) });
      expect(at.page).toContain(why);
      // A try that failed may have given back some room just when the page was made.
      const page = async () => (await fetch(new URL("/", service.url))).text();
      expect(await until(async () => (await page()).includes("</span>full</span>"))).toBe(true);
      expect(at.metrics).toContain(`${full} 1\n`);
      expect(at.metrics).toContain(`${up} 0\n`);
      expect([at.doctor.exitCode, at.doctor.stdout]).toEqual([
        exitCode,
        saysLine(`^fail +disk +the disk of ${name} is full or almost full: `),
      ]);
      expect(at.status).toEqual(saysLine(`^disk +the disk of ${name} is full`));

      disk.free();
      await until(() => archived(service) === before + files.size);
      await logged(`"event":"disk_has_room","disk":"${name}"`, from);
      await logged('"event":"recovered"', from);
      const after = await told(service, databaseUrl);
      expect(after.ready).toEqual({ status: 200, text: "ready\n" });
      expect(after.metrics).toContain(`${full} 0\n`);
      expect(after.metrics).toContain(`${up} 1\n`);
      expect(after.doctor.exitCode).toBe(0);
      expect(after.page + after.doctor.stdout + after.status).not.toContain("full");
    });
  },
);
