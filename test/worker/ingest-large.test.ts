import { afterAll, beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from "bun:test";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { findExcerpts, linkExcerpts } from "../../src/prepare/excerpts.ts";
import { WarningSampler } from "../../src/prepare/warning-sampler.ts";
import { tables } from "../../src/rows/tables.ts";
import type { Store } from "../../src/store/store.ts";
import type { BatchContext } from "../../src/worker/batch-context.ts";
import { ingestBatch } from "../../src/worker/ingest-batch.ts";
import type { Outcome, WorkerStep } from "../../src/worker/protocol.ts";
import { kinds, type TestDatabase } from "../databases.ts";
import { drawBytes } from "../prepare/large/draw-text.ts";
import { emptyTables, type Prepared, prepareStore } from "../store/prepared-store.ts";
import { readAllStored } from "../store/stored.ts";
import { Random } from "../submission/fuzz/random.ts";
import { temporaryFolder } from "../temporary.ts";
import { bigSubmission } from "./big-submission.ts";

setDefaultTimeout(60_000);

// What is in memory is none of these tests' business, and to collect takes longer than most of their files.
const collect = spyOn(Bun, "gc").mockReturnValue(undefined);
afterAll(() => collect.mockRestore());

const trees = new Map([["https://h/r.git", "known"]]);

function contextOf(root: string, store: Store, more: Partial<BatchContext>): BatchContext {
  return {
    spoolRoot: root,
    maxFileBytes: 512 << 20,
    digestSeed: 7n,
    trees,
    store: async () => store,
    inTurn: (work) => work(),
    onStep: () => {},
    stopping: () => false,
    writtenAtOnceBytes: 1 << 20,
    ...more,
  };
}

/** Ingests files, small or large as `largeBytes` says, into an empty database. */
async function ingest(
  prepared: Prepared,
  files: ReadonlyMap<string, string | Uint8Array>,
  more: (path: (name: string) => string) => Partial<BatchContext>,
) {
  using folder = temporaryFolder();
  await emptyAll(prepared.database);
  const path = (name: string) => join(folder.path, name);
  for (const [name, bytes] of files) writeFileSync(path(name), bytes);
  const listed = [...files.keys()].map((name) => ({ name, bytes: 0, mtimeMs: 0, inode: 0 }));
  const context = contextOf(folder.path, prepared.store, more(path));
  const { outcomes, tally, warnings, fault } = await ingestBatch(listed, context);
  const stored = await readAllStored(prepared.database);
  const rows = JSON.parse(
    JSON.stringify(stored).replaceAll(/"_timestamp":"[^"]*"/g, '"_timestamp":0'),
  );
  // The store goes on after whatever was, with a file of either kind.
  writeFileSync(path("again"), bigSubmission(110));
  const next = [{ name: "again", bytes: 0, mtimeMs: 0, inode: 0 }];
  const again = [];
  for (const largeBytes of [0, 1 << 20]) {
    const context = contextOf(folder.path, prepared.store, { largeBytes });
    const { outcomes, fault } = await ingestBatch(next, context);
    again.push(fault ?? outcomes[0]?.kind);
  }
  const counted = { tally: [...tally].sort(byText), warnings };
  return { outcomes: sorted(outcomes), ...counted, fault, rows, again };
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function sorted(outcomes: Outcome[]) {
  return outcomes
    .map((one) => ({ ...one, file: { ...one.file, mtimeMs: 0, inode: 0 } }))
    .sort((a, b) => (a.file.name < b.file.name ? -1 : 1));
}

async function emptyAll(database: TestDatabase): Promise<void> {
  if (database.url.startsWith("sqlite:")) return emptyTables(database);
  const names = tables.map(({ name }) => name).join(", ");
  await database.query(`truncate ${names} restart identity`);
}

describe.each(kinds)("on $name", (kind) => {
  let on: Prepared;
  beforeAll(async () => {
    on = await prepareStore(kind);
  });
  afterAll(async () => on?.[Symbol.asyncDispose]());

  /** Lets the database refuse some tests while its scope lasts. */
  async function refuse(bad: (prefix: string) => string): Promise<AsyncDisposable> {
    const isSqlite = kind.name === "SQLite";
    await on.database.query(
      isSqlite
        ? `create trigger r before insert on tests when ${bad("new.")} begin select raise(abort, 'x'); end`
        : `alter table tests add constraint r check (not (${bad("")}))`,
    );
    return {
      async [Symbol.asyncDispose]() {
        await emptyAll(on.database);
        await on.database.query(
          isSqlite ? "drop trigger r" : "alter table tests drop constraint r",
        );
      },
    };
  }

  test("files read part by part come to the outcomes and rows of files that are held", async () => {
    const files = new Map<string, Uint8Array>();
    for (let n = 0; files.size < 120; n++) {
      const bytes = drawBytes(new Random(9_000 + n));
      if (bytes.length > 0) files.set(`${String(n).padStart(4, "0")}.json`, bytes);
    }
    const held = await ingest(on, files, () => ({}));
    const inParts = await ingest(on, files, () => ({ largeBytes: 0 }));
    expect(held.outcomes.filter((one) => one.kind === "ingested").length).toBeGreaterThan(10);
    expect(inParts).toEqual(held);
  });

  test("a large submission comes to the rows of one that is held, excerpts too", async () => {
    const files = new Map([["big.json", bigSubmission(6_000)]]);
    const storage = () => {
      const urls = new Map<string, string>();
      const storeExcerpts: BatchContext["storeExcerpts"] = async (submissions) => {
        const found = submissions.flatMap((one) => findExcerpts(one, 256));
        for (const { hash } of found) urls.set(hash, `https://storage/${hash}`);
        linkExcerpts(found, urls);
        return urls;
      };
      return { storeExcerpts, excerptThresholdBytes: 256 };
    };
    const held = await ingest(on, files, storage);
    const inParts = await ingest(on, files, () => ({ ...storage(), largeBytes: 1 << 20 }));
    expect(held.outcomes).toMatchObject([
      { kind: "ingested", version: "4.5", overlong: { objects: 1, bytes: 2727 } },
    ]);
    expect(held.rows.tests.length).toBe(5_900);
    expect(held.rows.incidents.length).toBe(7);
    expect(held.rows.tests.some((row: { log_excerpt: string }) => row.log_excerpt === "")).toBe(
      true,
    );
    expect(inParts.outcomes).toEqual(held.outcomes);
    expect(inParts.tally).toEqual(held.tally);
    expect(Bun.deepEquals(inParts.rows, held.rows)).toBe(true);
  });

  test("what is odd about files that went in is told, whether they are held or read part by part", async () => {
    const fields = { build_id: "lab:b", path: "boot", status: "PASS" };
    const fileOf = (name: string, odd: object) =>
      JSON.stringify({
        version: { major: 5, minor: 3 },
        tests: [{ id: `lab:${name}`, origin: "lab", ...fields, ...odd }],
        incidents: [{ id: `x:${name}`, origin: "lab", issue_id: "lab:x", issue_version: 1 }],
      });
    const files = new Map([
      ["a.json", fileOf("a", { duration: -1 })],
      ["b.json", fileOf("refused", { duration: -1 })],
    ]);
    await using _rule = await refuse((prefix) => `${prefix}id = 'lab:refused'`);
    const kinds = { "odd-duration": 1, "other-origin": 1, "no-subject": 1 };
    const expected = { origin: "lab", lookedAt: 1, warned: 1, kinds, example: "a.json" };
    for (const largeBytes of [0, 1 << 20]) {
      // A clock that stands still: there is time for all.
      const sampler = new WarningSampler(() => 0);
      const result = await ingest(on, files, () => ({ sampler, largeBytes }));
      expect(result.outcomes.map((one) => one.kind)).toEqual(["ingested", "rows-refused"]);
      expect(result.warnings).toEqual([expected]);
    }
  });

  test("what is carried is not looked at for warnings once its rows are made", async () => {
    // So many lists take far more memory than they have bytes.
    const dear = Array(60_000).fill([]);
    const tests = [1, 2, dear, dear].map((x) => ({
      ...{ id: "lab:1", origin: "lab", build_id: "lab:b", misc: { x } },
    }));
    const text = JSON.stringify({ version: { major: 5, minor: 3 }, tests });
    const sampler = new WarningSampler(() => 0);
    const result = await ingest(on, new Map([["a.json", text]]), () => ({
      sampler,
      largeBytes: 0,
    }));
    expect(result.outcomes).toMatchObject([{ kind: "ingested" }]);
    expect(result.rows.tests.length).toBe(1);
  });

  /** Lets something happen before the second part is made: one has been written by then. */
  const atSecondPart = (work: () => void) => {
    let writes = 0;
    return (step: WorkerStep) => {
      if (step === "write" && ++writes === 3) work();
    };
  };

  test("a file that changes between its readings is kept, and no row of it stays", async () => {
    const files = new Map([["big.json", bigSubmission(11_000)]]);
    const { outcomes, rows, again } = await ingest(on, files, (path) => ({
      largeBytes: 1 << 20,
      onStep: atSecondPart(() => {
        const handle = openSync(path("big.json"), "r+");
        writeSync(handle, " ", (3 << 20) + 17);
        closeSync(handle);
      }),
    }));
    expect(outcomes).toMatchObject([{ kind: "kept", fault: { class: "transient" } }]);
    expect([rows.tests, rows.builds, rows.checkouts]).toEqual([[], [], []]);
    expect(again).toEqual(["ingested", "ingested"]);
  });

  test("a stop gives a large file back, and no row of it stays", async () => {
    const files = new Map([["big.json", bigSubmission(6_000)]]);
    let isStopped = false;
    const stopped = await ingest(on, files, () => ({
      largeBytes: 1 << 20,
      stopping: () => isStopped,
      onStep: atSecondPart(() => {
        isStopped = true;
      }),
    }));
    expect(stopped.outcomes).toMatchObject([{ kind: "kept" }]);
    expect(stopped.fault).toBeUndefined();
    expect([stopped.rows.tests, stopped.rows.builds]).toEqual([[], []]);
    expect(stopped.again).toEqual(["ingested", "ingested"]);
  });

  test("rows that the database refuses keep all others of a large file out, too", async () => {
    const files = new Map([["big.json", bigSubmission(6_000)]]);
    let writes = 0;
    await using _rule = await refuse((prefix) => `${prefix}id = 'lab:t5800'`);
    const refused = await ingest(on, files, () => ({
      largeBytes: 1 << 20,
      onStep: (step) => {
        if (step === "write") writes++;
      },
    }));
    // Rows of parts before were written by then.
    expect(writes).toBeGreaterThan(2);
    expect(refused.outcomes).toMatchObject([
      {
        kind: "rows-refused",
        refusal: { origins: ["_", "lab"], version: "4.5" },
        rows: { table: "tests" },
      },
    ]);
    expect([refused.rows.tests, refused.rows.builds]).toEqual([[], []]);
    expect(refused.again).toEqual(["ingested", "ingested"]);
  });
});
