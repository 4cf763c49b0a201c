import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { good } from "../commands/spool-with.ts";
import { kinds, postgresUrl } from "../databases.ts";
import { until } from "../faults/until.ts";
import { startLive } from "../observe/live-service.ts";
import { hasReceiver, type Receiver, receiveNotifications } from "../observe/notify-receiver.ts";
import { compiled } from "./binary.ts";
import { fromSource, ingester, type Program, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

/** A watchdog of 400 ms is petted each 200. */
const watchdog = { WATCHDOG_USEC: "400000" };

/** The service with a clock that a signal puts forward, so that minutes need not pass. */
const withJumpingClock: Program = {
  name: "with a clock that jumps",
  command: [
    process.execPath,
    ...["--preload", join(import.meta.dir, "../observe/jump-clock.ts")],
    ...fromSource.command.slice(1),
  ],
};

describe.if(hasReceiver).each(kinds)("a service manager is told by a service on $name", (kind) => {
  test("when it is ready, how it goes, that it lives, and that it stops", async () => {
    await using manager = await receiveNotifications();
    await using database = await kind.create();
    await runIngester(ingester, ["migrate", "--database", database.url]);
    const env = { NOTIFY_SOCKET: manager.socket, ...watchdog };
    const program = await compiled();
    await using service = await startLive({ databaseUrl: database.url, env, program });
    expect([await manager.next(), await manager.next()]).toEqual([
      "READY=1",
      "STATUS=0 waiting, 0 ingested, 0 refused",
    ]);
    expect(await manager.next()).toBe("WATCHDOG=1");
    service.send(
      new Map([
        ["one.json", good()],
        ["two.json", "{]"],
      ]),
    );
    expect(await nextStatus(manager)).toBe("STATUS=0 waiting, 1 ingested, 1 refused");

    service.process.kill("SIGSTOP");
    await manager.during(300);
    expect(await manager.during(1_000)).toEqual([]);
    service.process.kill("SIGCONT");
    expect(await manager.next()).toBe("WATCHDOG=1");

    service.process.kill("SIGTERM");
    expect(await service.process.exited).toBe(0);
    expect((await manager.during(300)).at(-1)).toBe("STOPPING=1");
  });
});

describe.if(hasReceiver && postgresUrl() !== undefined)("the watchdog", () => {
  const kind = kinds.find(({ name }) => name === "Postgres");

  test("is petted while the database is unreachable, and not while files wait and none moves", async () => {
    await using manager = await receiveNotifications();
    await using database = await kind?.create();
    if (!database) throw new Error("there is no Postgres");
    const env = { NOTIFY_SOCKET: manager.socket, ...watchdog };
    const options = { databaseUrl: database.url, env, program: withJumpingClock };
    // Without tables nothing moves either, but a restart would not make them.
    await using service = await startLive(options);
    service.send(new Map([["one.json", good()]]));
    await until(() => service.log.text.includes('"fault"'));
    service.process.kill("SIGUSR2");
    expect(await nextStatus(manager)).toContain("database down");
    await petted(manager);

    await runIngester(ingester, ["migrate", "--database", database.url]);
    const isDone = (files: number) => () => archived(service.spool).length === files;
    expect(await until(isDone(1))).toBe(true);

    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    const holder = await sql.reserve();
    await holder`begin`;
    await holder`lock table checkouts in access exclusive mode`;
    service.send(new Map([["two.json", good("lab2")]]));
    const blocked = "select 1 from pg_locks where not granted and relation = 'checkouts'::regclass";
    await until(async () => (await database.query(blocked)).length > 0);
    service.process.kill("SIGUSR2");
    let status = await nextStatus(manager);
    while (!status.includes("stalled")) status = await nextStatus(manager);
    // For a moment it looks as if the main loop hung, too.
    while (status.includes("main loop")) status = await nextStatus(manager);
    expect(status).toStartWith(
      "STATUS=stalled: 1 file is waiting and nothing has progressed for 2 min 1",
    );
    expect((await fetch(new URL("/ready", service.url))).status).toBe(503);
    await manager.during(300);
    expect(await manager.during(1_000)).not.toContain("WATCHDOG=1");

    await holder`rollback`;
    holder.release();
    await sql.end({ timeout: 1 });
    expect(await until(isDone(2))).toBe(true);
    await petted(manager);
  });
});

async function nextStatus(manager: Receiver): Promise<string> {
  let message = await manager.next();
  while (!message.startsWith("STATUS=") || message.endsWith("0 ingested, 0 refused"))
    message = await manager.next();
  return message;
}

/** Waits for two signs of life from now on: the first may have been on its way. */
async function petted(manager: Receiver): Promise<void> {
  await manager.during(0);
  for (let signs = 0; signs < 2; ) if ((await manager.next()) === "WATCHDOG=1") signs++;
}

function archived(spool: string): string[] {
  return readdirSync(join(spool, "archive"));
}
