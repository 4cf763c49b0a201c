import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { needs } from "../needs.ts";
import { standbyStage, takeoverMs } from "./standby-stage.ts";
import { until } from "./until.ts";

/** What a service has once it has taken over: its port, the trees of that moment, a spool of another container. */

setDefaultTimeout(120_000);

test("two services with one port on one host: the second says that it waits for it, and has it at takeover", async () => {
  await using database = await sqlite.create();
  using s = await standbyStage(database);
  await using holder = s.start();
  await holder.untilItHolds();
  await using standby = s.start([], holder.port);
  await standby.untilItStandsBy();
  expect(standby.log).toMatch(
    /warn status_page_waits why="cannot listen on 127\.0\.0\.1 port \d+: EADDRINUSE"/,
  );
  // An end in order is taken over as well.
  holder.signal("SIGTERM");
  expect(await holder.exited).toBe(0);
  await standby.untilItHolds(takeoverMs);
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
  using s = await standbyStage(database);
  const trees = join(s.spool, "trees.yaml");
  writeFileSync(trees, 'trees: {old: {url: "https://git.example/x.git"}}');
  await using holder = s.start(["--trees-file", trees]);
  await holder.untilItHolds();
  await using standby = s.start(["--trees-file", trees]);
  await standby.untilItStandsBy();
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
    using s = await standbyStage(database);
    await using holder = s.start([], undefined, container);
    await holder.untilItHolds();
    await using standby = s.start([], undefined, container);
    await standby.untilItStandsBy();
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
