import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, sqlite, type TestDatabase } from "../databases.ts";
import { compiled } from "../e2e/binary.ts";
import { runIngester, startIngester } from "../e2e/run-ingester.ts";
import { freePort } from "../free-port.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";
import { submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";
import { until } from "./until.ts";

setDefaultTimeout(120_000);

/** How many on SQLite always. */
const manyKills = 20;
/** A standby takes over within this time. */
const takeoverMs = 2_000;

interface Process extends AsyncDisposable {
  readonly log: string;
  readonly port: number;
  readonly holds: boolean;
  readonly standsBy: boolean;
  readonly exited: Promise<number>;
  signal(name: NodeJS.Signals): void;
  ask(path: string): Promise<{ status: number; text: string } | undefined>;
}

/** A spool with a database, and services that may stand by for each other. */
async function stage(database: TestDatabase) {
  const folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  mkdirSync(spool);
  const program = await compiled();
  const start = (words: string[] = [], port = freePort(), through: string[] = []): Process => {
    const command = { ...program, command: [...through, ...program.command] };
    const all = ["monitor", "--standby", "--spool-dir", spool, "--database", database.url];
    const child = startIngester(command, [...all, "--metrics-port", String(port), ...words]);
    let log = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of child.stderr) log += decoder.decode(chunk, { stream: true });
    })();
    return {
      port,
      exited: child.exited,
      get log() {
        return log;
      },
      get holds() {
        return log.includes("service_started");
      },
      get standsBy() {
        return log.includes("service_stands_by") && !this.holds;
      },
      signal: (name) => child.kill(name),
      async ask(path) {
        try {
          const answer = await fetch(`http://127.0.0.1:${port}${path}`);
          return { status: answer.status, text: await answer.text() };
        } catch {
          return undefined;
        }
      },
      async [Symbol.asyncDispose]() {
        child.kill("SIGKILL");
        await child.exited;
        await reading;
      },
    };
  };
  return {
    spool,
    start,
    run: (...words: string[]) => runIngester(program, [...words, "--spool-dir", spool]),
    send(name: string) {
      writeFileSync(join(spool, `${name}.json.temp`), submission(name));
      renameSync(join(spool, `${name}.json.temp`), join(spool, `${name}.json`));
    },
    archived: () =>
      readdirSync(spool).includes("archive") ? readdirSync(join(spool, "archive")) : [],
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test.each(kinds)(
  "of two services the second goes on when the first is killed, again and again, and nothing is lost or doubled: $name",
  async (kind) => {
    await using database = await kind.create();
    if (kind.name === "Postgres") {
      const { exitCode } = await migrate(database.url);
      expect(exitCode).toBe(0);
    }
    const kills = isFull || kind.name === "SQLite" ? manyKills : manyKills / 4;
    using s = await stage(database);
    const names: string[] = [];
    const send = () => {
      const name = `n${names.length}`;
      names.push(name);
      s.send(name);
    };
    // In the middle of a batch, at its end, and while nothing is in hand.
    const sending = setInterval(send, 7);
    using _sending = { [Symbol.dispose]: () => clearInterval(sending) };
    let holder = s.start();
    await until(
      () => holder.holds && s.archived().length > 0,
      20_000,
      () => holder.log,
    );
    const gapsMs: number[] = [];
    for (let round = 0; round < kills; round++) {
      await using gone = holder;
      const standby = s.start();
      await until(
        () => standby.standsBy,
        20_000,
        () => standby.log,
      );
      gone.signal("SIGKILL");
      await gone.exited;
      const killedMs = performance.now();
      const next = `${names.length}`;
      const isLater = (file: string) => Number(/^n(\d+)\.json$/.exec(file)?.[1]) >= Number(next);
      await until(
        () => s.archived().some(isLater),
        20_000,
        () => standby.log,
      );
      gapsMs.push(performance.now() - killedMs);
      holder = standby;
    }
    clearInterval(sending);
    await using last = holder;
    const isAllArchived = () => s.archived().length >= names.length;
    await until(isAllArchived, 60_000, () => `${readdirSync(s.spool)}\n${last.log}`);
    const longest = Math.round(Math.max(...gapsMs));
    console.log(`${kind.name}: ${kills} kills, ${names.length} files, longest gap ${longest} ms`);
    expect(longest).toBeLessThan(takeoverMs);
    expect(s.archived().sort()).toEqual(names.map((name) => `${name}.json`).sort());
    expect(readdirSync(join(s.spool, "failed"))).toEqual([]);
    for (const table of ["checkouts", "builds", "tests", "issues", "incidents"]) {
      const [row] = await database.query(`select count(*) as count from ${table}`);
      expect([table, Number(row?.count)]).toEqual([table, names.length]);
    }
  },
);

async function migrate(url: string) {
  return runIngester(await compiled(), ["migrate", "--database", url]);
}

test("a service that stands by is alive, not ready, seen by status, and ends when it is told to", async () => {
  await using database = await sqlite.create();
  using s = await stage(database);
  await using holder = s.start();
  await until(
    () => holder.holds,
    20_000,
    () => holder.log,
  );
  await using standby = s.start();
  await until(
    () => standby.standsBy,
    20_000,
    () => standby.log,
  );
  expect(await standby.ask("/health")).toEqual({ status: 200, text: "alive\n" });
  expect(await standby.ask("/ready")).toEqual({
    status: 503,
    text: expect.stringMatching(
      /^not ready: it stands by: the spool .* is in use by another service: process \d+ on /,
    ),
  });
  expect((await standby.ask("/metrics"))?.text).toContain("kcidb_ingester_standby 1");
  expect((await standby.ask("/"))?.status).toBe(200);
  await until(async () => (await holder.ask("/ready"))?.status === 200);
  expect((await holder.ask("/metrics"))?.text).toContain("kcidb_ingester_standby 0");
  const status = await s.run("status", "--database", database.url);
  expect(status.stdout).toMatch(/^standby +process \d+ on \S+ since \d{4}-/m);
  const { standbys } = JSON.parse((await s.run("status", "--json")).stdout);
  expect(standbys).toEqual([
    { pid: expect.any(Number), host: expect.any(String), since: expect.any(String) },
  ]);
  standby.signal("SIGTERM");
  expect(await standby.exited).toBe(0);
  expect(JSON.parse((await s.run("status", "--json")).stdout).standbys).toEqual([]);
  expect(readdirSync(s.spool).filter((name) => name.includes("standby"))).toEqual([]);
});

test("what keeps a standby from taking over is told as an error with what to do, and waited for", async () => {
  await using database = await sqlite.create();
  using s = await stage(database);
  await using holder = s.start();
  await until(() => holder.holds, 20_000);
  await using standby = s.start();
  await until(() => standby.standsBy, 20_000);
  const lock = join(s.spool, ".kci-ingester.lock");
  rmSync(lock);
  Bun.spawnSync(["mkfifo", lock]);
  holder.signal("SIGKILL");
  const told =
    /error standby_cannot_take_over why="cannot lock .*" hint="remove the FIFO or socket/;
  await until(
    () => told.test(standby.log),
    20_000,
    () => standby.log,
  );
  rmSync(lock);
  await until(() => standby.holds, 20_000);
});

test("two services with one port on one host: the second says that it waits for it, and has it at takeover", async () => {
  await using database = await sqlite.create();
  using s = await stage(database);
  await using holder = s.start();
  await until(
    () => holder.holds,
    20_000,
    () => holder.log,
  );
  await using standby = s.start([], holder.port);
  await until(
    () => standby.standsBy,
    20_000,
    () => standby.log,
  );
  expect(standby.log).toMatch(
    /warn status_page_waits why="cannot listen on 127\.0\.0\.1 port \d+: EADDRINUSE"/,
  );
  // An end in order is taken over as well.
  holder.signal("SIGTERM");
  expect(await holder.exited).toBe(0);
  await until(
    () => standby.holds,
    takeoverMs,
    () => standby.log,
  );
  await until(
    async () => (await standby.ask("/ready"))?.status === 200,
    20_000,
    () => standby.log,
  );
  expect(standby.log).toContain("standby_takes_over");
});

test.each([
  ["as they are", (name: string) => `trees: {${name}: {url: "https://git.example/x.git"}}`, "new"],
  ["as they were, where they cannot be read", () => "trees: 1", "old"],
] as const)("a service that takes over names trees %s by then", async (_how, change, expected) => {
  await using database = await sqlite.create();
  using s = await stage(database);
  const trees = join(s.spool, "trees.yaml");
  writeFileSync(trees, 'trees: {old: {url: "https://git.example/x.git"}}');
  await using holder = s.start(["--trees-file", trees]);
  await until(
    () => holder.holds,
    20_000,
    () => holder.log,
  );
  await using standby = s.start(["--trees-file", trees]);
  await until(
    () => standby.standsBy,
    20_000,
    () => standby.log,
  );
  writeFileSync(trees, change("new"));
  holder.signal("SIGKILL");
  s.send("x");
  await until(
    () => s.archived().length === 1,
    20_000,
    () => standby.log,
  );
  expect(await database.query("select tree_name from checkouts")).toEqual([
    { tree_name: expected },
  ]);
  expect(standby.log.includes("error change_unusable")).toBe(expected === "old");
});

const container = ["unshare", "--pid", "--uts", "--mount-proc", "--fork", "--kill-child"];
const hasContainers = needs(
  Bun.which("unshare") !== null && Bun.spawnSync([...container, "true"]).exitCode === 0,
  "the takeover between two containers",
  "unshare, or the right to make namespaces,",
);

test.if(hasContainers)(
  "a service in a container of its own takes over from one in another",
  async () => {
    await using database = await sqlite.create();
    using s = await stage(database);
    const container = ["unshare", "--pid", "--uts", "--mount-proc", "--fork", "--kill-child"];
    await using holder = s.start([], undefined, container);
    await until(
      () => holder.holds,
      20_000,
      () => holder.log,
    );
    await using standby = s.start([], undefined, container);
    await until(
      () => standby.standsBy,
      20_000,
      () => standby.log,
    );
    s.send("x");
    await until(() => s.archived().length === 1);
    holder.signal("SIGKILL");
    s.send("y");
    await until(
      () => s.archived().length === 2,
      takeoverMs,
      () => standby.log,
    );
    expect(standby.log).toContain("process 1 on ");
  },
);
