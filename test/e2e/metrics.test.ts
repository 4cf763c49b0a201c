import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { kinds, type TestDatabase } from "../databases.ts";
import { type Manner, startProxy } from "../faults/proxy.ts";
import { submission } from "../faults/submissions.ts";
import { until } from "../faults/until.ts";
import { type LiveService, startLive } from "../observe/live-service.ts";
import { hasPromtool, runPromtool } from "../observe/promtool.ts";
import { countObjects, countScraped, sumSamples } from "../observe/samples.ts";
import { temporaryFolder } from "../temporary.ts";
import { corpora } from "./corpus.ts";
import { upgrade } from "./rows-by-rules.ts";
import { ingester, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

describe.each(kinds)("what a live service on $name counts", ({ name: kind, create }) => {
  async function migrated(): Promise<TestDatabase> {
    const database = await create();
    const { exitCode, stderr } = await runIngester(ingester, [
      ...["migrate", "--database", database.url],
    ]);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    return database;
  }

  describe.each(corpora)("of $name", ({ lay }) => {
    const folder = temporaryFolder();
    const texts = new Map<string, string>();

    beforeAll(async () => {
      const path = join(folder.path, "corpus");
      const { files } = await lay(path);
      for (const file of files) texts.set(file, readFileSync(join(path, file), "utf8"));
    });

    test("can be scraped at any time, and is what was in the files", async () => {
      await using database = await migrated();
      await using service = await startLive({ databaseUrl: database.url });
      const scrapes: string[] = [];
      // A part goes in before the rest arrives: one scrape at least is in the middle.
      for (const part of [[...texts].slice(0, 50), [...texts].slice(50)]) {
        const settled = part.length === 50 ? 50 : texts.size;
        service.send(new Map(part));
        await until(async () => {
          scrapes.push(await service.scrape());
          return isSettled(service, settled);
        });
      }
      scrapes.push(await service.scrape());
      const halfway = scrapes.find((text) => isBetween(ingestions(text), 0, texts.size));
      for (const text of [halfway, scrapes.at(-1)]) await expectWellFormed(text);
      expect(countScraped(scrapes.at(-1) ?? "")).toEqual(
        countObjects([...texts.values()].map(asStored)),
      );
      expect(ingestions(scrapes.at(-1) ?? "")).toBe(texts.size);
      // What was counted once is never taken back.
      const series = scrapes.map(ingestions);
      expect(series).toEqual(series.toSorted((a, b) => a - b));
    });
  });

  test("leaves out the files of a batch that the database refuses", async () => {
    await using database = await migrated();
    for (const statement of refusing[kind]) await database.query(statement);
    await using service = await startLive({ databaseUrl: database.url });
    const names = Array.from({ length: 30 }, (_, n) => (n % 10 === 4 ? `no-${n}` : `yes-${n}`));
    const files = new Map(names.map((name) => [`${name}.json`, submission(name, 3)]));
    service.send(files);
    expect(await until(() => isSettled(service, files.size))).toBe(true);
    const text = await service.scrape();
    const good = [...files].filter(([name]) => name.startsWith("yes"));
    expect(countScraped(text)).toEqual(countObjects(good.map(([, one]) => one)));
    expect([ingestions(text), refusals(text)]).toEqual([27, 3]);
    await expectWellFormed(text);
  });

  test("starts at 0, and no counter is born above it for Prometheus", async () => {
    await using database = await migrated();
    await using service = await startLive({ databaseUrl: database.url });
    await until(async () => (await fetch(new URL("/ready", service.url))).ok);
    const asPrometheus = async () => {
      const headers = { "user-agent": "Prometheus/2.53.0" };
      return (await fetch(new URL("/metrics", service.url), { headers })).text();
    };
    const plain = await service.scrape();
    const counters = [...plain.matchAll(/^# TYPE (kcidb_\w+) counter$/gm)].map(([, name]) => name);
    expect(counters).toContain("kcidb_ingester_files_failed_total");
    for (const name of counters) expect([name, sumSamples(plain, name ?? "")]).toEqual([name, 0]);
    const scrapes = [await asPrometheus()];
    const bad = JSON.stringify({ version: { major: 5, minor: 3 }, builds: [{ id: "x" }] });
    service.send(
      new Map([
        ["good.json", submission("good", 7)],
        ["bad.json", bad],
      ]),
    );
    await until(() => isSettled(service, 2));
    // Who looks once sees at once what is.
    expect(sumSamples(await service.scrape(), "kcidb_tests_total")).toBe(7);
    scrapes.push(await asPrometheus(), await asPrometheus());
    expect(sumSamples(scrapes[2] ?? "", "kcidb_tests_total")).toBe(7);
    if (!hasPromtool) return;
    const counter = '__name__=~"kcidb_.+_(total|count|bucket)"';
    const labels = "__name__, origin, lab, platform, reason, sqlstate_class, result, stage, le";
    const born = `{${counter}} > 0 unless on (${labels}) {${counter}} offset 1m`;
    const file = {
      tests: [
        {
          interval: "1m",
          input_series: asSeries(scrapes),
          promql_expr_test: [
            ...["0m", "1m", "2m"].map((eval_time) => ({ expr: born, eval_time })),
            ...["kcidb_ingester_files_failed_total", "kcidb_tests_total"].map((name) => ({
              expr: `sum(increase(${name}[3m])) > bool 0`,
              eval_time: "2m",
              exp_samples: [{ labels: "{}", value: 1 }],
            })),
          ],
        },
      ],
    };
    const { code, output } = await runPromtool(["test", "rules", "/dev/stdin"], stringify(file));
    expect([code, output]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  test("says of a database that is there and refuses every file that it takes nothing", async () => {
    await using database = await migrated();
    for (const statement of refusing[kind]) await database.query(statement);
    await using service = await startLive({ databaseUrl: database.url });
    const names = Array.from({ length: 5 }, (_, n) => `no-${n}`);
    service.send(new Map(names.map((name) => [`${name}.json`, submission(name)])));
    const ready = async () => (await fetch(new URL("/ready", service.url))).text();
    const seen: string[] = [];
    await until(
      async () => seen[seen.push(await ready()) - 1]?.includes("accepts nothing") ?? false,
      20_000,
      () => `${seen.at(-1)}${service.log.text}`,
    );
    expect(seen.at(-1)).toMatch(
      /^not ready: the database accepts nothing: cannot write the rows: /,
    );
    expect(await service.scrape()).toContain("kcidb_ingester_database_up 0\n");
  });

  const lost: Manner[] = kind === "Postgres" ? ["cut-at-commit", "cut-after-commit"] : [];
  test.each(lost)("counts a batch once whose connection is lost: %s", async (manner) => {
    await using database = await migrated();
    const url = new URL(database.url);
    using proxy = await startProxy(Number(url.port));
    url.port = String(proxy.port);
    await using service = await startLive({ databaseUrl: url.href });
    const files = new Map(
      Array.from({ length: 20 }, (_, n) => [`${n}.json`, submission(`s${n}`, 3)]),
    );
    expect(await until(async () => (await fetch(new URL("/ready", service.url))).ok)).toBe(true);
    proxy.set(manner);
    service.send(files);
    expect(await until(() => isSettled(service, files.size))).toBe(true);
    const text = await service.scrape();
    expect(proxy.cuts).toBe(1);
    expect(text).toContain("kcidb_ingester_db_retries_total{");
    expect(countScraped(text)).toEqual(countObjects(files.values()));
    expect(ingestions(text)).toBe(files.size);
    const [row] = await database.query("select count(*) as n from tests");
    expect(Number(row?.n)).toBe(sumSamples(text, "kcidb_tests_total"));
  });
});

/** Makes a database refuse the checkouts of trees named `tree-no-…`. */
const refusing = {
  SQLite: [
    "create trigger refusing before insert on checkouts when new.tree_name like 'tree-no-%' begin select raise(abort, 'not this tree'); end",
  ],
  Postgres: ["alter table checkouts add check (tree_name not like 'tree-no-%')"],
};

/** A submission in the newest version: waived tests have become incidents. */
function asStored(text: string): string {
  return JSON.stringify(upgrade(JSON.parse(text)));
}

function isSettled(service: LiveService, files: number): boolean {
  const count = (folder: string) =>
    readdirSync(join(service.spool, folder)).filter((name) => name.endsWith(".json")).length;
  return count("archive") + count("failed") === files;
}

/** Scrapes, a minute apart, as promtool takes them. */
function asSeries(scrapes: readonly string[]) {
  const series = new Map<string, string[]>();
  for (const [at, text] of scrapes.entries()) {
    for (const line of text.split("\n")) {
      if (line === "" || line.startsWith("#")) continue;
      const end = line.lastIndexOf(" ");
      const values = series.get(line.slice(0, end)) ?? scrapes.map(() => "_");
      values[at] = line.slice(end + 1);
      series.set(line.slice(0, end), values);
    }
  }
  return [...series].map(([name, values]) => ({ series: name, values: values.join(" ") }));
}

function ingestions(text: string): number {
  return sumSamples(text, "kcidb_ingestions_total");
}

function refusals(text: string): number {
  return sumSamples(text, "kcidb_ingester_files_failed_total");
}

function isBetween(value: number, low: number, high: number): boolean {
  return value > low && value < high;
}

/** A scrape that never happened is not well formed either. */
async function expectWellFormed(text: string | undefined): Promise<void> {
  expect(text).toBeString();
  if (!hasPromtool) return;
  expect(await runPromtool(["check", "metrics"], text)).toEqual({ code: 0, output: "" });
}
