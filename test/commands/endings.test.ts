import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { type Scene, setScene } from "../faults/scene.ts";
import { submission } from "../faults/submissions.ts";
import { until } from "../faults/until.ts";

setDefaultTimeout(60_000);

const backlog = new Map(
  Array.from({ length: 200 }, (_, n) => [`${n}.json`, submission(`e${n}`, 5)] as const),
);

const archivedIn = ({ spool }: Scene) =>
  existsSync(join(spool, "archive")) ? readdirSync(join(spool, "archive")).length : 0;

const waitingIn = ({ spool }: Scene) =>
  readdirSync(spool).filter((name) => name.endsWith(".json")).length;

/** The last line of a log in JSON lines, without its time and level. */
function lastOf(log: string): Record<string, unknown> {
  const { time: _, level: __, ...fields } = JSON.parse(log.trimEnd().split("\n").at(-1) ?? "{}");
  return fields;
}

test("a run with --once ends with one line: files, objects, refused, left, seconds", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map([...backlog, ["bad.json", "{]"]]));
  const run = await s.run({}, "--once");
  expect(run.exitCode).toBe(1);
  const objects = [...backlog.values()]
    .flatMap((text) => Object.values(JSON.parse(text)))
    .reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  expect(lastOf(run.stderr)).toEqual({
    event: "service_stopped",
    ...{ files: backlog.size, objects, refused: 1, left: 0, seconds: expect.any(Number) },
  });
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("--once that %s interrupts exits %d and says what is left", async (signal, code) => {
  await using s = await setScene(sqlite);
  await s.reset(backlog);
  const child = s.start({ limits: { maxFiles: 5 } }, "--once", "--max-workers", "1");
  expect(await until(() => archivedIn(s) > 0)).toBe(true);
  child.kill(signal);
  const log = await new Response(child.stderr).text();
  expect(await child.exited).toBe(code);
  const { event, files, left } = lastOf(log);
  expect([event, files, left]).toEqual(["service_stopped", archivedIn(s), waitingIn(s)]);
  expect(Number(files) + Number(left)).toBe(backlog.size);
});

test("--once that is interrupted while it waits for the database says what is left", async () => {
  await using s = await setScene(sqlite, () => "postgres://u@127.0.0.1:1/db");
  await s.reset(backlog);
  const child = s.start({}, "--once");
  let [log, isTold] = ["", false];
  const decoder = new TextDecoder();
  for await (const chunk of child.stderr) {
    log += decoder.decode(chunk, { stream: true });
    if (!isTold && log.includes('"fault"')) isTold = child.kill("SIGTERM") === undefined;
  }
  expect(await child.exited).toBe(143);
  expect(lastOf(log)).toMatchObject({ event: "service_stopped", files: 0, left: backlog.size });
});

test("a service that is stopped exits 0 and ends with the same line", async () => {
  await using s = await setScene(sqlite);
  await s.reset(backlog);
  const child = s.start({}, "--interval", "60");
  expect(await until(() => archivedIn(s) === backlog.size)).toBe(true);
  writeFileSync(join(s.spool, "late.json.temp"), "");
  child.kill("SIGTERM");
  const log = await new Response(child.stderr).text();
  expect(await child.exited).toBe(0);
  expect(lastOf(log)).toMatchObject({ files: backlog.size, refused: 0, left: 0 });
});
