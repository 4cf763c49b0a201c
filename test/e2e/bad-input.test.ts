import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ReasonFile } from "../../src/spool/reason-file.ts";
import { kinds, type TestDatabase } from "../databases.ts";
import { databaseWithTables } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";
import { badFiles, maxFileBytes } from "./bad-files.ts";
import { ingester, type Run, runIngester, startIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const version = { major: 5, minor: 3 };
const build = (id: string) => ({ id: `good:${id}`, origin: "good", checkout_id: "good:c" });
const goodFiles: Readonly<Record<string, string>> = {
  "bom.json": `\ufeff${JSON.stringify({ version, builds: [build("bom")] })}`,
  "first.json": JSON.stringify({ version, builds: [build("first")] }),
  "middle.json": JSON.stringify({ version, builds: [build("middle")] }),
  "without-start-time.json": JSON.stringify({
    version,
    checkouts: [{ id: "good:c", origin: "good" }],
  }),
  "zz-last.json": JSON.stringify({ version, builds: [build("last")] }),
};

describe.each(kinds)("bad files among good ones, on $name", (kind) => {
  const spool = temporaryFolder();
  const failed = join(spool.path, "failed");
  let database: TestDatabase;
  let run: Run;

  beforeAll(async () => {
    database = await databaseWithTables(kind);
    for (const { name, bytes } of badFiles) write(spool.path, `${name}.json`, bytes);
    for (const [name, bytes] of Object.entries(goodFiles)) write(spool.path, name, bytes);
    write(spool.path, "empty.json", "");
    // It has been empty for long.
    utimesSync(join(spool.path, "empty.json"), 0, 0);
    run = await runIngester(ingester, [
      ...["monitor", "--once", "--spool-dir", spool.path, "--database", database.url],
      ...["--max-file-size", String(maxFileBytes), "--log-format", "json"],
    ]);
  });

  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    spool[Symbol.dispose]();
  });

  test("end the run with 1, and each with a line in the log", () => {
    expect(run).toMatchObject({ exitCode: 1, stdout: "" });
    const lines = run.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const refused = lines.filter(({ event }) => event === "submission_refused");
    expect(refused.map(({ file }) => file).sort()).toEqual(
      badFiles.map(({ name }) => `${name}.json`).sort(),
    );
  });

  test.each(badFiles)("the file $name is refused, bytes unchanged, with the reason", (bad) => {
    const path = join(failed, `${bad.name}.json`);
    expect(readFileSync(path).equals(Buffer.from(bad.bytes))).toBe(true);
    const reason: ReasonFile & { issues: ReasonFile["issues"]; issue_count: number } = JSON.parse(
      readFileSync(`${path}.error`, "utf8"),
    );
    const [issue] = reason.issues;
    if (!issue) throw new Error("no mistakes");
    const place = issue.line === undefined ? "" : ` ${issue.line}:${issue.column}`;
    const { path: where, code, expected, got, hint } = issue;
    expect([`${where}${place} ${code}: expected ${expected}, got ${got}`, hint]).toEqual([
      bad.issue[0],
      bad.issue[1],
    ]);
    expect(`${reason.stage}: ${reason.reason}`).toBe(bad.verdict);
    expect(reason.message).toBe(`${where}: expected ${expected}, got ${got}`);
    expect(reason.file).toBe(`${bad.name}.json`);
    expect(reason.issue_count).toBe(1);
    expect(Math.abs(Date.parse(reason.when) - Date.now())).toBeLessThan(60_000);
    // What has objects that can be read has an origin that can be told.
    const isReadable = ["validate: invalid", "validate: unstorable"].includes(bad.verdict);
    const hasObjects = isReadable && where !== "$";
    expect(reason.origins).toEqual(hasObjects ? ["bad"] : []);
  });

  test("take none of the good ones along, nor is a row of theirs stored", async () => {
    expect(readdirSync(join(spool.path, "archive")).sort()).toEqual(Object.keys(goodFiles));
    expect(readdirSync(failed)).toHaveLength(2 * badFiles.length);
    expect(await database.query("select id from builds order by id")).toEqual(
      ["bom", "first", "last", "middle"].map((id) => ({ id: `good:${id}` })),
    );
    expect(await database.query("select id from checkouts")).toEqual([{ id: "good:c" }]);
    for (const table of ["tests", "issues", "latest_checkout"]) {
      expect(await database.query(`select * from ${table}`)).toEqual([]);
    }
  });

  test("leave nothing in the spool: the empty one is set aside", () => {
    expect(readdirSync(spool.path).filter((name) => name.endsWith(".json"))).toEqual([]);
  });
});

describe("a file that is cut off and young", () => {
  const whole = JSON.stringify({ version, builds: [build("grown")] });

  test("is left for two intervals, then refused", async () => {
    using spool = temporaryFolder();
    const path = join(spool.path, "young.json");
    writeFileSync(path, whole.slice(0, -3));
    const writtenMs = Date.now();
    const run = await runIngester(ingester, words(spool.path));
    expect(run.exitCode).toBe(1);
    const error = readFileSync(join(spool.path, "failed/young.json.error"), "utf8");
    const reason: ReasonFile = JSON.parse(error);
    expect(reason.reason).toBe("cut-off");
    expect(Date.parse(reason.when) - writtenMs).toBeGreaterThanOrEqual(1_990);
  });

  test("is ingested when the rest arrives in time", async () => {
    using spool = temporaryFolder();
    const path = join(spool.path, "young.json");
    writeFileSync(path, whole.slice(0, -3));
    const child = startIngester(ingester, words(spool.path));
    for await (const chunk of child.stderr) {
      if (new TextDecoder().decode(chunk).includes("file_may_grow")) {
        appendFileSync(path, whole.slice(-3));
      }
    }
    expect(await child.exited).toBe(0);
    expect(readFileSync(join(spool.path, "archive/young.json"), "utf8")).toBe(whole);
    expect(existsSync(join(spool.path, "failed/young.json"))).toBe(false);
  });

  function words(spool: string): string[] {
    const database = `sqlite:${join(spool, "test.db")}`;
    return ["monitor", "--once", "--interval", "1", "--spool-dir", spool, "--database", database];
  }
});

/** Writes a file as if long ago: what is cut off is refused at once. */
function write(spool: string, name: string, bytes: string | Uint8Array): void {
  const path = join(spool, name);
  writeFileSync(path, bytes);
  utimesSync(path, 1_000_000_000, 1_000_000_000);
}
