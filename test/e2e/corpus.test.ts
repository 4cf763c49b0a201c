import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { kinds, type TestDatabase } from "../databases.ts";
import { createFrom, readCatalogue, readDashboardCatalogue } from "../store/postgres/catalogue.ts";
import { temporaryFolder } from "../temporary.ts";
import { compiled } from "./binary.ts";
import { type Corpus, corpora } from "./corpus.ts";
import { asAtWork, fromSource, ingester, type Program, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

describe.each(corpora)("$name", ({ lay }) => {
  const folder = temporaryFolder();
  const programs: { name: string; program: () => Promise<Program>; workers: string }[] = [
    { name: "src/main.ts", program: async () => fromSource, workers: "5" },
    { name: "dist/kci-ingester", program: compiled, workers: "1" },
    { name: "dist/kci-ingester", program: compiled, workers: "5" },
  ];
  const cases = kinds.flatMap((kind) =>
    programs.map(({ name, program, workers }) => ({
      ...{ kind, program, workers },
      title: `${kind.name}, ${name}, ${workers} workers`,
    })),
  );

  let corpus: Corpus;

  beforeAll(async () => {
    corpus = await lay(join(folder.path, "corpus"));
  });

  test.each(cases)("give the expected rows: $title", async ({ kind, program, workers }) => {
    await using database = await kind.create();
    const start = await program();
    if (kind.name === "Postgres") {
      await runIngester(start, ["migrate", "--database", database.url]);
    }
    await ingest(start, database, workers);
    expect(await corpus.differences(database)).toEqual([]);
  });

  const postgres = kinds.filter((kind) => kind.name === "Postgres");

  test.each(postgres)(
    "go into the dashboard's own tables, which stay as they are",
    async (kind) => {
      await using database = await kind.create();
      await createFrom(await readDashboardCatalogue(), database);
      const before = await readCatalogue(database);
      await ingest(ingester, database, "2");
      expect(await corpus.differences(database)).toEqual([]);
      expect(await readCatalogue(database)).toEqual(before);
    },
  );

  async function ingest(start: Program, database: TestDatabase, workers: string): Promise<void> {
    using spool = temporaryFolder();
    corpus.copyTo(spool.path);
    const words = [
      ...["monitor", "--once", "--quiet", "--spool-dir", spool.path, "--database", database.url],
      ...["--trees-file", corpus.treesFile, "--max-workers", workers],
    ];
    const run = await runIngester(start, words, { env: asAtWork });
    expect(run).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(spool.path, "archive")).sort()).toEqual([...corpus.files]);
  }
});
