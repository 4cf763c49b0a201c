import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@cfworker/json-schema";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
import { SaxesParser } from "saxes";
import { newestVersion } from "../../../src/submission/versions/versions.ts";
import { bare, build, complete, whole } from "../../submission/mistakes/documents.ts";
import { mistakeTable } from "../../submission/mistakes/table.ts";
import { temporaryFolder } from "../../temporary.ts";
import { runValidate } from "./run.ts";

const { name: newest } = newestVersion;
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let made = 0;
function file(content: string | Uint8Array, name = `${made++}.json`): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

const good = file(whole(complete));
const bad = file(build({ status: "passed", comment: null, "100%,:": 1 }));
const many = file(
  whole({ ...bare, tests: bare.tests.concat(bare.tests).map((one) => ({ ...one, status: "x" })) }),
);
const broken = file("{'a': 1}");
const hostileText = "\u001b[2J\u202e\ud800\ufffe]]>\"'&<>\r\n::error::%0A";
const hostile = file(
  build({ comment: hostileText, [hostileText]: hostileText, status: hostileText }),
);
const hostileName = file(build({ status: "passed" }), 'a b,c:d%ä&<"\u001b.json');
const absent = join(folder.path, "absent.json");
/** Every mistake that submitters make, and what else is hard to write. */
const all = [
  ...[good, bad, many, broken, hostile, hostileName, absent],
  ...Object.values(mistakeTable).flatMap((rows) => rows.map(({ sent }) => file(sent))),
];

test("SARIF keeps to its published schema, whatever the files hold", async () => {
  const { out, exitCode } = await runValidate(all, { format: "sarif" });
  const log = JSON.parse(out);
  const verdict = new Validator(sarifSchema as object, "4", false).validate(log);
  expect(verdict.errors.slice(0, 5)).toEqual([]);
  expect(exitCode).toBe(2);
  const [run] = log.runs;
  expect(run.results.length).toBeGreaterThan(300);
  expect(run.invocations[0].executionSuccessful).toBe(false);
  expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain("absent.json");
});

test("SARIF says where, what, how often and what to change", async () => {
  const { out } = await runValidate([bad, many, broken], { format: "sarif" });
  const { results } = JSON.parse(out).runs[0];
  const status = results.find(({ ruleId }: { ruleId: string }) => ruleId === "enum");
  expect(status).toMatchObject({
    level: "error",
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `file://${bad}` },
          region: { startLine: 1, startColumn: 104 },
        },
        logicalLocations: [{ fullyQualifiedName: "$.builds[0].status" }],
      },
    ],
    properties: { jsonPatch: [{ op: "replace", path: "/builds/0/status", value: "PASS" }] },
  });
  expect(status.message.text).toContain('got "passed". Hint: write PASS');
  expect(
    results.map(({ occurrenceCount }: { occurrenceCount: number }) => occurrenceCount),
  ).toContain(2);
  const [change] = results.at(-1).fixes[0].artifactChanges;
  expect(change.replacements).toEqual([
    { deletedRegion: { charOffset: 1, charLength: 3 }, insertedContent: { text: '"a"' } },
  ]);
});

test("SARIF of no results is a whole log too, and paths are URIs", async () => {
  const { out } = await runValidate([good], { format: "sarif" });
  expect(new Validator(sarifSchema as object, "4", false).validate(JSON.parse(out)).valid).toBe(
    true,
  );
  const odd = await runValidate([hostileName], { format: "sarif" });
  const [result] = JSON.parse(odd.out).runs[0].results;
  const { uri } = result.locations[0].physicalLocation.artifactLocation;
  expect(decodeURIComponent(new URL(uri).pathname)).toBe(hostileName);
});

test("JUnit is XML that a strict parser reads, a suite and a case for each file", async () => {
  const { out, exitCode } = await runValidate(all, { format: "junit" });
  const found: Record<string, number> = {};
  const texts: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    found[name] = (found[name] ?? 0) + 1;
    if (name === "testcase") texts.push(String(attributes.name));
  });
  parser.write(out).close();
  expect(exitCode).toBe(2);
  expect(found).toEqual({
    testsuites: 1,
    testsuite: all.length,
    testcase: all.length,
    failure: all.length - 2,
    error: 1,
  });
  expect(texts[0]).toBe(good);
  expect(out).toContain(`${bad}:1:104: $.builds[0].status: expected one of`);
});

/** As GitHub documents it: `::error file={name},line={line},col={col},title={title}::{message}`. */
const command = /^::(error|warning) file=([^:,]*)(?:,line=(\d+),col=(\d+))?,title=([^:,]*)::(.*)$/;

function unescapeData(text = ""): string {
  const codes: Record<string, string> = {
    "%25": "%",
    "%0D": "\r",
    "%0A": "\n",
    "%3A": ":",
    "%2C": ",",
  };
  return text.replace(/%(?:25|0D|0A|3A|2C)/g, (code) => codes[code] ?? code);
}

test("GitHub's lines have its documented form, one a mistake, and nothing gets out of them", async () => {
  const { out, exitCode } = await runValidate(all, { format: "github" });
  expect(exitCode).toBe(2);
  const lines = out.trimEnd().split("\n");
  const parsed = lines.map((line) => [line, command.exec(line)] as const);
  expect(parsed.filter(([, match]) => !match).map(([line]) => line)).toEqual([]);
  const [, first] = parsed.find(([line]) => line.includes("title=enum")) ?? [];
  expect(first?.slice(1, 6)).toEqual(["error", bad, "1", "104", "enum"]);
  expect(unescapeData(first?.[6])).toMatch(
    /^\$\.builds\[0\]\.status: expected one of .*\nhint: write PASS/,
  );
  const names = parsed.map(([, match]) => unescapeData(match?.[2]));
  expect(names).toContain(hostileName.replace("\u001b", "\\u001b"));
  expect(names).toContain(absent);
});

test("text without a terminal has file, line and column before each mistake, and the line itself", async () => {
  const { out, err } = await runValidate([good, bad, many, absent]);
  expect(out).toStartWith(
    `valid    ${good} (${newest}): 1 test\nrefused  ${bad} (${newest}): invalid, 3 mistakes\n`,
  );
  expect(out).toContain(`\n${bad}:1:104: $.builds[0].status: expected one of`);
  expect(out).toContain(
    `\n${many}:1:100: $.tests[*].status (2 times, first 1:100, 1:162): expected`,
  );
  expect(out.match(/\n {4}1 \| .*\n {6}\| +\^\n/g)).toHaveLength(4);
  expect(err).toBe(
    `cannot read ${absent}: no such file\n4 files: 1 valid, 2 refused (5 mistakes), 1 unreadable\n`,
  );
});

test("with --quiet only what is refused is told", async () => {
  const { out, err } = await runValidate([good, bad, good], { quiet: true });
  expect(out).toStartWith(`refused  ${bad}`);
  expect(out).not.toContain("valid    ");
  expect(err).toBe("");
});

test("in JSON each file has the same fields, also one that cannot be read", async () => {
  const { out } = await runValidate([good, bad, many, broken, absent], { format: "json" });
  const records = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const common = [
    ...["file", "valid", "version", "upgraded_from", "reason", "issues", "issue_count"],
    ...["counts", "warnings", "warning_count"],
  ];
  for (const record of records) expect(Object.keys(record)).toEqual(expect.arrayContaining(common));
  expect(records.map(({ reason, issue_count }) => [reason, issue_count])).toEqual([
    [null, 0],
    ["invalid", 3],
    ["invalid", 2],
    ["not-json", 1],
    ["unreadable", 0],
  ]);
  expect(records[4]).toMatchObject({
    file: absent,
    valid: false,
    message: expect.stringContaining("no such file"),
  });
  expect(records[2].issues).toMatchObject([
    { times: 2, places: [{ column: 100 }, { column: 162 }] },
  ]);
  expect(records[1].issues.map(({ column }: { column: number }) => column)).toEqual([
    104, 123, 128,
  ]);
});

test("a folder stands for all submissions in it, packed ones too, and in the folders below", async () => {
  const root = join(folder.path, "results");
  mkdirSync(join(root, "a/b"), { recursive: true });
  mkdirSync(join(root, "empty"));
  writeFileSync(join(root, "1.json"), whole(complete));
  writeFileSync(join(root, "a/2.json.gz"), Bun.gzipSync(build({ status: "passed" })));
  writeFileSync(join(root, "a/b/3.json.zst"), Bun.zstdCompressSync(whole(complete)));
  writeFileSync(join(root, "a/notes.txt"), "no submission");
  const { out, exitCode } = await runValidate([root]);
  expect(exitCode).toBe(1);
  const heads = out.split("\n").filter((line) => /^(?:valid|refused)/.test(line));
  expect(heads.map((line) => line.replace(root, ""))).toEqual([
    `valid    /1.json (${newest}): 1 test`,
    `refused  /a/2.json.gz (${newest}): invalid, 1 mistake`,
    `valid    /a/b/3.json.zst (${newest}): 1 test`,
  ]);
  const { err } = await runValidate([join(root, "empty")]);
  expect(err).toContain("empty: it contains no submission");
});

test("a packed file is unpacked no further than a file may be large, and one that is none is unreadable", async () => {
  const maxFileBytes = 1 << 20;
  const bomb = file(Bun.gzipSync(new Uint8Array(300 << 20)), "bomb.json.gz");
  const other = file(Bun.zstdCompressSync(new Uint8Array(300 << 20)), "bomb.json.zst");
  const before = process.memoryUsage().rss;
  const { out, exitCode } = await runValidate([bomb, other], { maxFileBytes, format: "json" });
  expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  const reasons = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).reason);
  expect([reasons, exitCode]).toEqual([["too-large", "too-large"], 1]);
  const liar = await runValidate([file(whole(complete), "plain.json.gz")]);
  expect([liar.exitCode, liar.err]).toEqual([
    2,
    expect.stringContaining("its compression does not match its name"),
  ]);
});
