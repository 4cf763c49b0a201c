import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tables } from "../../src/rows/tables.ts";
import { kinds, type TestDatabase } from "../databases.ts";
import { databaseWithTables } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";
import { type Corpus, type CorpusDocument, corpora } from "./corpus.ts";
import { readAll } from "./reference-rows.ts";
import { asAtWork, ingester, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const cases = corpora.flatMap(({ name, lay }) =>
  kinds.map((kind) => ({ name: `${name} on ${kind.name}`, lay, kind })),
);

describe.each(cases)("$name", ({ lay, kind }) => {
  const folder = temporaryFolder();
  let corpus: Corpus;
  let submissions: CorpusDocument[];

  beforeAll(async () => {
    corpus = await lay(join(folder.path, "corpus"));
    submissions = await Promise.all(corpus.files.map(corpus.read));
  });

  test("give the same rows in small pieces last to first, and once more whole", async () => {
    await using database = await databaseWithTables(kind);
    using spool = temporaryFolder();
    const single = submissions.flatMap(splitUp).reverse();
    single.forEach((submission, place) => {
      write(spool.path, `${place}.json`, submission, place);
    });
    await ingest(spool.path, database);
    expect(await corpus.differences(database)).toEqual([]);
    const rows = await readAll(database);
    corpus.copyTo(spool.path);
    await ingest(spool.path, database);
    const again = await readAll(database);
    for (const { name } of tables)
      expect({ [name]: again.get(name) }).toEqual({ [name]: rows.get(name) });
    expect(readdirSync(join(spool.path, "archive"))).toHaveLength(
      single.length + corpus.files.length,
    );
  });

  test("give the same rows in a file for each version", async () => {
    await using database = await databaseWithTables(kind);
    using spool = temporaryFolder();
    const byVersion = Map.groupBy(submissions, ({ version }) => JSON.stringify(version));
    for (const [place, group] of [...byVersion.values()].entries()) {
      write(spool.path, `${place}.json`, joinUp(group), place);
    }
    await ingest(spool.path, database);
    expect(await corpus.differences(database)).toEqual([]);
  });

  async function ingest(spool: string, database: TestDatabase): Promise<void> {
    const words = [
      ...["monitor", "--once", "--quiet", "--spool-dir", spool, "--database", database.url],
      ...["--trees-file", corpus.treesFile, "--max-workers", "2"],
    ];
    const run = await runIngester(ingester, words, { env: asAtWork });
    expect(run).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  }
});

/** Writes a submission so that its place is also its place in time. */
function write(spool: string, name: string, submission: CorpusDocument, place: number): void {
  const path = join(spool, name);
  writeFileSync(path, JSON.stringify(submission));
  utimesSync(path, place, place);
}

/** One object a file; of tests, which are thousands, ten. */
function splitUp(submission: CorpusDocument): CorpusDocument[] {
  const { version } = submission;
  return lists(submission).flatMap(([name, items]) => {
    const length = name === "tests" ? 10 : 1;
    const groups = Array.from({ length: Math.ceil(items.length / length) }, (_, place) =>
      items.slice(place * length, (place + 1) * length),
    );
    return groups.map((group) => ({ version, [name]: group }));
  });
}

function joinUp(group: readonly CorpusDocument[]): CorpusDocument {
  const joined: Record<string, unknown[]> = {};
  for (const [name, items] of group.flatMap(lists)) {
    joined[name] = [...(joined[name] ?? []), ...items];
  }
  return { version: group[0]?.version ?? { major: 5, minor: 3 }, ...joined };
}

function lists(submission: CorpusDocument): [string, unknown[]][] {
  return Object.entries(submission).flatMap(([name, items]) =>
    Array.isArray(items) ? [[name, items] satisfies [string, unknown[]]] : [],
  );
}
