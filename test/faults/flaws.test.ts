import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { needsOtherFileSystem } from "../needs.ts";
import { otherFileSystem, temporaryFolder } from "../temporary.ts";
import { filesOf } from "./invariants.ts";
import { type Scene, sharedScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";

/** Numbers are those of the list of flaws that the former ingester was found to have. */

setDefaultTimeout(60_000);

const hasOther = needsOtherFileSystem("an archive on another file system");
const good = new Map(
  ["1", "2", "3", "4", "5"].map((n) => [`good${n}.json`, submission(`good${n}`)]),
);
const archived = [...good.keys()].map((name) => `archive/${name}`);
const once = ["--once", "--max-workers", "2"];

/** A good document with one field of one object replaced. */
function altered(name: string, list: string, fields: Record<string, unknown>): string {
  const document = JSON.parse(submission(name));
  Object.assign(document[list][0], fields);
  return JSON.stringify(document);
}

async function checkouts({ database }: Scene): Promise<unknown[]> {
  const rows = await database.query("select id from checkouts order by id");
  return rows.map((row) => row.id);
}

describe.each(kinds.map((kind) => [kind.name, kind] as const))("flaws, on %s", (_name, kind) => {
  const scene = sharedScene(kind);

  test("flaw 1: a checkout without a start time goes in, and so do its neighbours", async () => {
    const s = await scene;
    await s.reset(
      new Map([...good, ["odd.json", altered("odd", "checkouts", { start_time: undefined })]]),
    );
    expect(await s.run({}, ...once)).toMatchObject({ exitCode: 0 });
    expect([...filesOf(s.spool).keys()].sort()).toEqual([...archived, "archive/odd.json"]);
    expect(await checkouts(s)).toContain(checkoutOf("odd"));
  });

  test("flaw 2: what no database could hold fails alone, with its path", async () => {
    const s = await scene;
    const bad: Record<string, [string, string]> = {
      "bad-nul-misc.json": [altered("b1", "builds", { misc: { a: "x\0" } }), "$.builds[0].misc"],
      "bad-nul-id.json": [altered("b2", "checkouts", { message_id: "a\0@b.c" }), "message_id"],
      "bad-half.json": [altered("b3", "builds", { misc: { a: "\ud800" } }), "$.builds[0].misc"],
      "bad-number.json": [submission("b4").replace('"n":1', '"n":1e400'), "$.builds[0].misc"],
      "bad-version.json": [altered("b5", "issues", { version: 2 ** 31 }), "$.issues[0].version"],
      "bad-platform.json": [
        altered("b6", "tests", { environment: { misc: { platform: "p".repeat(101) } } }),
        "platform",
      ],
      "bad-id.json": [
        altered("b7", "issues", { id: `faults:${"x".repeat(10_000)}` }),
        "$.issues[0].id",
      ],
    };
    await s.reset(new Map([...good, ...Object.entries(bad).map(([k, v]) => [k, v[0]] as const)]));
    expect(await s.run({}, ...once)).toMatchObject({ exitCode: 1 });
    const failed = Object.keys(bad).map((name) => `failed/${name}`);
    expect([...filesOf(s.spool).keys()].sort()).toEqual([...archived, ...failed].sort());
    for (const [name, [, path]] of Object.entries(bad)) {
      const reason = JSON.parse(readFileSync(join(s.spool, `failed/${name}.error`), "utf8"));
      expect(reason.issues[0].path).toContain(path);
    }
  });

  test("flaws 10, 14: a submission without rows is archived under its name", async () => {
    const s = await scene;
    await s.reset(new Map([["submission-1a2b.json", '{"version":{"major":5,"minor":3}}']]));
    expect(await s.run({}, ...once)).toMatchObject({ exitCode: 0 });
    expect([...filesOf(s.spool).keys()]).toEqual(["archive/submission-1a2b.json"]);
  });

  test("flaw 5: with a storage server that refuses, the excerpt goes in inline", async () => {
    const s = await scene;
    const text = "log ".repeat(200);
    await s.reset(new Map([["a.json", altered("a", "builds", { log_excerpt: text })]]));
    // Nothing listens on the port of discard.
    const env = { STORAGE_TOKEN: "t".repeat(20), STORAGE_BASE_URL: "http://127.0.0.1:9" };
    expect(await s.run({ env }, ...once)).toMatchObject({ exitCode: 0 });
    expect([...filesOf(s.spool).keys()]).toEqual(["archive/a.json"]);
    const [row] = await s.database.query("select log_excerpt from builds");
    expect(row?.log_excerpt).toBe(text);
  });

  test.if(hasOther)(
    "flaw 6: an archive on another file system gets the file, its bytes unchanged",
    async () => {
      const s = await scene;
      const other = temporaryFolder(otherFileSystem()).path;
      try {
        await s.reset(good);
        symlinkSync(other, join(s.spool, "archive"));
        expect(await s.run({}, ...once)).toMatchObject({ exitCode: 0 });
        expect(filesOf(s.spool)).toEqual(new Map([...good].map(([k, v]) => [`archive/${k}`, v])));
        expect(await checkouts(s)).toHaveLength(good.size);
      } finally {
        rmSync(other, { recursive: true });
      }
    },
  );

  test("flaw 11: a name that the archive has already is kept beside it", async () => {
    const s = await scene;
    await s.reset(
      new Map([
        ["a.json", submission("a")],
        ["archive/a.json", "former"],
      ]),
    );
    expect(await s.run({}, ...once)).toMatchObject({ exitCode: 0 });
    const files = filesOf(s.spool);
    expect(files.get("archive/a.json")).toBe("former");
    expect(files.get("archive/a.2.json")).toBe(submission("a"));
  });

  test("flaw 16: any number of files is worked off, whatever the size of a batch", async () => {
    const s = await scene;
    const many = Array.from({ length: 101 }, (_, n) => [`${n}.json`, submission(`n${n}`)] as const);
    await s.reset(new Map(many));
    expect(await s.run({ limits: { maxFiles: 10 } }, ...once)).toMatchObject({ exitCode: 0 });
    expect([...filesOf(s.spool).keys()].filter((path) => path.startsWith("archive/"))).toHaveLength(
      101,
    );
    expect(await checkouts(s)).toHaveLength(101);
  });

  test("flaws 17, 18: the log says how the service is set, and of each file where it went", async () => {
    const s = await scene;
    await s.reset(new Map([...good, ["bad.json", "[]"]]));
    const run = await s.run({}, ...once);
    const lines = run.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      event: "service_started",
      spool_dir: s.spool,
      max_workers: 2,
    });
    expect(run.stderr).not.toContain("secret-of-the-test");
    const refused = lines.filter((line) => line.event === "submission_refused");
    expect(refused.map((line) => line.file)).toEqual(["bad.json"]);
    expect(filesOf(s.spool).has("failed/bad.json")).toBe(true);
  });
});
