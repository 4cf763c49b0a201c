import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { waitingForLocks } from "../databases.ts";
import { filesOf } from "./invariants.ts";
import { type RunningService, runService } from "./run-service.ts";
import { kindOf, type Scene, setScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { holdsWithin, until } from "./until.ts";

setDefaultTimeout(60_000);

const kind = kindOf("Postgres");
const limits = { connectTimeoutMs: 1_000, statementTimeoutMs: 1_500, maxFiles: 1 };

/** What a server that is up may answer for a while; the service is a user of few rights. */
interface Trouble {
  title: string;
  /** Answers how to end it. */
  begin(): Promise<() => Promise<unknown>>;
  /** What the log must say of it. */
  told: RegExp;
}

describe.skipIf(!kind)("troubles with a Postgres that is up cost no file", () => {
  const role = `few_rights_${process.pid}_${Math.floor(Math.random() * 1e9)}`;
  let scene: Scene;
  let service: RunningService;
  let admin: (text: string) => Promise<unknown>;
  let sent = 0;
  const names: string[] = [];

  const send = (count: number) => {
    const fresh = Array.from({ length: count }, () => `p${++sent}`);
    names.push(...fresh);
    service.send(fresh.map((name) => [`${name}.json`, submission(name, 3)]));
  };
  const drop = () =>
    admin(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`);
  /** Sets something of the role, which its next sessions have. */
  const alter = async (what: string) => {
    await admin(`alter role ${role} ${what}`);
    await drop();
  };
  /** Another session that holds locks. */
  const session = async (text: string) => {
    const sql = postgres(scene.database.url, { max: 1, onnotice: () => {} });
    await sql.unsafe(text);
    return sql;
  };

  beforeAll(async () => {
    if (!kind) return;
    scene = await setScene(kind, (text) => {
      const url = new URL(text);
      url.username = role;
      url.password = "right";
      return url.href;
    });
    admin = scene.database.query;
    await admin(`create role ${role} login password 'right'`);
    await admin(`grant select, insert, update on all tables in schema public to ${role}`);
    await admin(`grant usage on all sequences in schema public to ${role}`);
    // Sooner than the limit on a statement.
    await admin(`alter role ${role} set deadlock_timeout = '200ms'`);
    await scene.reset(new Map([["archive/former.json", "{}"]]));
    service = runService(scene, { limits }, "--max-workers", "3");
    send(1);
    await service.settled(["p1.json"]);
  });

  afterAll(async () => {
    await service?.[Symbol.asyncDispose]();
    await admin?.(`drop owned by ${role}`);
    await admin?.(`drop role ${role}`);
    await scene?.[Symbol.asyncDispose]();
  });

  const troubles: Trouble[] = [
    {
      title: "no connection is left (53300)",
      told: /"class":"transient","message":"[^"]*too many connections for role/,
      async begin() {
        await alter("connection limit 0");
        return () => admin(`alter role ${role} connection limit -1`);
      },
    },
    {
      title: "there are fewer connections than workers (53300)",
      told: /"class":"transient","message":"[^"]*too many connections for role/,
      async begin() {
        await alter("connection limit 1");
        // It goes on in spite of that, so nothing is ended.
        return async () => {};
      },
    },
    {
      title: "a lock is not had in time (55P03)",
      told: /"class":"transient","message":"[^"]*due to lock timeout/,
      async begin() {
        await alter("connection limit -1");
        await alter("set lock_timeout = '300ms'");
        const holder = await session("begin; lock table tests");
        return async () => {
          await holder.end({ timeout: 0 });
          await alter("reset lock_timeout");
        };
      },
    },
    {
      title: "a statement takes too long (57014)",
      told: /"class":"transient","message":"[^"]*due to statement timeout/,
      async begin() {
        const holder = await session("begin; lock table tests");
        return () => holder.end({ timeout: 0 });
      },
    },
    {
      title: "a transaction is the victim of a deadlock (40P01)",
      told: /"class":"transient","message":"[^"]*deadlock detected/,
      async begin() {
        // The service has written issues when it waits for tests; then this one wants issues.
        const rival = await session("set deadlock_timeout = '1min'; begin; lock table tests");
        const wanting = (async () => {
          const waits = waitingForLocks;
          await until(async () => ((await admin(waits)) as unknown[]).length > 0);
          await rival.unsafe("lock table issues");
        })();
        return async () => {
          await wanting;
          await rival.end({ timeout: 0 });
        };
      },
    },
    {
      title: "a right is missing (42501)",
      told: /"class":"operator","message":"[^"]*permission denied.*grant the user/,
      async begin() {
        await admin(`revoke insert on tests from ${role}`);
        return () => admin(`grant insert on tests to ${role}`);
      },
    },
    {
      title: "the password is another (28P01)",
      told: /"class":"operator","message":"[^"]*password authentication failed/,
      async begin() {
        await alter("password 'another'");
        return () => admin(`alter role ${role} password 'right'`);
      },
    },
  ];

  test.each(troubles)("$title", async ({ begin, told }) => {
    const from = service.log.length;
    const end = await begin();
    send(6);
    const isTold = await holdsWithin(() => told.test(service.log.slice(from)), 15_000);
    const refused = [...filesOf(scene.spool).keys()].filter((path) => path.startsWith("failed/"));
    await end();
    if (!isTold) throw new Error(`${told} was not told: ${service.log.slice(from)}`);
    expect(refused).toEqual([]);
    await service.settled(names.map((name) => `${name}.json`));
    const rows = await scene.database.query("select id from checkouts");
    expect(rows.map((row) => row.id).sort()).toEqual(names.map(checkoutOf).sort());
    expect(filesOf(scene.spool).size).toBe(names.length + 1);
  });

  test("the log tells of no refusal, no worker died with a file, and a stop is clean", async () => {
    expect(service.log).not.toContain("submission_refused");
    // The driver may throw after a connection was lost.
    expect(service.log).not.toMatch(/"worker_died","files":[1-9]/);
    expect(existsSync(join(scene.spool, "failed/p1.json"))).toBe(false);
    expect(await service.stop()).toBe(0);
  });
});
