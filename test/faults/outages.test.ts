import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { postgresUrl, type TestKind } from "../databases.ts";
import { type PostgresServer, startPostgres } from "../postgres-server.ts";
import { filesOf } from "./invariants.ts";
import { startProxy, type Proxy as TcpProxy } from "./proxy.ts";
import { type Scene, setScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const limits = { connectTimeoutMs: 1_000, statementTimeoutMs: 700, maxFiles: 2 };

interface Outage {
  title: string;
  begin(): unknown;
  end(): unknown;
  /** Whether the service has met it, after which it ends; `told` is what it has logged since the beginning. */
  isMet(told: string): boolean;
}

describe.skipIf(!postgresUrl())("flaw 3: an outage of Postgres costs no file", () => {
  let server: PostgresServer;
  let proxy: TcpProxy;
  let scene: Scene;
  let child: ReturnType<Scene["start"]>;
  let log = "";
  let sent = 0;
  const names: string[] = [];

  const query = async (text: string) => {
    const sql = postgres(server.url, { max: 1, onnotice: () => {} });
    try {
      return [...(await sql.unsafe(text))] as Record<string, unknown>[];
    } finally {
      await sql.end({ timeout: 1 });
    }
  };
  const kind: TestKind = {
    name: "Postgres",
    create: async () => ({ url: server.url, query, [Symbol.asyncDispose]: async () => {} }),
  };
  const send = (files: number) => {
    for (let n = 0; n < files; n++) {
      const name = `f${++sent}`;
      names.push(name);
      const part = join(scene.spool, `${name}.json.temp`);
      writeFileSync(part, submission(name));
      renameSync(part, join(scene.spool, `${name}.json`));
    }
  };
  const isDone = () => {
    const files = filesOf(scene.spool);
    return names.every((name) => files.has(`archive/${name}.json`));
  };

  beforeAll(async () => {
    server = startPostgres({ fsync: "off" });
    proxy = await startProxy(server.port);
    scene = await setScene(kind, (url) => url.replace(`:${server.port}/`, `:${proxy.port}/`));
    await scene.reset(new Map([["archive/former.json", "{}"]]));
    proxy.set("refuse");
    child = scene.start({ limits }, "--interval", "1", "--max-workers", "2");
    void (async () => {
      for await (const chunk of child.stderr) log += new TextDecoder().decode(chunk);
    })();
  });

  afterAll(async () => {
    child?.kill("SIGKILL");
    await scene?.[Symbol.asyncDispose]();
    proxy?.[Symbol.dispose]();
    server?.[Symbol.dispose]();
  });

  const drop =
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()";
  const readOnly = async (on: boolean) => {
    const setting = `default_transaction_read_only = ${on}`;
    await query(`begin read write; alter database postgres set ${setting}; commit`);
    await query(drop);
  };
  let holder: postgres.Sql | undefined;

  const tellsFault = (told: string) => told.includes('"event":"fault"');
  const outages: Outage[] = [
    {
      title: "down at the start",
      begin: () => {},
      end: () => proxy.set("pass"),
      isMet: () => tellsFault(log),
    },
    { title: "connections cut", begin: () => proxy.cut(), end: () => {}, isMet: () => true },
    {
      title: "the word to commit lost",
      begin: () => proxy.set("cut-at-commit"),
      end: () => {},
      isMet: () => proxy.cuts === 1,
    },
    {
      title: "the answer to commit lost",
      begin: () => proxy.set("cut-after-commit"),
      end: () => {},
      isMet: () => proxy.cuts === 2,
    },
    {
      title: "a slow network",
      begin: () => proxy.set("pass", 20),
      end: () => proxy.set("pass"),
      isMet: () => isDone(),
    },
    {
      title: "a black hole",
      begin: () => proxy.set("black-hole"),
      end: () => proxy.set("pass"),
      isMet: tellsFault,
    },
    {
      title: "the server killed",
      begin: () => server.stop("immediate"),
      end: () => server.start(),
      isMet: tellsFault,
    },
    { title: "a backend ended", begin: () => query(drop), end: () => {}, isMet: () => true },
    {
      title: "a read-only server",
      begin: () => readOnly(true),
      end: () => readOnly(false),
      isMet: tellsFault,
    },
    {
      title: "a table gone",
      begin: () => query("alter table incidents rename to hidden"),
      end: () => query("alter table hidden rename to incidents"),
      isMet: tellsFault,
    },
    {
      title: "a table locked",
      begin: async () => {
        holder = postgres(server.url, { max: 1 });
        await holder.unsafe("begin; lock table tests");
      },
      end: () => holder?.end({ timeout: 0 }),
      isMet: tellsFault,
    },
  ];

  test.each(outages)("$title", async ({ begin, end, isMet }) => {
    const from = log.length;
    await begin();
    send(5);
    await until(
      () => isMet(log.slice(from)),
      30_000,
      () => log,
    );
    expect([...filesOf(scene.spool).keys()].filter((path) => path.startsWith("failed/"))).toEqual(
      [],
    );
    await end();
    await until(isDone, 30_000, () => log);
    const stored = new Set((await query("select id from checkouts")).map((row) => row.id));
    expect(names.filter((name) => !stored.has(checkoutOf(name)))).toEqual([]);
    expect(filesOf(scene.spool).size).toBe(names.length + 1);
  });

  test("commits were really cut, and the log tells of no refusal", () => {
    expect(proxy.cuts).toBe(2);
    expect(log).not.toContain("submission_refused");
    expect(log).not.toMatch(/"worker_died","files":[1-9]/);
  });

  test("a stop in a black hole takes less than 5 s and gives exit code 0", async () => {
    const { swallowed } = proxy;
    proxy.set("black-hole");
    send(3);
    await until(() => proxy.swallowed > swallowed);
    const atMs = performance.now();
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(performance.now() - atMs).toBeLessThan(5_000);
    proxy.set("pass");
    expect(await scene.run({}, "--once")).toMatchObject({ exitCode: 0 });
    expect(isDone()).toBe(true);
  });

  test("a wrong password ends a single run with the code of a wrong configuration", async () => {
    await query("create role stranger login password 'x'");
    const url = server.url.replace(/\/\/.*@/, "//stranger:wrong@");
    const run = await scene.run({ limits: { patienceMs: 300 } }, "--once", "--database", url);
    expect(run.exitCode).toBe(78);
    expect(run.stderr).not.toContain("wrong@");
  });
});
