import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { bad, good, spoolWith } from "./spool-with.ts";

/** A spool whose service has refused one file of each of two origins, and one that is no JSON. */
async function refused() {
  const files = { "a.json": bad("lab_a"), "b.json": bad("lab_b"), "c.json": "{]" };
  const spool = spoolWith({ ...files, "good.json": good() });
  expect((await spool.run("monitor", "--once")).exitCode).toBe(1);
  return spool;
}

test("failed list has a line for each refused file, and its filters narrow it", async () => {
  using spool = await refused();
  const names = async (...words: string[]) => {
    const { exitCode, stdout } = await spool.run("failed", "list", "--json", ...words);
    expect(exitCode).toBe(0);
    const lines = stdout.split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line).file).sort();
  };
  expect(await names()).toEqual(["a.json", "b.json", "c.json"]);
  expect(await names("--origin", "lab_a")).toEqual(["a.json"]);
  expect(await names("--reason", "not-json")).toEqual(["c.json"]);
  expect(await names("--since", "1h")).toHaveLength(3);
  expect(await names("--since", "2999-01-01")).toEqual([]);
  const { stdout } = await spool.run("failed", "list", "--origin", "lab_a");
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z {2}invalid {2}lab_a {2}a\.json {2}.+\n$/);
  const misspelt = await spool.run("failed", "list", "--reason", "databse");
  expect([misspelt.exitCode, misspelt.stderr]).toEqual([
    2,
    expect.stringMatching(
      /--reason: expected one of too-large, .*\n {2}hint: did you mean database\?/,
    ),
  ]);
  const { exitCode, stderr } = await spool.run("failed", "list", "--since", "yesterday");
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining("--since: expected a date such as"),
  ]);
});

test("failed show reads like validate", async () => {
  using spool = await refused();
  const shown = await spool.run("failed", "show", "failed/a.json");
  const path = join(spool.path, "failed/a.json");
  const { stdout } = await spool.run("validate", path);
  // Each mistake of validate begins with the file, and the line that it is in follows.
  const [, ...told] = stdout.trimEnd().split("\n");
  const mistakes = told
    .filter((line) => !/^ +\d* \| /.test(line))
    .map((line) => line.replace(`${path}:3:14:`, "  3:14"));
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toStartWith("refused  a.json (5.3): invalid, 1 mistake\n");
  expect(shown.stdout).toContain(mistakes.join("\n"));
  expect(shown.stdout).toMatch(/\n {2}origin lab_a, refused \d{4}-\S+Z at stage validate\n$/);
  const json = await spool.run("failed", "show", "--json", "a.json");
  expect(JSON.parse(json.stdout)).toEqual({
    json_version: 1,
    ...JSON.parse(readFileSync(join(spool.path, "failed/a.json.error"), "utf8")),
  });
});

test("a mistake that many objects have is told once, by the .error file and by failed show", async () => {
  const { version, builds } = JSON.parse(bad("lab_a"));
  const many = JSON.stringify({ version, builds: Array.from({ length: 500 }, () => builds[0]) });
  using spool = spoolWith({ "a.json": many });
  expect((await spool.run("monitor", "--once")).exitCode).toBe(1);
  const record = JSON.parse(readFileSync(join(spool.path, "failed/a.json.error"), "utf8"));
  expect([record.issues.length, record.issues[0].times, record.issue_count]).toEqual([1, 500, 500]);
  expect(record.issues[0].places).toHaveLength(3);
  const { stdout } = await spool.run("failed", "show", "a.json");
  expect(stdout).toMatch(/\$\.builds\[\*\] \(500 times, first 1:\d+, 1:\d+, 1:\d+\): expected/);
});

test("the count of mistakes has one name wherever it is printed, also from a former .error file", async () => {
  using spool = await refused();
  const path = join(spool.path, "failed/a.json.error");
  const counts = async () => {
    const listed = await spool.run("failed", "list", "--origin", "lab_a", "--json");
    const shown = await spool.run("failed", "show", "a.json", "--json");
    const checked = await spool.run("validate", join(spool.path, "failed/a.json"), "--json");
    return [listed, shown, checked].map(({ stdout }) => {
      const { issue_count, issueCount } = JSON.parse(stdout);
      return [issue_count, issueCount];
    });
  };
  expect(await counts()).toEqual([
    [1, undefined],
    [1, undefined],
    [1, undefined],
  ]);
  const { issue_count, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...rest, issueCount: issue_count + 6 }));
  expect(await counts()).toEqual([
    [7, undefined],
    [7, undefined],
    [1, undefined],
  ]);
  expect((await spool.run("failed", "show", "a.json")).stdout).toContain("invalid, 7 mistakes");
});

test("a name that is not there is a mistake of use, with the nearest that is", async () => {
  using spool = await refused();
  expect(await spool.run("failed", "show", "aa.json")).toMatchObject({
    exitCode: 2,
    stderr:
      'kci-ingester: failed show: no refused submission is named "aa.json"\n  hint: did you mean a.json?\n',
  });
  expect((await spool.run("failed", "show")).stderr).toContain("expected NAME, got nothing");
  expect((await spool.run("failed")).exitCode).toBe(2);
  expect((await spool.run("failed", "lst")).stderr).toContain("did you mean failed list?");
});

test("failed retry puts files back with their bytes, and takes their reasons away", async () => {
  using spool = await refused();
  const dry = await spool.run("failed", "retry", "--origin", "lab_a", "--dry-run");
  expect(dry.stdout).toBe("would be put back  a.json\n");
  expect(existsSync(join(spool.path, "a.json"))).toBe(false);

  const { exitCode, stdout } = await spool.run("failed", "retry", "--origin", "lab_a");
  expect([exitCode, stdout]).toEqual([0, "put back  a.json\n"]);
  expect(readFileSync(join(spool.path, "a.json"), "utf8")).toBe(bad("lab_a"));
  expect(readdirSync(join(spool.path, "failed")).sort()).toEqual([
    "b.json",
    "b.json.error",
    "c.json",
    "c.json.error",
  ]);
});

test("failed retry never overwrites a file that waits", async () => {
  using spool = await refused();
  writeFileSync(join(spool.path, "a.json"), "another");
  const { exitCode, stdout } = await spool.run("failed", "retry", "a.json", "b.json");
  expect([exitCode, stdout]).toEqual([
    1,
    "skipped: another file of that name is waiting  a.json\nput back  b.json\n",
  ]);
  expect(readFileSync(join(spool.path, "a.json"), "utf8")).toBe("another");
  expect(existsSync(join(spool.path, "failed/a.json.error"))).toBe(true);
});

test("a refused file without its reason is listed and shown all the same, a hostile name printably", async () => {
  using spool = await refused();
  rmSync(join(spool.path, "failed/a.json.error"));
  writeFileSync(join(spool.path, "failed/\u001b[2Jx.json"), "{]");
  writeFileSync(join(spool.path, "failed/b.json.error"), '{"reason": 1}');
  const { stdout } = await spool.run("failed", "list");
  expect(stdout).toContain("\\x1b[2Jx.json  its .error file is missing");
  expect(stdout).not.toContain("\u001b");
  expect((await spool.run("failed", "show", "\\x1b[2Jx.json")).stdout).toContain(
    "validate explains why",
  );
  expect((await spool.run("failed", "retry", "\\x1b[2Jx.json")).exitCode).toBe(0);
  expect(existsSync(join(spool.path, "\u001b[2Jx.json"))).toBe(true);
});

test("reasons that lie apart are found by every command, without being told where", async () => {
  using spool = spoolWith({ "a.json": bad("lab_a"), "b.json": bad("lab_b") });
  await spool.run("monitor", "--once", "--reason-files", "apart");
  const reasons = join(spool.path, "failed/.reasons");
  expect(readdirSync(join(spool.path, "failed")).sort()).toEqual([".reasons", "a.json", "b.json"]);
  const list = await spool.run("failed", "list", "--origin", "lab_a");
  expect(list.stdout).toMatch(/invalid {2}lab_a {2}a\.json/);
  const show = await spool.run("failed", "show", "b.json", "--json");
  expect(JSON.parse(show.stdout)).toEqual({
    json_version: 1,
    ...JSON.parse(readFileSync(join(reasons, "b.json.error"), "utf8")),
  });
  await spool.run("failed", "retry", "a.json");
  expect(readdirSync(reasons)).toEqual(["b.json.error"]);
  await spool.runLater("gc", "--failed", "1h");
  expect(readdirSync(reasons)).toEqual([]);
});

test("failed retry goes on after a file that cannot be moved, and without a pending_retry/ that is no folder", async () => {
  using spool = spoolWith({ "failed/a.json": bad(), "failed/b.json": bad(), pending_retry: "" });
  // In the place to which the file is taken first.
  mkdirSync(join(spool.path, "failed/.kci-ingester.retry/a.json"), { recursive: true });
  const { exitCode, stdout, stderr } = await spool.run("failed", "retry");
  expect(stdout.split("\n").sort()).toEqual([
    "",
    "put back  b.json",
    "skipped: cannot be moved  a.json",
  ]);
  expect([exitCode, stderr]).toEqual([73, expect.stringContaining("pending_retry: ENOTDIR")]);
  expect(readdirSync(spool.path).sort()).toEqual(["b.json", "failed", "pending_retry"]);
  const again = await spool.run("failed", "retry", "--json", "a.json");
  expect(JSON.parse(again.stdout)).toEqual({ json_version: 1, file: "a.json", result: "stuck" });
});

test("failed retry takes files from a pending_retry/ that is a link, as failed/ may be", async () => {
  using spool = spoolWith({ "elsewhere/a.json": good() });
  symlinkSync("elsewhere", join(spool.path, "pending_retry"));
  expect(await spool.run("failed", "retry")).toMatchObject({
    exitCode: 0,
    stdout: "put back  a.json\n",
  });
  expect(readdirSync(join(spool.path, "elsewhere"))).toEqual([]);
});

test("failed retry puts back what the former ingester left in pending_retry/, and overwrites nothing", async () => {
  const files = { "pending_retry/a.json": good(), "pending_retry/b.json": "theirs" };
  using spool = spoolWith({ ...files, "b.json": "waits", "pending_retry/note.txt": "" });
  symlinkSync("/etc/hostname", join(spool.path, "pending_retry/link.json"));
  const dry = await spool.run("failed", "retry", "--dry-run");
  expect(dry.stdout.split("\n").sort()).toEqual([
    "",
    ...["would be put back  a.json", "would be put back  b.json"],
  ]);
  const { exitCode, stdout } = await spool.run("failed", "retry");
  expect([exitCode, stdout.split("\n").sort()]).toEqual([
    1,
    ["", "put back  a.json", "skipped: another file of that name is waiting  b.json"],
  ]);
  expect(readFileSync(join(spool.path, "a.json"), "utf8")).toBe(good());
  expect(readFileSync(join(spool.path, "b.json"), "utf8")).toBe("waits");
  expect(readdirSync(join(spool.path, "pending_retry")).sort()).toEqual([
    ...["b.json", "link.json", "note.txt"],
  ]);
  rmSync(join(spool.path, "b.json"));
  expect((await spool.run("failed", "retry", "b.json")).stdout).toBe("put back  b.json\n");
});
