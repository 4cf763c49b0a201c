import { expect, test } from "bun:test";
import { explainField } from "../../src/prepare/explain-field.ts";
import { newestVersion, versions } from "../../src/submission/versions/versions.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";

const run = (...words: string[]) => runIngester(ingester, ["explain", ...words]);

test("a field is explained with type, rule, example, versions and column", async () => {
  const { stdout, exitCode } = await run("tests.status");
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    "tests.status: The result of the test.\n" +
      "  type      text\n" +
      "  rule      one of FAIL, ERROR, MISS, PASS, DONE, SKIP\n" +
      '  example   "PASS"\n' +
      "  versions  since 1.1\n" +
      "  dashboard tests.status\n",
  );
  const json = await run("--json", "$.tests[3].environment.misc");
  expect(JSON.parse(json.stdout)).toMatchObject({
    path: "tests.environment.misc",
    type: "an object with any content",
    columns: ["tests.environment_misc"],
  });
});

test("a field of older versions is told with what became of it", () => {
  expect(explainField("builds.valid")).toMatchObject({ since: "1.1", until: "4.5" });
  expect(explainField("tests.waived")).toMatchObject({
    until: "4.5",
    became: expect.stringContaining("incident"),
  });
  expect(explainField("tests.input_files")).toMatchObject({ since: "5.3" });
});

test("a path that leads nowhere is exit 2, and a near one is told", async () => {
  const near = await run("tests.statu");
  expect([near.exitCode, near.stderr]).toEqual([
    2,
    expect.stringContaining("did you mean tests.status?"),
  ]);
  expect((await run("nothing.here.at.all")).stderr).toContain("as tests.status");
});

test("every field of every version can be explained", () => {
  for (const version of [newestVersion, ...versions]) {
    for (const [list, { fields }] of Object.entries(version.lists)) {
      for (const name of Object.keys(fields)) {
        const found = explainField(`${list}.${name}`);
        expect([list, name, "description" in found && found.description !== ""]).toEqual([
          list,
          name,
          true,
        ]);
      }
    }
  }
});
