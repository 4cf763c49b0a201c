import { expect, setDefaultTimeout, test } from "bun:test";
import { renameSync, rmSync } from "node:fs";
import { sqlite } from "../databases.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { setScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const file = (name: string) => [`${name}.json`, submission(name)] as const;

test("a SQLite file that is moved away costs no file: all go in when it is back", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map([file("before")]));
  const path = s.database.url.replace("sqlite:", "");
  await using service = runService(s, {}, "--max-workers", "2");
  await service.settled(["before.json"]);
  renameSync(path, `${path}.away`);
  service.send([file("during")]);
  expect(await until(() => service.log.includes('"class":"operator"'))).toBe(true);
  expect(service.log).toContain("put it back, or restart the service");
  expect([...filesOf(s.spool).keys()]).toContain("during.json");
  renameSync(`${path}.away`, path);
  await service.settled(["during.json"]);
  const rows = await s.database.query("select id from checkouts");
  expect(rows.map((row) => row.id).sort()).toEqual(["before", "during"].map(checkoutOf));
  expect(await service.stop()).toBe(0);
  // Only then is the log whole: the file lies in its place before that is told.
  expect(service.log).toContain('"event":"recovered"');
});

test("a SQLite file that is deleted holds up the files until a start begins an empty one", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map([file("before")]));
  const path = s.database.url.replace("sqlite:", "");
  {
    await using service = runService(s, {}, "--max-workers", "2");
    await service.settled(["before.json"]);
    rmSync(path);
    service.send([file("after")]);
    expect(await until(() => service.log.includes('"class":"operator"'))).toBe(true);
    expect(await service.stop()).toBe(0);
    expect([...filesOf(s.spool).keys()]).toContain("after.json");
  }
  expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
  const rows = await s.database.query("select id from checkouts");
  expect(rows.map((row) => row.id)).toEqual([checkoutOf("after")]);
});
