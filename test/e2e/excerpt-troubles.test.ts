import { describe, expect, test } from "bun:test";
import { kinds, type TestKind } from "../databases.ts";
import { startBlackHole } from "../storage/black-hole.ts";
import { type Behaviour, startStandIn } from "../storage/stand-in.ts";
import { checkExcerpts } from "./check-excerpts.ts";
import { nobody, setStage } from "./excerpt-run.ts";
import { fillSpool, makeFiles } from "./excerpt-spool.ts";

const timeoutMs = 60_000;
const files = makeFiles(8, 2);
/** Objects with a long text: two of its own and the shared one in each file. */
const longTexts = 8 * 3;
/** More than a slow server stores while we wait: 16 at once, with three calls for each. */
const many = { files: makeFiles(8, 7), longTexts: 8 * 8 };
const elsewhere = { location: "http://storage.invalid/upload" };

/** What the tries get over: all is stored and linked. */
const overcome: [string, Partial<Behaviour>][] = [
  ["works", {}],
  ["is locked, then free", { upload: [{ status: 409 }, "well"] }],
  ["fails, then works", { upload: [{ status: 502 }, { status: 504 }, "well"] }],
  ["cuts the first upload", { upload: ["cut-upload", "well"] }],
  ["cuts its answers, but stores", { upload: ["cut-answer"] }],
  ["tells no length", { look: ["no-length"] }],
];

/** What they do not: all stays inline. Those that take long come first. */
const lasting: [string, Partial<Behaviour>][] = [
  ["hangs at uploads", { upload: ["hang"] }],
  ["hangs at looks", { look: ["hang"] }],
  ["drips", { look: ["drip"], dripMs: 400 }],
  ...[409, 429, 400, 403, 413, 500, 502, 504].map((status): [string, Partial<Behaviour>] => [
    `answers ${status}`,
    { upload: [{ status, body: "no" }] },
  ]),
  ["takes no token", { jwtSecret: "another" }],
  ["forbids the path", { prefixes: ["elsewhere/"] }],
  ["says 200 and stores nothing", { upload: ["forget"] }],
  ["says 200 and truncates", { upload: ["truncate"] }],
  ["cuts uploads", { upload: ["cut-upload"] }],
  ["cuts its answers to looks", { look: ["cut-answer"] }],
  ["redirects uploads", { upload: [{ status: 307, headers: elsewhere }] }],
  ["redirects looks", { look: [{ status: 302, headers: elsewhere }] }],
];

// What the server does is none of the database's business: the second kind runs a few of them.
const passing = kinds.flatMap((kind, n) =>
  overcome
    .filter((_, k) => k % 4 === 0 || n === 0)
    .map((one) => [kind.name, ...one, kind] as const),
);
const failing = kinds.flatMap((kind, n) =>
  lasting.filter((_, k) => k % 6 === 0 || n === 0).map((one) => [kind.name, ...one, kind] as const),
);

describe("with a server in passing trouble all excerpts are linked", () => {
  test.each(passing)(
    "on %s, when it %s",
    async (_, __, behaviour, kind) => {
      expect(await ingest(kind, behaviour)).toEqual({ linked: longTexts, inline: 0, wrong: [] });
    },
    timeoutMs,
  );
});

// The deadlines are the product's own, so these wait for them side by side.
describe.concurrent("with a server in trouble all excerpts stay inline", () => {
  test.each(kinds.slice(0, 1))(
    "on $name, but for those stored before our patience ends, when it is slow",
    async (kind) => {
      const startedMs = performance.now();
      const checked = await ingest(kind, { delayMs: 1_200 }, many.files);
      // `maxWaitMs` is 10 s for a batch; the rest is the program's start and the machine's load.
      expect(performance.now() - startedMs).toBeLessThan(20_000);
      expect(checked.wrong).toEqual([]);
      expect(checked.linked).toBeWithin(1, many.longTexts);
      expect(checked.linked + checked.inline).toBe(many.longTexts);
    },
    timeoutMs,
  );

  test.each(failing)(
    "on %s, when it %s",
    async (_, __, behaviour, kind) => {
      expect(await ingest(kind, behaviour)).toEqual({ linked: 0, inline: longTexts, wrong: [] });
    },
    timeoutMs,
  );

  test.each(
    kinds.flatMap((kind) => [
      [kind.name, "refuses connections", nobody, kind] as const,
      [kind.name, "is a black hole", startBlackHole, kind] as const,
    ]),
  )(
    "on %s, when it %s",
    async (_, __, start, kind) => {
      await using stage = await setStage(kind, 2);
      const server = await start();
      await using _server = Symbol.asyncDispose in server ? server : undefined;
      fillSpool(stage.spool, files);
      const run = await stage.once(stage.env({ url: server.url, token: "some.good.token" }));
      expect(run.exitCode).toBe(0);
      expect(run.stderr).toContain("storage_check_failed");
      expect(stage.names("archive")).toEqual([...files.keys()]);
      const checked = await checkExcerpts(files, stage.database, new Map(), server.url);
      expect(checked).toEqual({ linked: 0, inline: longTexts, wrong: [] });
    },
    timeoutMs,
  );
});

// --- internal ---

/** Ingests the files with a server that behaves like this; all must be archived. */
async function ingest(kind: TestKind, behaviour: Partial<Behaviour>, spooled = files) {
  await using stage = await setStage(kind, 2);
  await using standIn = await startStandIn();
  // The token stays one that the server would have taken.
  Object.assign(standIn.behaviour, behaviour);
  fillSpool(stage.spool, spooled);
  const run = await stage.once(stage.env(standIn));
  expect(run).toMatchObject({ exitCode: 0, stdout: "" });
  expect(stage.names("")).toEqual([]);
  expect(stage.names("archive")).toEqual([...spooled.keys()]);
  return await checkExcerpts(spooled, stage.database, standIn.objects, standIn.url);
}
