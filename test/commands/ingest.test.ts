import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { makeSubmissions } from "../e2e/made-submissions.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { readAllStored } from "../store/stored.ts";
import { build } from "../submission/mistakes/documents.ts";
import { temporaryFolder } from "../temporary.ts";

setDefaultTimeout(60_000);

describe.each(kinds)("ingest, into $name", (kind) => {
  test("writes the rows that the service writes, moves nothing, and refuses what it refuses", async () => {
    await using one = await kind.create();
    await using other = await kind.create();
    using folder = temporaryFolder();
    const files = join(folder.path, "files");
    const spool = join(folder.path, "spool");
    for (const dir of [files, spool]) {
      mkdirSync(dir);
      for (const [name, text] of Object.entries(documents())) writeFileSync(join(dir, name), text);
    }
    const before = readdirSync(files).map((name) => [
      name,
      readFileSync(join(files, name), "utf8"),
    ]);
    const words = ["ingest", "--json", "--database", one.url, files];
    for (const url of [one.url, other.url])
      await runIngester(ingester, ["migrate", "--database", url]);
    const { exitCode, stdout } = await runIngester(ingester, words);
    expect(exitCode).toBe(1);
    const told = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(
      told.filter(({ ingested }) => !ingested).map(({ file, reason }) => [file, reason]),
    ).toEqual([[join(files, "bad.json"), "invalid"]]);
    expect(
      readdirSync(files).map((name) => [name, readFileSync(join(files, name), "utf8")]),
    ).toEqual(before);

    const monitor = ["monitor", "--once", "--spool-dir", spool, "--database", other.url];
    expect((await runIngester(ingester, monitor)).exitCode).toBe(1);
    expect(withoutTimes(await readAllStored(one))).toEqual(
      withoutTimes(await readAllStored(other)),
    );
  });
});

test("a file that cannot be read is exit 2, and a database that is not there 69 or more", async () => {
  using folder = temporaryFolder();
  const url = `sqlite:${join(folder.path, "a.db")}`;
  const absent = await runIngester(ingester, [
    "ingest",
    "--database",
    url,
    join(folder.path, "no.json"),
  ]);
  expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringContaining("no such file")]);
  const away = [
    "ingest",
    "--database",
    "postgres://kci@127.0.0.1:1/kci",
    join(folder.path, "no.json"),
  ];
  expect((await runIngester(ingester, away)).exitCode).toBe(69);
});

/** Made submissions of all shapes, and a bad one. */
function documents(): Record<string, string> {
  const made = [...makeSubmissions()]
    .slice(0, 40)
    .map(([name, document]) => [
      name.endsWith(".json") ? name : `${name}.json`,
      JSON.stringify(document),
    ]);
  return { ...Object.fromEntries(made), "bad.json": build({ status: "passed" }) };
}

/** The time of ingestion is another one each time. */
function withoutTimes(stored: unknown): unknown {
  return JSON.parse(
    JSON.stringify(stored, (key, value) => (key === "_timestamp" ? undefined : value)),
  );
}
