import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { makeDraw, stepCount } from "../store/order/draw.ts";
import { differencesOf } from "../store/order/run-draws.ts";
import { databaseWithTables } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";
import { ingester, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const seed = 20260901;
const draws = Array.from({ length: 60 }, (_, at) => makeDraw(seed + at));

describe.each(kinds)("files in a spool that do not contradict each other, on $name", (kind) => {
  test(`give the same rows however the workers share them, run after run (seed ${seed})`, async () => {
    await using database = await databaseWithTables(kind);
    using spool = temporaryFolder();
    const deliveries = draws.flatMap((draw) =>
      draw.deliveries.map(({ file, step }, place) => ({
        run: step < stepCount / 2 ? "early" : "late",
        name: `${place}-${draw.seed}.json`,
        text: draw.files[file] ?? "",
      })),
    );
    const runs = [...Map.groupBy(deliveries, ({ run }) => run).values(), deliveries];
    for (const files of runs) {
      for (const { name, text } of files) writeFileSync(join(spool.path, name), text);
      const run = await runIngester(ingester, [
        ...["monitor", "--once", "--quiet", "--max-workers", "2"],
        ...["--spool-dir", spool.path, "--database", database.url],
      ]);
      expect(run).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    }
    expect(readdirSync(join(spool.path, "failed"))).toEqual([]);
    expect([...(await differencesOf(draws, database))]).toEqual([]);
  });
});
