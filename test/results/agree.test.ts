import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { parseTrees } from "../../src/config/parse-trees.ts";
import { prepare } from "../../src/prepare/prepare.ts";
import { kinds } from "../databases.ts";
import { type Corpus, corpora } from "../e2e/corpus.ts";
import { temporaryFolder } from "../temporary.ts";
import { agreements } from "./agree.ts";
import { apartOn } from "./apart.ts";
import { drawResults } from "./draw-results.ts";
import { halves, type ReadableDatabase, readableDatabase } from "./read-on.ts";

const seed = Number(process.env.RESULTS_SEED ?? 20260801);
const isFull = process.env.RESULTS === "full";
/** How many databases are drawn: 200 of SQLite, with RESULTS=full of Postgres, too. */
const counts = { SQLite: 200, Postgres: isFull ? 200 : 40 };
/** Each database is asked for a part, the next one for another; with RESULTS=full for all. */
const parts = { SQLite: 2, Postgres: 6 };

describe.each(kinds)("what is read on $name", (kind) => {
  let on: ReadableDatabase;

  beforeAll(async () => {
    on = await readableDatabase(kind, { keepsOpen: true });
  });
  afterAll(async () => {
    await on?.[Symbol.asyncDispose]();
  });

  test(`agrees with SQL that was written apart (${counts[kind.name]} databases, seed ${seed})`, async () => {
    for (let at = 0; at < counts[kind.name]; at++) {
      await on.empty();
      await on.write(...halves(drawResults(seed + at)));
      for (const [place, [name, agree]] of Object.entries(agreements).entries()) {
        const every = isFull ? 1 : parts[kind.name];
        if (place % every !== at % every) continue;
        try {
          await agree(on.reader, apartOn(on.database), at);
        } catch (cause) {
          throw new Error(`${name}, seed ${seed + at}`, { cause });
        }
      }
    }
  }, 120_000);
});

describe.each(corpora)("what is read of $name", ({ lay }) => {
  const folder = temporaryFolder();
  let corpus: Corpus;

  beforeAll(async () => {
    corpus = await lay(join(folder.path, "corpus"));
  });

  test.each(kinds)("agrees with SQL that was written apart, on $name", async (kind) => {
    await using on = await readableDatabase(kind, { keepsOpen: true });
    const trees = parseTrees(await Bun.file(corpus.treesFile).text(), corpus.treesFile);
    for (const file of corpus.files) {
      const prepared = prepare(await Bun.file(join(folder.path, "corpus", file)).bytes(), trees);
      if (prepared.accepted) await on.write(prepared.submission);
    }
    for (const [name, agree] of Object.entries(agreements)) {
      for (const turn of [0, 1, 2, 3]) {
        try {
          await agree(on.reader, apartOn(on.database), turn);
        } catch (cause) {
          throw new Error(name, { cause });
        }
        if (agree.length < 3) break;
      }
    }
  });
});

test("what is drawn has nulls in every field that may be absent, and every kind of loose end", () => {
  const draws = Array.from({ length: 200 }, (_, at) => drawResults(seed + at));
  const objects = draws.flatMap(({ checkouts = [], builds = [], tests = [] }) => [
    ...[...checkouts, ...builds, ...tests],
  ]);
  for (const field of ["start_time", "status", "path", "tree_name", "git_commit_hash", "misc"]) {
    const having = objects.filter((one) => field in one).length;
    expect([field, having > 50, having < objects.length]).toEqual([field, true, true]);
  }
  const ids = draws.flatMap(({ builds = [] }) => builds.map(({ id }) => id));
  expect(ids.filter((id) => id.startsWith("maestro:dummy_")).length).toBeGreaterThan(20);
});
