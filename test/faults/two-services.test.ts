import { expect, setDefaultTimeout, test } from "bun:test";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { kindOf, setScene } from "./scene.ts";
import { joined, submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";

setDefaultTimeout(120_000);

const rounds = isFull ? 100 : 10;
const filesARound = 4;
const objects = 8;
const kind = kindOf("Postgres");

/** Files that all hold the same objects, each beginning with another one. */
function filesOfRound(round: number, service: string, isBackward: boolean): [string, string][] {
  const names = Array.from({ length: objects }, (_, n) => `r${round}-${n}`);
  if (isBackward) names.reverse();
  return Array.from({ length: filesARound }, (_, at) => {
    const order = [...names.slice(at), ...names.slice(0, at)];
    const fill = { comment: `of ${service}`, [at % 2 ? "log_url" : "message_id"]: `x:${at}@y` };
    return [`${service}-${round}-${at}.json`, joined(order.map((one) => submission(one, 4, fill)))];
  });
}

test.skipIf(!kind)(
  "flaw 4: two services that write the same objects in opposite order lose no file",
  async () => {
    if (!kind) return;
    await using one = await setScene(kind);
    const shared = { ...one.database, [Symbol.asyncDispose]: async () => {} };
    await using other = await setScene({ ...kind, create: async () => shared });
    for (const scene of [one, other]) await scene.reset(new Map([["archive/former.json", "{}"]]));
    const words = ["--max-workers", "3"];
    await using forward = runService(one, { limits: { maxFiles: 1 } }, ...words);
    await using backward = runService(other, { limits: { maxFiles: 1 } }, ...words);

    const startedMs = performance.now();
    for (let round = 0; round < rounds; round++) {
      const [ours, theirs] = [
        filesOfRound(round, "f", false),
        filesOfRound(round, "b", true),
      ] as const;
      forward.send(ours);
      backward.send(theirs);
      await forward.settled(ours.map(([name]) => name));
      await backward.settled(theirs.map(([name]) => name));
    }
    const tookMs = performance.now() - startedMs;

    const log = forward.log + backward.log;
    for (const scene of [one, other]) {
      const paths = [...filesOf(scene.spool).keys()];
      expect(paths).toHaveLength(rounds * filesARound + 1);
      expect(paths.filter((path) => !path.startsWith("archive/"))).toEqual([]);
    }
    expect(log).not.toContain("submission_refused");
    expect(log).not.toContain("worker_died");
    const wanted = { checkouts: 1, builds: 1, tests: 4, issues: 1, incidents: 1 };
    for (const [table, each] of Object.entries(wanted)) {
      const [row] = await one.database.query(`select count(*) as n from ${table}`);
      expect([table, Number(row?.n)]).toEqual([table, each * rounds * objects]);
    }
    expect([await forward.stop(), await backward.stop()]).toEqual([0, 0]);
    const retries = log.match(/"event":"fault"/g)?.length ?? 0;
    const deadlocks = log.match(/deadlock detected/g)?.length ?? 0;
    console.log(
      `two services: ${rounds} rounds in ${Math.round(tookMs)} ms, ${deadlocks} deadlocks, ${retries} tries again`,
    );
  },
);
