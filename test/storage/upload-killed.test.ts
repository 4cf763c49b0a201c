import { expect, test } from "bun:test";
import { join } from "node:path";
import { until } from "../faults/until.ts";
import { startStandIn } from "./stand-in.ts";

const texts = 300;
const script = join(import.meta.dir, "upload-process.ts");

test("after kill -9 in mid-upload nothing that is stored is uploaded again", async () => {
  await using standIn = await startStandIn({ delayMs: 2 });
  const { url, token } = standIn;
  const start = () => Bun.spawn([process.execPath, script, JSON.stringify({ url, token, texts })]);

  const killed = start();
  await until(() => standIn.objects.size >= 30);
  killed.kill("SIGKILL");
  await killed.exited;
  // What was on the wire still arrives.
  await until(() => standIn.atOnce === 0);
  const stored = standIn.objects.size;
  expect(stored).toBeWithin(30, texts);
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
