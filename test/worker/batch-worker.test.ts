import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { BatchWorker } from "../../src/worker/batch-worker.ts";
import type { FromWorker, WorkerConfig } from "../../src/worker/protocol.ts";
import { kinds } from "../databases.ts";
import { until } from "../faults/until.ts";
import { databaseWithTables, storeOptions } from "../store/prepared-store.ts";

setDefaultTimeout(60_000);

function startWorker(databaseUrl: string, takesTurns: boolean) {
  const told: FromWorker[] = [];
  const worker = new BatchWorker((message) => told.push(message));
  const config: WorkerConfig = {
    ...{ spoolRoot: "/nowhere", databaseUrl, trees: new Map(), ...storeOptions, takesTurns },
    ...{ maxFileBytes: 1e6, maxObjectBytes: 1e6, digestSeed: 0n, excerptThresholdBytes: undefined },
  };
  worker.receive({ kind: "start", config });
  const tell = async (kind: "close" | "probe", done: FromWorker["kind"]) => {
    worker.receive({ kind });
    await until(() => told.some((message) => message.kind === done));
    return told.find((message) => message.kind === done);
  };
  return { worker, told, tell };
}

describe.each(kinds)("a worker on $name", (kind) => {
  test("that is told to connect does so before there is work, and asks for no turn", async () => {
    await using database = await databaseWithTables(kind);
    const { worker, told, tell } = startWorker(database.url, kind.name === "SQLite");
    worker.receive({ kind: "connect" });
    if (kind.name === "Postgres") {
      await until(async () => {
        const others = await database.query(
          `select 1 as one from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and query like '%rollback'`,
        );
        return others.length === 1;
      });
    }
    expect(await tell("probe", "done")).not.toHaveProperty("result.fault");
    await tell("close", "closed");
    expect(told.map((message) => message.kind)).toEqual(["ready", "done", "closed"]);
  });
});

test("a worker that cannot connect tells so when it has work", async () => {
  const { worker, told, tell } = startWorker("postgres://nobody@127.0.0.1:1/none", false);
  worker.receive({ kind: "connect" });
  const done = await tell("probe", "done");
  expect(done).toMatchObject({ result: { fault: { class: "transient", boundary: "StoreFault" } } });
  await tell("close", "closed");
  expect(told.map((message) => message.kind)).toEqual(["ready", "done", "closed"]);
});
