import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ingester } from "../e2e/run-ingester.ts";
import { spoolWith } from "./spool-with.ts";

test("what a command prints comes after what is in the file already, even when it is nothing", async () => {
  using spool = spoolWith({ "failed/.keep": "" });
  const program = ingester.command.map((word) => `'${word}'`).join(" ");
  const run = (script: string) => Bun.spawn(["sh", "-c", script], { cwd: spool.path }).exited;
  await run(
    `exec >out 2>err; echo one; echo uno >&2
     ${program} failed list --spool-dir .
     echo two; echo due >&2
     ${program} schema --version 0
     ${program} failed retry --spool-dir .`,
  );
  const read = (name: string) => readFileSync(join(spool.path, name), "utf8");
  expect(read("out")).toBe("one\ntwo\nnothing to put back\n");
  expect(read("err")).toMatch(/^uno\nno refused submission\ndue\nkci-ingester: schema: .+\n$/);
  await run(`${program} failed list --spool-dir . >>out 2>&1`);
  expect(read("out")).toBe("one\ntwo\nnothing to put back\nno refused submission\n");
});
