import { afterAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/commands.ts";
import type { ReportFormat } from "../../src/commands/validate/report.ts";
import { validate, validateCommand } from "../../src/commands/validate.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { temporaryFolder } from "../temporary.ts";

const dir = temporaryFolder().path;
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(dir, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const { name: newest, major, minor } = newestVersion;
const version = { major, minor };
const build = { id: "lab:1", origin: "lab", checkout_id: "lab:c" };
const good = file("good.json", { version, builds: [build] });
const old = file("old.json", { version: { major: 4 }, builds: [{ ...build, valid: true }] });
const bad = file(
  "bad.json",
  `{\n  "version": ${JSON.stringify(version)},\n  "builds": [\n    {"id": "lab:1", "origin": "lab",\n     "checkout_id": "lab:c", "status": "passed", "comment": null}\n  ]\n}`,
);

async function run(
  files: string[],
  options: { format?: ReportFormat; color?: boolean; max?: number; quiet?: boolean } = {},
) {
  let out = "";
  let err = "";
  const exitCode = await validate({
    files,
    format: options.format ?? "text",
    quiet: options.quiet ?? false,
    strict: false,
    color: options.color ?? false,
    maxIssues: options.max ?? 20,
    maxFileBytes: 512 << 20,
    stdout: async (text) => {
      out += text;
    },
    stderr: async (text) => {
      err += text;
    },
  });
  return { exitCode, out, err };
}

test("valid files are told with their contents, and the exit code is 0", async () => {
  const { exitCode, out, err } = await run([good, old]);
  expect(exitCode).toBe(0);
  expect(err).toBe("2 files: 2 valid, 0 refused, 1 warning\n");
  const [first, second, ...warning] = out.trimEnd().split("\n");
  expect(first).toBe(`valid    ${good} (${newest}): 1 build`);
  expect(second).toBe(`valid    ${old} (4.0, upgraded to ${newest}): 1 build`);
  expect(warning[0]).toStartWith(
    `${old}:1:12: warning: $.version: expected version ${newest}, got 4.0`,
  );
});

test("a refused file is told with place, expectation and hint of every mistake", async () => {
  const { exitCode, out } = await run([bad]);
  expect(exitCode).toBe(1);
  expect(out).toContain(`refused  ${bad} (${newest}): invalid, 2 mistakes\n`);
  expect(out).toContain(`\n${bad}:5:40: $.builds[0].status: expected one of FAIL, ERROR`);
  expect(out).toContain('got "passed"\n    hint: write PASS');
  expect(out).toContain(`\n${bad}:5:61: $.builds[0].comment: expected text, got null\n    hint: `);
  expect(out).toContain('    5 | …status": "passed", "comment": null}\n');
});

test("on a terminal the line is shown with a caret under the mistake", async () => {
  const { out } = await run([bad], { color: true });
  const lines = Bun.stripANSI(out).split("\n");
  const shown = lines.findLastIndex((line) => line.includes("5 | "));
  const caret = lines[shown + 1]?.indexOf("^") ?? -1;
  expect(lines[shown]?.slice(caret)).toStartWith("null");
});

test("a file too large to be held gets the same words, with the line that the mistake is in", async () => {
  const head = `{"version": ${JSON.stringify(version)},\n "builds": [`;
  const good = JSON.stringify({ ...build, comment: "x".repeat(5_000) });
  const text = (count: number) =>
    `${head}${`${good},\n`.repeat(count)}{"id": "lab:1", "origin": "lab", "checkout_id": "lab:c", "status": "passed"}]}`;
  const [small, large] = [file("small.json", text(1)), file("large.json", text(2_000))];
  const [one, other] = await Promise.all(
    [small, large].map(async (path) => Bun.stripANSI((await run([path], { color: true })).out)),
  );
  const moved = String(one)
    .replace("small", "large")
    .replaceAll("3:", "2002:")
    .replace("3 |", "2002 |")
    .replaceAll("builds[1]", "builds[2000]")
    .replace(/^ {6}\|/m, "         |");
  expect(String(other)).toBe(moved);
});

test("JSON output is one object per line, capped, with the total", async () => {
  const { out } = await run([good, old, bad], { format: "json", max: 1 });
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({
    json_version: 1,
    file: good,
    valid: true,
    version: newest,
    upgraded_from: null,
    reason: null,
    issues: [],
    issue_count: 0,
    warnings: [],
    warning_count: 0,
    outside: { checkout_id: 1 },
    counts: { issues: 0, checkouts: 0, builds: 1, tests: 0, incidents: 0 },
  });
  expect(lines[1]).toMatchObject({ valid: true, version: newest, upgraded_from: "4.0" });
  expect(lines[2]).toMatchObject({ valid: false, version: newest, issue_count: 2 });
  expect(lines[2].issues).toEqual([
    expect.objectContaining({ path: "$.builds[0].status", line: 5, column: 40, code: "enum" }),
  ]);
});

test("a file that cannot be read is told on stderr, the others still get their verdict", async () => {
  const { exitCode, out, err } = await run([join(dir, "absent.json"), bad]);
  expect(exitCode).toBe(2);
  expect(err).toContain("absent.json: no such file");
  expect(out).toContain("refused");
});

test("escape sequences of file names and contents do not reach the terminal", async () => {
  const path = file("\u001b[2Jname.json", { version, builds: [{ ...build, "\u001b[31m": 1 }] });
  const { out } = await run([path], { color: true });
  expect(out).not.toContain("\u001b[2J");
  expect(out.match(/\u001b\[31m/g)?.length).toBe(2);
});

test("the command refuses a call without files and a bad number", async () => {
  expect(() => validateCommand.run([], commands)).toThrow(
    "expected at least one FILE, got nothing",
  );
  expect(validateCommand.run([good, "--max-issues", "many"], commands)).rejects.toThrow(
    '--max-issues: expected a whole number from 1 to 9999999, got "many"',
  );
});
