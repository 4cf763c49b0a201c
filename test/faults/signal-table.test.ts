import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, join } from "node:path";
import { signalActions } from "../../src/commands/stop-on-signals.ts";
import { sqlite } from "../databases.ts";
import { ingester } from "../e2e/run-ingester.ts";
import { runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

type Ending = "stops in order" | "is killed";

/** What the service does at every signal but those of a crash and those that only stop a process for a while. */
const endings: readonly (readonly [signal: NodeJS.Signals, does: Ending, code: number])[] = [
  ["SIGTERM", "stops in order", 143],
  ["SIGINT", "stops in order", 130],
  ["SIGHUP", "stops in order", 129],
  ["SIGQUIT", "stops in order", 131],
  ["SIGXCPU", "stops in order", 152],
  ["SIGKILL", "is killed", 137],
];
const harmless: readonly NodeJS.Signals[] = [
  ...(["SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGIO", "SIGPIPE"] as const),
  ...(["SIGXFSZ", "SIGWINCH", "SIGURG", "SIGCHLD", "SIGCONT", "SIGPWR"] as const),
];

const backlog = new Map(
  Array.from({ length: 200 }, (_, n) => [`${n}.json`, submission(`t${n}`, 5)] as const),
);
const plan = { limits: { maxFiles: 10 } };

const archivedIn = ({ spool }: Scene) =>
  existsSync(join(spool, "archive")) ? readdirSync(join(spool, "archive")).length : 0;

const besides = ({ database }: Scene) => {
  const path = database.url.replace("sqlite:", "");
  return readdirSync(dirname(path)).filter((name) => name !== basename(path));
};

/** Sees that the database holds the rows of all that is archived, whole in its one file. */
function expectWhole(s: Scene): void {
  expect(besides(s)).toEqual([]);
  using db = new Database(s.database.url.replace("sqlite:", ""));
  expect(db.query("select count(*) as n from tests").get()).toEqual({ n: 5 * archivedIn(s) });
}

test.each(endings)("at %s in a backlog the service %s", async (signal, does, code) => {
  await using s = await setScene(sqlite);
  await s.reset(backlog);
  const child = s.start(plan, "--once", "--max-workers", "2");
  expect(await until(() => archivedIn(s) > 0)).toBe(true);
  child.kill(signal);
  await child.exited;
  const isKilled = does === "is killed";
  // Whoever asked for all with --once learns that it was not done.
  expect(child.exitCode).toBe(isKilled ? null : code);
  expect(child.signalCode).toBe(isKilled ? "SIGKILL" : null);
  expect(archivedIn(s)).toBeLessThan(backlog.size);
  if (!isKilled) expectWhole(s);
  expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
  expect(archivedIn(s)).toBe(backlog.size);
  expectWhole(s);
});

test("at all other signals, each in a backlog, the service goes on", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map());
  await using service = runService(s, plan, "--max-workers", "2");
  await until(() => service.log.includes("service_started"));
  const files = harmless.map((signal) =>
    Array.from({ length: 40 }, (_, n) => {
      const name = `${signal}-${n}`;
      return [`${name}.json`, submission(name, 5)] as const;
    }),
  );
  for (const [at, signal] of harmless.entries()) {
    service.send(files[at] ?? []);
    await until(() => archivedIn(s) > 40 * at);
    // By its number: not every name is known here.
    process.kill(service.pid, constants.signals[signal]);
    await service.settled((files[at] ?? []).map(([name]) => name));
  }
  expect(await service.stop()).toBe(0);
  expect(archivedIn(s)).toBe(40 * harmless.length);
  expectWhole(s);
});

describe.each(endings.filter(([, does]) => does === "stops in order"))(
  "%s",
  (signal, _, exitCode) => {
    // The system sends it again by itself.
    const code = signal === "SIGXCPU" ? undefined : exitCode;
    test(`a second time ${code ? `ends the program at once, exit code ${code}` : "changes nothing"}`, async () => {
      await using s = await setScene(sqlite);
      // While the first is moved, the second, which hangs, is in hand.
      await s.reset(
        new Map([
          ["a.json", submission("a")],
          ["b.json", submission("b", 1, { comment: "hang-here" })],
        ]),
      );
      const poison = { mark: "hang-here", does: "hang" } as const;
      await using service = runService(
        s,
        { limits: { maxFiles: 1 }, poison },
        "--max-workers",
        "1",
      );
      expect(await until(() => archivedIn(s) > 0)).toBe(true);
      process.kill(service.pid, signal);
      expect(await until(() => service.log.includes("service_stopping"))).toBe(true);
      const atMs = performance.now();
      process.kill(service.pid, signal);
      expect(await service.exited).toBe(code ?? 0);
      const tookMs = performance.now() - atMs;
      if (code) expect(tookMs).toBeLessThan(1_000);
      else expect(tookMs).toBeLessThan(5_000);
    });
  },
);

test("what the service ignores is told once", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map());
  await using service = runService(s, {});
  expect(await until(() => service.log.includes("service_started"))).toBe(true);
  for (const signal of Object.keys(signalActions) as (keyof typeof signalActions)[]) {
    if (signalActions[signal] !== "ignore") continue;
    const told = () =>
      service.log.split("\n").filter((line) => line.includes(`"${signal}"`)).length;
    process.kill(service.pid, signal);
    expect(await until(() => told() > 0)).toBe(true);
    process.kill(service.pid, signal);
    expect(told()).toBe(1);
  }
  expect(await service.stop()).toBe(0);
  expect(service.log.match(/signal_ignored/g)).toHaveLength(6);
});

test("a service that nohup started outlives its terminal", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map());
  await using service = runService(s, { through: ["nohup"] });
  expect(await until(() => service.log.includes("service_started"))).toBe(true);
  process.kill(service.pid, "SIGHUP");
  service.send([["a.json", submission("a")]]);
  await service.settled(["a.json"]);
  expect(await service.stop()).toBe(0);
  expect(service.log).not.toContain("SIGHUP");
});

test("a service whose terminal is closed ends in order", async () => {
  await using s = await setScene(sqlite);
  await s.reset(backlog);
  const words = ["monitor", "--spool-dir", s.spool, "--database", s.database.url];
  const child = Bun.spawn([...ingester.command, ...words, "--metrics-port", "0"], {
    env: { PATH: process.env.PATH, TERM: "xterm" },
    terminal: { cols: 80, data: () => {} },
  });
  expect(await until(() => archivedIn(s) === backlog.size)).toBe(true);
  child.terminal?.close();
  expect(await child.exited).toBe(0);
  expectWhole(s);
});
