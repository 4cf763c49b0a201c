import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { freePort } from "../free-port.ts";
import { filesOf } from "./invariants.ts";
import { onPostgres, onSqlite } from "./refusals.ts";
import { type RunningService, runService } from "./run-service.ts";
import { kindOf, type Scene, setScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const limits = { statementTimeoutMs: 5_000 };

/** How often the service has been refused so far. */
async function triesOf(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const found = text.matchAll(/^kcidb_ingester_files_retried_total\{.*\} (\d+)$/gm);
  return [...found].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe.each([
  ["Postgres", onPostgres],
  ["SQLite", onSqlite],
] as const)("a %s that refuses every file costs none", (name, refusals) => {
  const kind = kindOf(name);
  const runs = kind ? describe : describe.skip;
  runs("and they go in when it is mended", () => {
    let scene: Scene;
    let service: RunningService;
    let sent = 0;
    const names: string[] = [];
    const port = freePort();
    const role = `refused_${process.pid}_${Math.floor(Math.random() * 1e9)}`;
    const query = async (statements: readonly string[]) => {
      for (const statement of statements) await scene.database.query(statement);
    };
    const send = (count: number) => {
      const fresh = Array.from({ length: count }, () => `r${++sent}`);
      names.push(...fresh);
      service.send(fresh.map((one) => [`${one}.json`, submission(one, 2)]));
    };

    beforeAll(async () => {
      if (!kind) return;
      scene = await setScene(kind, (text) => {
        if (name === "SQLite") return text;
        const url = new URL(text);
        [url.username, url.password] = [role, "right"];
        return url.href;
      });
      if (name === "Postgres") {
        await query([
          `create role ${role} login password 'right'`,
          `alter default privileges in schema public grant select, insert, update on tables to ${role}`,
          `grant select, insert, update on all tables in schema public to ${role}`,
        ]);
      }
      await scene.reset(new Map([["archive/former.json", "{}"]]));
      service = runService(
        scene,
        { limits },
        "--max-workers",
        "3",
        ...["--metrics-port", `${port}`],
      );
      send(1);
      await service.settled(["r1.json"]);
    });

    afterAll(async () => {
      await service?.[Symbol.asyncDispose]();
      if (name === "Postgres" && kind) await query([`drop owned by ${role}`, `drop role ${role}`]);
      await scene?.[Symbol.asyncDispose]();
    });

    test.each(refusals)("$title", async ({ begin, end, told }) => {
      const from = service.log.length;
      await query(begin);
      send(12);
      const isTold = await until(() => told.test(service.log.slice(from)));
      // Others come meanwhile, and it is asked again.
      const asked = await triesOf(port);
      send(2);
      await until(async () => (await triesOf(port)) >= asked + 3);
      const failed = [...filesOf(scene.spool).keys()].filter((path) => path.startsWith("failed/"));
      await query(end);
      if (!isTold) throw new Error(`${told} was not told: ${service.log.slice(from)}`);
      expect(failed).toEqual([]);
      await service.settled(
        names.map((one) => `${one}.json`),
        40_000,
      );
      const rows = await scene.database.query("select id from checkouts");
      expect(rows.map((row) => row.id).sort()).toEqual(names.map(checkoutOf).sort());
      expect(service.log).not.toContain("submission_refused");
    });
  });
});
