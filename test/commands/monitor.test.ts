import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, waitingForLocks } from "../databases.ts";
import { ingester, runIngester, startIngester } from "../e2e/run-ingester.ts";
import { until } from "../faults/until.ts";
import { databaseWithTables } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";

setDefaultTimeout(60_000);

const build = (name: string) =>
  JSON.stringify({
    version: { major: 5, minor: 3 },
    builds: [{ id: `a:${name}`, origin: "a", checkout_id: "a:c" }],
  });

describe.each(kinds)("the service on $name", (kind) => {
  test("commits a file that is moved in at once although it scans every minute", async () => {
    await using database = await databaseWithTables(kind);
    using spool = temporaryFolder();
    await using service = await start(spool.path, database.url, "60");
    // One that needs no more than a hint, then others while the service idles.
    for (const name of ["one", "two", "three"]) {
      writeFileSync(join(spool.path, `${name}.json.temp`), build(name));
      const startedMs = performance.now();
      renameSync(join(spool.path, `${name}.json.temp`), join(spool.path, `${name}.json`));
      await until(() => existsSync(join(spool.path, "archive", `${name}.json`)));
      expect(performance.now() - startedMs).toBeLessThan(2_500);
      const stored = await database.query(`select id from builds where id = 'a:${name}'`);
      expect(stored).toHaveLength(1);
      // Nothing tells of its going idle.
      await Bun.sleep(100);
    }
    expect(service.output()).not.toContain(" error ");
  });
});

describe("the service", () => {
  test("ends with 0 and soon at a signal, and begins nothing new", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      using spool = temporaryFolder();
      const many = 2_000;
      for (let file = 0; file < many; file++) {
        writeFileSync(join(spool.path, `${file}.json`), build(String(file)));
      }
      const database = join(spool.path, "test.db");
      await using service = await start(spool.path, `sqlite:${database}`);
      await until(() => readdirSync(join(spool.path, "archive")).length > 0);
      const startedMs = performance.now();
      service.child.kill(signal);
      expect(await service.child.exited).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(5_000);
      const waiting = readdirSync(spool.path).filter((name) => name.endsWith(".json")).length;
      expect(waiting + readdirSync(join(spool.path, "archive")).length).toBe(many);
      expect(readdirSync(join(spool.path, "failed"))).toEqual([]);
    }
  });

  test("ends with 0 and soon at a signal while it waits for a database that never answers", async () => {
    using spool = temporaryFolder();
    using hole = blackHole();
    await using service = await start(spool.path, hole.url);
    await until(() => hole.taken > 0);
    const startedMs = performance.now();
    service.child.kill();
    expect(await service.child.exited).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test("leaves a spool that another one serves: exit 73, and who that is", async () => {
    using spool = temporaryFolder();
    const url = `sqlite:${join(spool.path, "test.db")}`;
    const words = ["monitor", "--once", "--spool-dir", spool.path, "--database", url];
    {
      await using service = await start(spool.path, url);
      const second = await runIngester(ingester, words);
      expect(second.exitCode).toBe(73);
      expect(second.stderr).toContain(
        `in use by another service: process ${service.child.pid} on `,
      );
      // However a service ends, the spool is free for the next.
      service.child.kill("SIGKILL");
      await service.child.exited;
    }
    expect((await runIngester(ingester, words)).exitCode).toBe(0);
  });

  test("leaves all alone that is no regular file, and says so once", async () => {
    using spool = temporaryFolder();
    writeFileSync(join(spool.path, "target"), build("target"));
    const { exitCode } = Bun.spawnSync(
      ["sh", "-c", "mkfifo p.json; ln -s target l.json; mkdir d.json"],
      {
        cwd: spool.path,
      },
    );
    expect(exitCode).toBe(0);
    await using service = await start(spool.path, `sqlite:${join(spool.path, "test.db")}`, "0.1");
    // Each is found by another look at the spool.
    for (const name of ["new\nline.json", "b.json", "c.json"]) {
      writeFileSync(join(spool.path, name), build("a"));
      await until(() => existsSync(join(spool.path, "archive", name)));
    }
    service.child.kill();
    await service.child.exited;
    const told = service
      .output()
      .split("\n")
      .filter((line) => line.includes("entry_left_alone"));
    expect(told.map((line) => /file=(\S+) what="?([\w ]+)/.exec(line)?.slice(1)).sort()).toEqual([
      ["d.json", "folder"],
      ["l.json", "symbolic link"],
      ["p.json", "FIFO"],
    ]);
    expect(readFileSync(join(spool.path, "l.json"), "utf8")).toBe(build("target"));
  });
});

const postgres = kinds.filter((kind) => kind.name === "Postgres");

describe.each(postgres)("the service whose batch waits for a lock of $name", (kind) => {
  test.each([
    [["SIGTERM", undefined], 0, 5_000],
    [["SIGTERM", "SIGTERM"], 143, 1_000],
    [["SIGTERM", "SIGINT"], 130, 1_000],
  ] as const)(
    "ends at %j with %i within %i ms, the file still there",
    async (signals, exitCode, ms) => {
      await using database = await databaseWithTables(kind);
      using spool = temporaryFolder();
      await using service = await start(spool.path, database.url);
      await database.query("begin");
      await database.query("lock table builds in access exclusive mode");
      writeFileSync(join(spool.path, "a.json"), build("a"));
      const waiting = waitingForLocks;
      await until(async () => (await database.query(waiting)).length > 0);
      const [first, second] = signals;
      service.child.kill(first);
      await until(() => service.output().includes("service_stopping"));
      if (second) service.child.kill(second);
      const startedMs = performance.now();
      expect(await service.child.exited).toBe(exitCode);
      expect(performance.now() - startedMs).toBeLessThan(ms);
      expect(existsSync(join(spool.path, "a.json"))).toBe(true);
      await database.query("rollback");
    },
  );
});

/** A server that takes connections and never says a word. */
function blackHole(): Disposable & { readonly url: string; readonly taken: number } {
  let taken = 0;
  const open = () => void taken++;
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { open, data() {} } });
  return {
    get taken() {
      return taken;
    },
    url: `postgres://kci@127.0.0.1:${listener.port}/kci`,
    [Symbol.dispose]: () => listener.stop(true),
  };
}

/** Starts a service and waits until it has its spool; it is killed at the end of the scope. */
async function start(spool: string, database: string, interval = "5") {
  const child = startIngester(ingester, [
    ...["monitor", "--spool-dir", spool, "--database", database],
    ...["--interval", interval, "--metrics-port", "0", "--verbose"],
  ]);
  let output = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) output += decoder.decode(chunk, { stream: true });
  })();
  await until(() => output.includes("service_started"));
  return {
    child,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      await reading;
    },
  };
}
