import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, complete, whole } from "../../submission/mistakes/documents.ts";
import { temporaryFolder } from "../../temporary.ts";
import { runValidate } from "./run.ts";

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
    `valid    ${odd} (5.3): 1 build\n${odd}:1:106: warning: $.builds[0].duration: expected 0 to`,
  );
  expect(await runValidate([odd], { quiet: true })).toEqual({ exitCode: 0, out: "", err: "" });
});

test("with --strict it is a mistake, also with --quiet", async () => {
  for (const quiet of [false, true]) {
    const { exitCode, out } = await runValidate([odd, good], { strict: true, quiet });
    expect(exitCode).toBe(1);
    expect(out).toStartWith(`refused  ${odd} (5.3): 1 build; warnings count as mistakes\n`);
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
