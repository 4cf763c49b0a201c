import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { madeResults } from "../api/made-results.ts";
import { kinds, sqlite } from "../databases.ts";
import { ingester, startIngester } from "../e2e/run-ingester.ts";
import { type ReadableDatabase, readableDatabase } from "../results/read-on.ts";

setDefaultTimeout(60_000);

/** A server of its own, and where it is; it ends with its scope. */
async function startServer(database: string, ...words: string[]) {
  const child = startIngester(
    ingester,
    ["serve", "--database", database, "--port", "0", ...words],
    {
      env: { KCI_RESULTS_NOW: "2026-07-02T00:00:00Z" },
    },
  );
  const reader = child.stderr.getReader();
  const said = new TextDecoder().decode((await reader.read()).value);
  const url = /http:\/\/\S+?\//.exec(said)?.[0] ?? "";
  return { child, said, url, [Symbol.dispose]: () => child.kill("SIGKILL") };
}

describe.each(kinds)("serve, on $name", (kind) => {
  let on: ReadableDatabase;

  beforeAll(async () => {
    on = await readableDatabase(kind);
    await on.write(madeResults);
  });
  afterAll(async () => {
    await on?.[Symbol.asyncDispose]();
  });

  test("answers on this machine alone, until it is told to stop", async () => {
    using server = await startServer(on.database.url);
    expect(server.said).toContain(`dashboard_api = "${server.url}api/"`);
    expect(server.url).toStartWith("http://127.0.0.1:");
    const trees = await fetch(`${server.url}api/tree`);
    expect(await trees.json()).toMatchObject([{ tree_name: "mainline" }]);
    expect(trees.headers.get("content-security-policy")).toContain("default-src 'none'");
    const rebound = await fetch(`${server.url}api/tree`, { headers: { host: "evil.example.org" } });
    expect(rebound.status).toBe(421);
    expect((await fetch(`${server.url}nowhere`)).status).toBe(404);
    expect((await fetch(`${server.url}api/tree`, { method: "DELETE" })).status).toBe(405);
    server.child.kill("SIGTERM");
    expect(await server.child.exited).toBe(0);
  });

  test("answers many at once", async () => {
    using server = await startServer(on.database.url);
    const asked = Array.from({ length: 50 }, (_, at) =>
      fetch(`${server.url}api/test/maestro:t${(at % 5) + 1}`).then((answer) => answer.json()),
    );
    const ids = (await Promise.all(asked)).map((body) => (body as { id: string }).id);
    expect(ids).toEqual(Array.from({ length: 50 }, (_, at) => `maestro:t${(at % 5) + 1}`));
  });
});

test("a database that comes later is seen then, and is a 503 till then", async () => {
  await using database = await sqlite.create();
  using server = await startServer(database.url);
  const early = await fetch(`${server.url}api/tree`);
  expect([early.status, await early.json()]).toEqual([
    503,
    { error: expect.stringContaining("is missing") },
  ]);
  await using store = await (await import("../store/prepared-store.ts")).openStore(database.url);
  await store.migrate();
  const late = await fetch(`${server.url}api/tree`);
  expect([late.status, await late.json()]).toEqual([200, { error: "No trees were found" }]);
});
