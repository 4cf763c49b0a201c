import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { $ } from "bun";
import type { Table } from "../../src/rows/table.ts";
import { tables } from "../../src/rows/tables.ts";
import { kinds } from "../databases.ts";
import { until } from "../faults/until.ts";
import { sharedDir } from "../shared.ts";
import { pathOf } from "../storage/settings.ts";
import { startStandIn } from "../storage/stand-in.ts";
import { temporaryFolder } from "../temporary.ts";
import { checkExcerpts, holds, linkOf } from "./check-excerpts.ts";
import { setStage } from "./excerpt-run.ts";
import { type Files, fillSpool, makeFiles, submissionOf } from "./excerpt-spool.ts";
import { compareRows, type Difference, readAll } from "./reference-rows.ts";

const timeoutMs = 60_000;

describe.each(kinds)("on $name", (kind) => {
  test(
    "a run with storage differs from one without in the excerpts and their links alone",
    async () => {
      const files = await realOrMade();
      const texts = longTextsOf(files);
      await using standIn = await startStandIn();
      await using plain = await setStage(kind);
      await using stored = await setStage(kind);
      fillSpool(plain.spool, files);
      fillSpool(stored.spool, files);
      const runs = [await plain.once({}), await stored.once(stored.env(standIn))];
      expect(runs.map((run) => run.exitCode)).toEqual([0, 0]);
      expect(stored.names("archive")).toEqual([...files.keys()].sort());

      expect(standIn.uploads.size).toBe(texts.size);
      expect([...new Set(standIn.uploads.values())]).toEqual([1]);
      expect(standIn.objects.size).toBe(texts.size);
      for (const text of texts) {
        expect(holds(standIn.objects, linkOf(text, standIn.url).hash, text)).toBe(true);
      }
      const [expected, actual] = [await readAll(plain.database), await readAll(stored.database)];
      let linked = 0;
      for (const table of tables) {
        const before = expected.get(table.name) ?? new Map();
        linked += linkRows(table, before, standIn.url);
        const differences = compareRows(table, before, actual.get(table.name) ?? new Map());
        expect(differences.filter((one) => !isOrdersBusiness(one))).toEqual([]);
      }
      expect(linked).toBeGreaterThanOrEqual(texts.size);
    },
    timeoutMs,
  );

  test(
    "after kill -9 during uploads nothing that is stored is uploaded again",
    async () => {
      const files = makeFiles(60, 5);
      await using standIn = await startStandIn({ delayMs: 15 });
      await using stage = await setStage(kind);
      fillSpool(stage.spool, files);
      const env = stage.env(standIn);
      const killed = stage.start(env, "--once", "--quiet");
      await until(() => standIn.objects.size >= 60);
      killed.kill("SIGKILL");
      await killed.exited;
      // What was on the wire still arrives.
      await until(() => standIn.atOnce === 0);
      const stored = standIn.objects.size;
      expect(stored).toBeLessThan(301);

      standIn.behaviour.delayMs = 0;
      const run = await stage.once(env, "--quiet");
      expect(run.exitCode).toBe(0);
      // Nothing but that the former run was killed.
      expect(run.stderr).toMatch(/^(?:\S+ warn crash_found [^\n]+\n)?$/);
      expect([...new Set(standIn.uploads.values())]).toEqual([1]);
      expect(standIn.uploads.size).toBe(301);
      expect(stage.names("archive")).toEqual([...files.keys()]);
      const checked = await checkExcerpts(files, stage.database, standIn.objects, standIn.url);
      expect(checked).toEqual({ linked: 360, inline: 0, wrong: [] });
    },
    timeoutMs,
  );
});

describe.each(kinds.slice(0, 1))("the settings", (kind) => {
  test("LOGEXCERPT_THRESHOLD counts bytes of UTF-8", async () => {
    const texts = ["😀😀", "😀😀.", "ääää", "ääää.", "12345678", "123456789", "€€", "€€€"];
    const files = new Map([["one.json", submissionOf("one", texts)]]);
    await using standIn = await startStandIn();
    await using stage = await setStage(kind);
    fillSpool(stage.spool, files);
    await stage.once({ ...stage.env(standIn), LOGEXCERPT_THRESHOLD: "8" });
    const stored = texts.filter((text) => Buffer.byteLength(text) > 8);
    expect(stored).toEqual(["😀😀.", "ääää.", "123456789", "€€€"]);
    const paths = stored.map((text) => pathOf(linkOf(text, standIn.url).hash));
    expect([...standIn.objects.keys()].sort()).toEqual(paths.sort());
    const rows = await stage.database.query("select log_excerpt from tests order by id");
    expect(rows.map((row) => row.log_excerpt)).toEqual(["", "ääää", "", "12345678", "", "€€", ""]);
  });

  test("CONVERT_LOG_EXCERPT=false makes no request at all, and says so once", async () => {
    const files = makeFiles(2, 2);
    await using standIn = await startStandIn();
    await using stage = await setStage(kind);
    fillSpool(stage.spool, files);
    const run = await stage.once({ ...stage.env(standIn), CONVERT_LOG_EXCERPT: "false" });
    expect(run.exitCode).toBe(0);
    expect(run.stderr.match(/excerpts_inline/g)).toHaveLength(1);
    expect(standIn.requests).toEqual([]);
    const checked = await checkExcerpts(files, stage.database, standIn.objects, standIn.url);
    expect(checked).toEqual({ linked: 0, inline: 6, wrong: [] });
  });
});

// --- internal ---

/** The real submissions, where they are at hand, else some of ours. */
async function realOrMade(): Promise<Files> {
  if (!sharedDir) return makeFiles(40, 7);
  using folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  await $`tar xzf ${join(sharedDir, "corpus/submissions.tar.gz")} -C ${folder.path}`;
  const names = readdirSync(folder.path);
  const texts = names.map(
    async (name) => [name, await Bun.file(join(folder.path, name)).json()] as const,
  );
  return new Map(await Promise.all(texts));
}

function longTextsOf(files: Files): Set<string> {
  const texts = new Set<string>();
  for (const submission of files.values()) {
    for (const [list, items] of Object.entries(submission)) {
      if (list !== "builds" && list !== "tests") continue;
      for (const { log_excerpt: text } of items) {
        if (typeof text === "string" && Buffer.byteLength(text) > 256) texts.add(text);
      }
    }
  }
  return texts;
}

/** Makes of rows without storage what they should be with it; answers how many changed. */
function linkRows(table: Table, rows: Map<string, Record<string, unknown>>, base: string): number {
  let linked = 0;
  if (table.name !== "builds" && table.name !== "tests") return linked;
  for (const row of rows.values()) {
    const text = row.log_excerpt;
    if (typeof text !== "string" || Buffer.byteLength(text) <= 256) continue;
    const files = Array.isArray(row.output_files) ? row.output_files : [];
    row.output_files = [...files, linkOf(text, base).file];
    row.log_excerpt = "";
    linked += 1;
  }
  return linked;
}

/** Checkouts that several submissions tell of with other times: the first that is written stays. */
function isOrdersBusiness({ table, column, expected, actual }: Difference): boolean {
  const bothSay = typeof expected === "string" && typeof actual === "string";
  return table === "checkouts" && column === "start_time" && bothSay;
}
