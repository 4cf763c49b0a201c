import { expect, test } from "bun:test";
import { sqlite } from "../databases.ts";
import { runService } from "../faults/run-service.ts";
import { setScene } from "../faults/scene.ts";
import { submission } from "../faults/submissions.ts";
import { until } from "../faults/until.ts";
import { freePort } from "../free-port.ts";

test("a file that the aggregation cannot take goes in, is named in the log, and counted", async () => {
  await using scene = await setScene(sqlite);
  await scene.reset(new Map([["archive/former.json", "{}"]]));
  const port = await freePort();
  const env = { INGESTER_METRICS_PORT: String(port) };
  await using service = runService(scene, { env });
  const long = { git_repository_branch: "b".repeat(2_560) };
  service.send([
    ["fine.json", submission("fine", 3)],
    ["long.json", submission("long", 3, long)],
  ]);
  await service.settled(["fine.json", "long.json"]);
  await until(() => service.log.includes("aggregation_overlong"));
  expect(service.log.match(/"event":"aggregation_overlong".*/g)).toEqual([
    expect.stringMatching(/"file":"long\.json","objects":3,"bytes":26\d\d,"max":2600,/),
  ]);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toContain("\nkcidb_ingester_overlong_objects_total 3\n");
});
