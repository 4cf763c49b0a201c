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

test("a reader that is slow gets every byte of a large output once", async () => {
  const path = `$.${"ü😀".repeat(2_000)}`;
  const documents = Array.from({ length: 400 }, (_, at) => [
    `${at}.json`,
    `{"version": {"major": 5, "minor": 3}, "${path}${at}": 1, "tests": [{"id": "${path}"}]}`,
  ]);
  using spool = spoolWith(Object.fromEntries(documents));
  const words = ["validate", "--json", "--max-issues", "1000", "."];
  const program = [...ingester.command, ...words].map((word) => `'${word}'`).join(" ");
  const script = `${program} >whole; ${program} | (sleep 0.3; cat) >slowly`;
  await Bun.spawn(["sh", "-c", script], { cwd: spool.path }).exited;
  const [whole, slowly] = ["whole", "slowly"].map((name) => readFileSync(join(spool.path, name)));
  expect(whole?.length).toBeGreaterThan(1_000_000);
  expect(slowly?.equals(whole ?? Buffer.alloc(0))).toBe(true);
});
