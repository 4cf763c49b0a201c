import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../e2e/collect.ts";
import { ingester, startIngester } from "../../e2e/run-ingester.ts";
import { until } from "../../faults/until.ts";
import { build, complete, whole } from "../../submission/mistakes/documents.ts";
import { temporaryFolder } from "../../temporary.ts";

test("with --watch a file is checked again when it changes, and a new one when it comes", async () => {
  using folder = temporaryFolder();
  const [one, two] = ["one.json", "two.json"].map((name) => join(folder.path, name)) as [
    string,
    string,
  ];
  writeFileSync(one, build({ status: "passed" }));
  const child = startIngester(ingester, ["validate", "--watch", folder.path]);
  const out = collect(child.stdout);
  await until(() => out.text.includes(`refused  ${one}`));
  writeFileSync(one, whole(complete));
  await until(() => out.text.includes(`valid    ${one}`));
  writeFileSync(two, build({ status: "PASS!" }));
  await until(() => out.text.includes(`refused  ${two}`));
  child.kill("SIGINT");
  expect(await child.exited).toBe(1);
  expect(out.text.match(/^(?:valid|refused) /gm)).toHaveLength(3);
}, 60_000);
