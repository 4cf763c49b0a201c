import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { until } from "../faults/until.ts";
import { excerpt, pathOf } from "./settings.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";
import { uploaderOn } from "./uploader-on.ts";

const texts = Array.from({ length: 40 }, (_, n) => excerpt(`text ${n}`));

test("each text is stored, unzips to itself and is linked by its own URL", async () => {
  await using standIn = await startStandIn();
  await using watched = uploaderOn(standIn);
  const urls = await watched.uploader.upload(texts);
  expect(urls.size).toBe(40);
  for (const { hash, text } of texts) {
    expect(urls.get(hash)).toBe(`${standIn.url}/${pathOf(hash)}`);
    expect(gunzipSync(standIn.objects.get(pathOf(hash)) ?? "").toString()).toBe(text);
  }
  expect(watched.counts).toEqual({ uploaded: 40 });
  expect(watched.logged).toEqual([]);
});

test("workers that bring the same texts at once cause one upload of each", async () => {
  await using standIn = await startStandIn({ delayMs: 5 });
  await using watched = uploaderOn(standIn);
  const workers = [texts, texts.toReversed(), texts.slice(10), [...texts, ...texts]];
  const answers = await Promise.all(workers.map((worker) => watched.uploader.upload(worker)));
  expect(answers.map((urls) => urls.size)).toEqual([40, 40, 30, 40]);
  expect(uploadsOfEach(standIn)).toEqual([1]);
  expect(watched.counts).toEqual({ uploaded: 40, shared: 110 });
});

test("what was stored before is known without asking", async () => {
  await using standIn = await startStandIn();
  await using watched = uploaderOn(standIn);
  const first = await watched.uploader.upload(texts);
  const requests = standIn.requests.length;
  expect(await watched.uploader.upload(texts)).toEqual(first);
  expect(standIn.requests).toHaveLength(requests);
  expect(watched.counts).toEqual({ uploaded: 40, cached: 40 });
});

test("by hash alone it answers what is stored, and wants the text of the rest", async () => {
  await using standIn = await startStandIn();
  await using watched = uploaderOn(standIn);
  const hashes = texts.map(({ hash }) => hash);
  const urls = await watched.uploader.upload(texts.slice(0, 10));
  expect(watched.uploader.ask([...hashes, ...hashes])).toEqual({ urls, wanted: hashes.slice(10) });
  expect(watched.counts).toEqual({ uploaded: 10, cached: 10 });
});

test("what another process stored is found, not sent again", async () => {
  await using standIn = await startStandIn();
  await using before = uploaderOn(standIn);
  await before.uploader.upload(texts);
  await using watched = uploaderOn(standIn);
  expect((await watched.uploader.upload(texts)).size).toBe(40);
  expect(watched.counts).toEqual({ found: 40 });
  expect(uploadsOfEach(standIn)).toEqual([1]);
});

test("a full cache is emptied, which costs a look and no upload", async () => {
  await using standIn = await startStandIn();
  await using watched = uploaderOn(standIn, { cacheEntries: 10, concurrency: 1 });
  await watched.uploader.upload(texts.slice(0, 11));
  expect(watched.uploader.state.cached).toBe(1);
  expect((await watched.uploader.upload(texts.slice(0, 11))).size).toBe(11);
  expect(watched.counts).toEqual({ uploaded: 11, cached: 1, found: 10 });
});

test("no more requests are in flight than allowed", async () => {
  await using standIn = await startStandIn({ delayMs: 5 });
  await using watched = uploaderOn(standIn, { concurrency: 3 });
  await watched.uploader.upload(texts);
  expect(standIn.mostAtOnce).toBe(3);
});

test("a worker waits no longer than the bound; what is in flight then ends for the cache", async () => {
  await using standIn = await startStandIn({ delayMs: 40 });
  await using watched = uploaderOn(standIn, { concurrency: 1, maxWaitMs: 300 });
  const startedMs = performance.now();
  const urls = await watched.uploader.upload(texts);
  // For all of them it would be 3,200 ms and more: a look and an upload each.
  expect(performance.now() - startedMs).toBeWithin(295, 2_000);
  expect(urls.size).toBeWithin(1, 5);
  expect(watched.counts).toEqual({ uploaded: urls.size, inline_late: 40 - urls.size });
  expect(watched.uploader.state).toMatchObject({ inFlight: 1, queued: 0 });

  await until(() => watched.counts.background === 1);
  expect(standIn.uploads.size).toBe(urls.size + 1);
  const next = texts[urls.size];
  if (next !== undefined) await watched.uploader.upload([next]);
  expect(watched.counts.cached).toBe(1);
});

test("one worker's patience does not end another's", async () => {
  await using standIn = await startStandIn({ delayMs: 20 });
  await using watched = uploaderOn(standIn, { concurrency: 1 });
  const stop = new AbortController();
  const hasty = watched.uploader.upload(texts.slice(0, 10), stop.signal);
  const patient = watched.uploader.upload(texts.slice(5, 15));
  stop.abort();
  expect((await hasty).size).toBe(0);
  expect((await patient).size).toBe(10);
  expect(standIn.uploads.size).toBe(11);
});

test("more text than memory allows stays inline at once", async () => {
  await using standIn = await startStandIn({ delayMs: 5 });
  const bytes = (texts[0]?.text.length ?? 0) * 2;
  await using watched = uploaderOn(standIn, { maxPendingBytes: bytes * 8 + 100 });
  const urls = await watched.uploader.upload(texts);
  expect(urls.size).toBe(8);
  expect(watched.counts).toEqual({ uploaded: 8, inline_full: 32 });
  expect((await watched.uploader.upload(texts)).size).toBe(16);
});

test("when the service stops, waiting ends at once and what is under way is cut", async () => {
  await using standIn = await startStandIn({ upload: ["hang"] });
  const watched = uploaderOn(standIn, { concurrency: 4, callTimeoutMs: 30_000, maxWaitMs: 30_000 });
  const waiting = watched.uploader.upload(texts);
  await until(() => standIn.uploads.size === 4);
  const startedMs = performance.now();
  await watched[Symbol.asyncDispose]();
  expect((await waiting).size).toBe(0);
  expect((await watched.uploader.upload(texts)).size).toBe(0);
  // Whoever goes on waiting waits for half a minute.
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  expect(watched.counts).toEqual({ inline_stopped: 80 });
  expect(watched.logged).toEqual([]);
});

test("a server that cannot be used at all is a fault at the start", () => {
  expect(() => uploaderOn({ url: "files.example.org", token: "t" })).toThrow("storage base URL");
});

// --- internal ---

/** The different numbers of uploads that texts had. */
function uploadsOfEach(standIn: StandIn): number[] {
  return [...new Set(standIn.uploads.values())];
}
