import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newestVersion } from "../../../src/submission/versions/versions.ts";
import { build, complete, whole } from "../../submission/mistakes/documents.ts";
import { temporaryFolder } from "../../temporary.ts";
import { runValidate } from "./run.ts";

const { name: newest } = newestVersion;
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const odd = join(folder.path, "odd.json");
writeFileSync(odd, build({ duration: -1 }));
const good = join(folder.path, "good.json");
writeFileSync(good, whole(complete));

test("a warning is told and changes no verdict; --quiet does not look for any", async () => {
  const { exitCode, out } = await runValidate([odd]);
  expect(exitCode).toBe(0);
  expect(out).toStartWith(
    `valid    ${odd} (${newest}): 1 build\n${odd}:1:106: warning: $.builds[0].duration: expected 0 to`,
  );
  expect(await runValidate([odd], { quiet: true })).toEqual({ exitCode: 0, out: "", err: "" });
});

test("with --strict it is a mistake, also with --quiet", async () => {
  for (const quiet of [false, true]) {
    const { exitCode, out } = await runValidate([odd, good], { strict: true, quiet });
    expect(exitCode).toBe(1);
    expect(out).toStartWith(`refused  ${odd} (${newest}): 1 build; warnings count as mistakes\n`);
  }
  const json = await runValidate([odd], { strict: true, format: "json" });
  expect(JSON.parse(json.out)).toMatchObject({
    valid: false,
    reason: "warnings",
    issue_count: 0,
    warning_count: 1,
    warnings: [{ code: "odd-duration", line: 1, column: 106, times: 1 }],
  });
});

test.each([
  ["github", "::warning file=", "::error file="],
  ["sarif", '"level":"warning"', '"level":"error"'],
  ["junit", "<system-out>", '<failure type="warnings"'],
] as const)(
  "%s tells it as a warning, and with --strict as an error",
  async (format, warning, error) => {
    expect((await runValidate([odd], { format })).out).toContain(warning);
    expect((await runValidate([odd], { format, strict: true })).out).toContain(error);
  },
);

test("a file that is read part by part has its warnings, too, with their places", async () => {
  const large = join(folder.path, "large.json");
  const tests = Array.from({ length: 30_000 }, (_, place) => ({
    ...{ id: `lab:${place % 29_999}`, origin: "lab", build_id: "lab:b", path: `a.${place}` },
    ...{ status: "PASS", start_time: place === 20_000 ? "2099-01-01T00:00:00Z" : undefined },
    comment: "x".repeat(250),
  }));
  const [last] = tests.slice(-1);
  const text = JSON.stringify({ version: { major: 5, minor: 3 }, tests }, undefined, 1);
  expect(text.length).toBeGreaterThan(8 << 20);
  writeFileSync(large, text.replace('"path": "a.7"', '"path": "a.8",\n   "path": "a.7"'));
  const { exitCode, out } = await runValidate([large]);
  expect(exitCode).toBe(0);
  const lineOf = (mark: string) => text.slice(0, text.indexOf(mark)).split("\n").length + 1;
  const future = `${large}:${lineOf('"2099-')}:18: warning: $.tests[20000].start_time: expected a time`;
  // The first test and the last have one id, and other paths.
  const same = `${large}:${lineOf(`"path": "${last?.path}"`) - 3}:10: warning: $.tests[29999].id: expected an id`;
  expect(out).toContain(`\n${future}`);
  expect(out).toContain(`\n${same}`);
  expect(out.match(/warning: /g)).toHaveLength(2);
  expect((await runValidate([large], { quiet: true })).out).toBe("");
  const strict = await runValidate([large], { strict: true, format: "json" });
  expect(JSON.parse(strict.out)).toMatchObject({
    reason: "warnings",
    warning_count: 3,
    outside: { build_id: 30_000 },
    warnings: [{ code: "duplicate-key", path: "$.tests[7].path" }, {}, {}],
  });
});
