import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { checkouts } from "../../src/rows/tables.ts";
import { kinds } from "../databases.ts";
import { setScene } from "../faults/scene.ts";
import { readStored } from "../store/stored.ts";

setDefaultTimeout(60_000);

const url = (name: string) => `https://git.example/${name}.git`;

describe.each(kinds)("a run with trees from the $name database", (kind) => {
  test("names repositories as its checkouts of the start do, and those of the file by the file", async () => {
    await using scene = await setScene(kind);
    let files = 0;
    /** Ingests checkouts; returns the names of their trees, and what the log says of the database. */
    const ingest = async (
      lines: [origin: string, name: string | undefined, repository: string][],
      plan: Parameters<typeof scene.run>[0],
      ...words: string[]
    ) => {
      const items = lines.map(([origin, name, repository], at) => ({
        ...{ id: `a:${files}-${at}`, origin, git_repository_url: url(repository) },
        ...(name === undefined ? {} : { tree_name: name }),
      }));
      const document = { version: { major: 5, minor: 3 }, checkouts: items };
      await Bun.write(join(scene.spool, `${files++}.json`), JSON.stringify(document));
      const run = await scene.run(plan, "--once", ...words);
      expect([run.exitCode, run.stderr]).toEqual([0, expect.any(String)]);
      const stored = await readStored(scene.database, checkouts);
      const names = items.map(({ id }) => stored.find((row) => row.id === id)?.tree_name);
      return { names, told: run.stderr.match(/"event":"trees_from_database".*?,"ms"/)?.[0] };
    };

    const first = await ingest(
      [
        ["lab", "linux", "o/linux"],
        ["maestro", "linux", "m/linux"],
        ["lab", undefined, "lab/tree"],
        ["lab", "of-lab", "named"],
      ],
      {},
      "--trees-from-database",
    );
    // Nothing was stored when it began: what it stores itself counts at the next start.
    expect(first.names).toEqual(["linux", "linux", null, "of-lab"]);
    expect(first.told).toMatch(/"maestro":0,"others":0,/);

    const trees = join(scene.spool, "trees.yaml");
    await Bun.write(trees, `trees: { of-file: { url: "${url("named")}" } }`);
    const lines: [string, string, string][] = [
      "o/linux",
      "m/linux",
      "lab/tree",
      "named",
      "new",
    ].map((repository) => ["other", "own", repository]);
    const second = await ingest(
      lines,
      { env: { TREES_FROM_DATABASE: "1" } },
      "--trees-file",
      trees,
    );
    expect(second.names).toEqual(["o-linux", "linux", "lab-tree", "of-file", "own"]);
    expect(second.told).toMatch(/"given":1,"maestro":1,"others":2,/);

    const third = await ingest(lines, {}, "--trees-file", trees);
    expect(third.names).toEqual(["own", "own", "own", "of-file", "own"]);
    expect(third.told).toBeUndefined();
  });
});
