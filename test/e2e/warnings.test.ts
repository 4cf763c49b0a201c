import { expect, test } from "bun:test";
import { sqlite } from "../databases.ts";
import { runService } from "../faults/run-service.ts";
import { setScene } from "../faults/scene.ts";
import { freePort } from "../free-port.ts";
import { sumSamples } from "../observe/samples.ts";

const version = { major: 5, minor: 3 };
const testOf = (origin: string, id: string, fields: object) => ({
  ...{ id: `${origin}:${id}`, origin, build_id: `${origin}:b`, path: "boot", status: "PASS" },
  ...fields,
});
const future = { start_time: "2999-01-01T00:00:00Z" };
const fileOf = (...tests: object[]) => JSON.stringify({ version, tests });

test("what is odd about submissions is counted by kind and origin, and shown where the others are", async () => {
  await using scene = await setScene(sqlite);
  await scene.reset(new Map([["archive/former.json", "{}"]]));
  const port = await freePort();
  const env = { INGESTER_METRICS_PORT: String(port) };
  await using service = runService(scene, { env });
  const ask = async (path: string) => await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  let metrics = "";
  const countOf = (name: string, ...labels: string[]) =>
    sumSamples(metrics, `kcidb_ingester_${name}_total`, labels.join(","));
  const warnings = (origin: string, kind: string) =>
    countOf("submission_warnings", `origin="${origin}"`, `kind="${kind}"`);

  // A busy worker looks at some only: they are sent until some of each were looked at.
  let round = 0;
  do {
    round += 1;
    const names = [`fine${round}.json`, `odd${round}.json`, `odder${round}.json`];
    service.send([
      [names[0] ?? "", fileOf(testOf("good", `${round}`, {}))],
      [names[1] ?? "", fileOf(testOf("lab", `${round}a`, future), testOf("lab", "b", future))],
      [names[2] ?? "", fileOf(testOf("lab", `${round}c`, { ...future, path: "" }))],
      // What is refused counts for nothing here.
      [`bad${round}.json`, fileOf(testOf("bad", "1", { ...future, status: "passed" }))],
    ]);
    await service.settled(names);
    metrics = await ask("/metrics");
  } while (
    !(warnings("lab", "no-path") > 0 && countOf("submissions_looked_at", 'origin="good"') > 0)
  );

  const lookedAt = countOf("submissions_looked_at", 'origin="lab"');
  expect(lookedAt).toBeLessThanOrEqual(2 * round);
  // Once for each submission, however many of its objects are odd.
  expect(warnings("lab", "future-time")).toBe(lookedAt);
  expect(countOf("submission_warnings")).toBe(lookedAt + warnings("lab", "no-path"));
  expect(metrics).not.toContain('origin="bad"');

  const { origins } = JSON.parse(await ask("/status.json"));
  const lab = origins.find(({ origin }: { origin: string }) => origin === "lab");
  const shown = { "future-time": lookedAt, "no-path": warnings("lab", "no-path") };
  expect(lab).toMatchObject({ lookedAt, warned: lookedAt, warnings: shown });
  const page = await ask("/");
  expect(page).toContain(
    `<td>${lookedAt} of ${lookedAt}: <small>future-time, no-path</small></td>`,
  );
  const told = [...service.log.matchAll(/"event":"submission_warnings",.*?"kinds":"([^"]*)"/g)];
  // Each kind once, in one line or in two.
  const kinds = told.flatMap(([, words]) => words?.split(",") ?? []);
  expect(kinds.sort()).toEqual(["future-time", "no-path"]);
}, 60_000);
