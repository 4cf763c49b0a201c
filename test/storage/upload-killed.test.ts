import { expect, test } from "bun:test";
import { join } from "node:path";
import { until } from "../faults/until.ts";
import { startStandIn } from "./stand-in.ts";

const texts = 300;
/** How many are stored when the process is killed. */
const before = 30;
const script = join(import.meta.dir, "upload-process.ts");

test("after kill -9 in mid-upload nothing that is stored is uploaded again", async () => {
  await using standIn = await startStandIn({ delayMs: 2 });
  const { url, token } = standIn;
  const start = () => Bun.spawn([process.execPath, script, JSON.stringify({ url, token, texts })]);

  const killed = start();
  // In the very moment, however late this process comes to look.
  const { objects } = standIn;
  objects.set = (...entry) => {
    Map.prototype.set.apply(objects, entry);
    if (objects.size === before) killed.kill("SIGKILL");
    return objects;
  };
  await killed.exited;
  expect(killed.signalCode).toBe("SIGKILL");
  // What was on the wire still arrives: on connections that were made before this one.
  await fetch(url, { headers: { connection: "close" } });
  await until(() => standIn.connections === 0 && standIn.atOnce === 0);
  const stored = objects.size;
  expect(stored).toBeWithin(before, texts);
  expect(standIn.uploads.size).toBe(stored);

  const again = start();
  const { linked, counts } = JSON.parse(await again.stdout.text());
  expect({ linked, counts }).toEqual({
    linked: texts,
    counts: { found: stored, uploaded: texts - stored },
  });
  expect([...new Set(standIn.uploads.values())]).toEqual([1]);
});

test("the stand-in serves other processes too", async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "stand-in.ts")]);
  const reader = child.stdout.getReader();
  const { url, token } = JSON.parse(new TextDecoder().decode((await reader.read()).value));
  const run = Bun.spawn([process.execPath, script, JSON.stringify({ url, token, texts: 3 })]);
  expect(JSON.parse(await run.stdout.text())).toEqual({ linked: 3, counts: { uploaded: 3 } });
  const { uploads } = JSON.parse(await (await fetch(`${url}/stand-in/state`)).text());
  expect(Object.values(uploads)).toEqual([1, 1, 1]);
  child.kill();
  await child.exited;
});
