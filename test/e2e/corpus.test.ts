import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { $ } from "bun";
import { tables } from "../../src/rows/tables.ts";
import { kinds } from "../databases.ts";
import { sharedDir } from "../shared.ts";
import { temporaryFolder } from "../temporary.ts";
import { compiled } from "./binary.ts";
import {
  compareRows,
  type Difference,
  instant,
  readDatabase,
  readReference,
} from "./reference-rows.ts";
import { fromSource, type Program, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

describe.skipIf(!sharedDir)("the real submissions", () => {
  const shared = sharedDir ?? "";
  const folder = temporaryFolder();
  const corpus = join(folder.path, "corpus");
  const programs: { name: string; program: () => Promise<Program> }[] = [
    { name: "src/main.ts", program: async () => fromSource },
    { name: "dist/kci-ingester", program: compiled },
  ];
  const cases = kinds.flatMap((kind) =>
    programs.flatMap((program) =>
      ["1", "5"].map((workers) => ({
        kind,
        program,
        workers,
        title: `${kind.name}, ${program.name}, ${workers} workers`,
      })),
    ),
  );

  let facts: CorpusFacts;

  beforeAll(async () => {
    mkdirSync(corpus);
    await $`tar xzf ${join(shared, "corpus/submissions.tar.gz")} -C ${corpus}`;
    facts = await readFacts(corpus);
  });

  test.each(cases)("give the rows of the reference: $title", async ({ kind, program, workers }) => {
    using spool = temporaryFolder();
    await using database = await kind.create();
    const files = readdirSync(corpus);
    for (const file of files) copyFileSync(join(corpus, file), join(spool.path, file));
    const trees = join(shared, "reference/trees.yaml");
    const start = await program.program();
    if (kind.name === "Postgres") {
      await runIngester(start, ["migrate", "--database", database.url]);
    }
    const run = await runIngester(start, [
      ...["monitor", "--once", "--quiet", "--spool-dir", spool.path, "--database", database.url],
      ...["--trees-file", trees, "--max-workers", workers],
    ]);
    expect(run.stderr).toBe("");
    expect(run.exitCode).toBe(0);
    expect(readdirSync(join(spool.path, "archive")).sort()).toEqual(files.sort());
    for (const table of tables) {
      const expected = await readReference(shared, table);
      const actual = await readDatabase(database, table);
      const differences = compareRows(table, expected, actual);
      expect(differences.filter((one) => !isListed(one, facts))).toEqual([]);
    }
  });
});

/** What the submissions themselves say about the cells that may differ from the reference. */
interface CorpusFacts {
  /** Status of the builds that say `valid`, as documents older than 5.0 do, by id. */
  statuses: Map<string, "PASS" | "FAIL">;
  /** All start times of a checkout, by id. */
  startTimes: Map<string, Set<string>>;
}

async function readFacts(folder: string): Promise<CorpusFacts> {
  const facts: CorpusFacts = { statuses: new Map(), startTimes: new Map() };
  for (const file of readdirSync(folder)) {
    const submission = await Bun.file(join(folder, file)).json();
    for (const build of submission.builds ?? []) {
      if ("valid" in build) facts.statuses.set(build.id, build.valid ? "PASS" : "FAIL");
    }
    for (const checkout of submission.checkouts ?? []) {
      const times = facts.startTimes.get(checkout.id) ?? new Set();
      facts.startTimes.set(checkout.id, times.add(instant(checkout.start_time)));
    }
  }
  return facts;
}

/** Whether a difference is one of those that the contract lists (`spec/database.md`). */
function isListed(
  { table, key, column, expected, actual }: Difference,
  facts: CorpusFacts,
): boolean {
  const status = facts.statuses.get(JSON.parse(key)[0]);
  if (table === "builds" && column === "status") return expected === null && actual === status;
  if (table === "pending_builds" && column === "status") {
    return expected === null && actual === status?.[0];
  }
  const times = table === "checkouts" && facts.startTimes.get(JSON.parse(key)[0]);
  return times && column === "start_time" ? times.size > 1 && times.has(String(actual)) : false;
}
