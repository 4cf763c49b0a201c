import { describe, expect, test } from "bun:test";
import { AnswerCache } from "../../src/api/answer-cache.ts";
import type { Reader } from "../../src/store/reader.ts";
import type { Submission } from "../../src/submission/submission.ts";
import { kinds } from "../databases.ts";
import { openReader, readableDatabase } from "../results/read-on.ts";

const version = { major: 5, minor: 3 };
const checkout = (id: string): Submission =>
  ({ version, checkouts: [{ id, origin: "o" }] }) as unknown as Submission;
const urlOf = (path: string) => new URL(path, "http://127.0.0.1");

/** Asks a cache, and says whether the answer was made for it. */
async function ask(cache: AnswerCache, path: string, { body = "", status = 200 } = {}) {
  let isMade = false;
  const request = new Request(urlOf(path).href, body ? { method: "POST", body } : {});
  const answer = await cache.answer(request, urlOf(path), async (asked) => {
    isMade = true;
    const text = `${path} ${await asked.text()}`;
    return new Response(text, { status, headers: { "content-type": "text/x" } });
  });
  return { isMade, text: await answer?.text(), type: answer?.headers.get("content-type") };
}

describe.each([...kinds])("answers kept from $name", (kind) => {
  test("are given until something is committed, and made anew then", async () => {
    await using on = await readableDatabase(kind);
    await on.write(checkout("o:1"));
    // On a server others may be at work, whose commits count too: then it is only never stale.
    const cache = new AnswerCache(on.reader);
    const first = await ask(cache, "/tree");
    expect(first).toEqual({ isMade: true, text: "/tree ", type: "text/x" });
    if (kind.name === "SQLite") {
      expect(await ask(cache, "/tree")).toEqual({ ...first, isMade: false });
    }
    await on.write(checkout("o:2"));
    expect(await ask(cache, "/tree")).toEqual(first);
  });

  test("have a version that each commit changes, for whoever reads", async () => {
    await using on = await readableDatabase(kind);
    await using other = await openReader(on.database.url);
    const versions: string[] = [];
    for (const id of ["o:1", "o:2", "o:3"]) {
      versions.push(`${await on.reader.version()} ${await other.version()}`);
      await on.write(checkout(id));
    }
    expect(new Set(versions).size).toBe(3);
  });
});

const still = { version: async () => "1" } as unknown as Reader;

test("another path, parameter or body is another question", async () => {
  const cache = new AnswerCache(still);
  const questions = [
    ["/tree"],
    ["/tree?days=1"],
    ["/api/hardware/x/summary", { body: "{}" }],
    ["/api/hardware/x/summary", { body: '{"a":1}' }],
  ] as const;
  for (const isMade of [true, false]) {
    for (const [path, options] of questions) {
      const { isMade: found, text } = await ask(cache, path, options);
      expect(found).toBe(isMade);
      expect(text).toBe(`${path} ${options?.body ?? ""}`);
    }
  }
});

test("what went wrong is not kept", async () => {
  const cache = new AnswerCache(still);
  expect((await ask(cache, "/tree", { status: 503 })).isMade).toBe(true);
  expect((await ask(cache, "/tree")).isMade).toBe(true);
});

test("a database that is away is asked as if there were no cache", async () => {
  const away = { version: () => Promise.reject(new Error("away")) } as unknown as Reader;
  const cache = new AnswerCache(away);
  expect((await ask(cache, "/tree")).isMade).toBe(true);
  expect((await ask(cache, "/tree")).isMade).toBe(true);
});

test("only so much is kept, what was asked for last", async () => {
  const cache = new AnswerCache(still);
  const large = "x".repeat(5 << 20);
  const question = (number: number) => ask(cache, `/tree?n=${number}`, { body: large });
  for (const number of [1, 2]) await question(number);
  // Each is body and answer: a third does not find room beside them.
  expect((await question(1)).isMade).toBe(true);
});

test("those who ask one question at once take its room once", async () => {
  const cache = new AnswerCache(still);
  const body = "x".repeat(1 << 20);
  // Counted twice, sixteen of them would leave no room for any other.
  for (let number = 0; number < 16; number++) {
    const path = `/tree?n=${number}`;
    await Promise.all([ask(cache, path, { body }), ask(cache, path, { body })]);
  }
  await ask(cache, "/last", { body });
  expect((await ask(cache, "/last", { body })).isMade).toBe(false);
});
