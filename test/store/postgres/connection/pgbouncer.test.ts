import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import postgres from "postgres";
import { checkouts, tables } from "../../../../src/rows/tables.ts";
import { ingester, runIngester } from "../../../e2e/run-ingester.ts";
import { runService } from "../../../faults/run-service.ts";
import { kindOf, type Scene, setScene } from "../../../faults/scene.ts";
import { submission } from "../../../faults/submissions.ts";
import { databaseWithTables, openStore } from "../../prepared-store.ts";
import { rowSet } from "../../stored.ts";
import { type Pgbouncer, startPgbouncer } from "./pgbouncer.ts";

setDefaultTimeout(60_000);

const kind = kindOf("Postgres");
const limits = { connectTimeoutMs: 5_000, statementTimeoutMs: 10_000, maxFiles: 1 };

describe.skipIf(!kind).each(["transaction", "session"] as const)(
  "through a PgBouncer that lends a session for a %s",
  (mode) => {
    let scene: Scene;
    let pooler: Pgbouncer | undefined;
    let url = "";

    beforeAll(async () => {
      if (!kind) return;
      scene = await setScene(kind, (direct) => {
        pooler = startPgbouncer(direct, mode);
        const address = new URL(direct);
        if (pooler) address.port = String(pooler.port);
        url = address.href;
        return url;
      });
    });

    afterAll(async () => {
      pooler?.[Symbol.dispose]();
      await scene?.[Symbol.asyncDispose]();
    });

    test("120 files in batches of one go in, and no fault is told of", async () => {
      if (!pooler) return;
      await scene.reset(new Map([["archive/former.json", "{}"]]));
      // In session mode a connection holds its session: as many workers as there are, and one for the start.
      await using service = runService(scene, { limits }, "--max-workers", "2");
      const names = Array.from({ length: 60 }, (_, at) => `p${at}`);
      service.send(names.map((name) => [`${name}.json`, submission(name, 3)]));
      await service.settled(names.map((name) => `${name}.json`));
      // The same keys, which gain something: the way of the staging tables.
      const again = names.map((name) => [
        `${name}-2.json`,
        submission(name, 3, { comment: "late" }),
      ]);
      service.send(again as [string, string][]);
      await service.settled(again.map(([name]) => name ?? ""));
      expect(await service.stop()).toBe(0);
      expect(service.log).not.toContain('"event":"fault"');
      const [row] = await scene.database.query(
        "select count(*)::int as checkouts, count(comment)::int as late from checkouts",
      );
      expect(row).toEqual({ checkouts: 60, late: 60 });
    });

    test("a session that has staging tables of another version is good for all of that", async () => {
      if (!pooler) return;
      await scene.reset(new Map([["archive/former.json", "{}"]]));
      const foreign = tables
        .map(({ name }) => `create temporary table kci_ingester_${name} (other integer)`)
        .join("; ");
      const clients = Array.from({ length: 3 }, () => postgres(url, { max: 1, prepare: false }));
      const all = Promise.withResolvers<void>();
      let begun = 0;
      await Promise.all(
        clients.map((sql) =>
          sql.begin(async (transaction) => {
            await transaction.unsafe(foreign);
            // Each client has a session of its own by now.
            if (++begun === clients.length) all.resolve();
            await all.promise;
          }),
        ),
      );
      await Promise.all(clients.map((sql) => sql.end()));
      await using service = runService(scene, { limits }, "--max-workers", "2");
      const names = Array.from({ length: 12 }, (_, at) => `q${at}`);
      service.send(names.map((name) => [`${name}.json`, submission(name)]));
      await service.settled(names.map((name) => `${name}.json`));
      expect(await service.stop()).toBe(0);
      expect(service.log).not.toContain('"event":"fault"');
    });

    test("migrate and status find all as it is", async () => {
      if (!pooler) return;
      for (const words of [
        ["migrate", "--database", url],
        ["status", "--spool-dir", scene.spool, "--database", url],
      ]) {
        expect(await runIngester(ingester, words)).toMatchObject({ exitCode: 0, stderr: "" });
      }
    });
  },
);

test.skipIf(!kind)(
  "a PgBouncer that lends a session for a statement is the operator's to mend",
  async () => {
    if (!kind) return;
    await using database = await databaseWithTables(kind);
    using pooler = startPgbouncer(database.url, "statement");
    if (!pooler) return;
    const url = new URL(database.url);
    url.port = String(pooler.port);
    await using store = await openStore(url.href);
    // Some go in three ways there and back, many are copied.
    for (const count of [1, 100]) {
      const list = Array.from({ length: count }, (_, at) => ({ id: `a:${at}`, origin: "a" }));
      await expect(store.write(rowSet(checkouts, ...list))).rejects.toMatchObject({
        class: "operator",
        code: "08P01",
        hint: expect.stringContaining("pool_mode"),
      });
    }
  },
);
