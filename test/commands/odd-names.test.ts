import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ingester } from "../e2e/run-ingester.ts";
import { bad, good, spoolWith } from "./spool-with.ts";

setDefaultTimeout(60_000);

const latin1 = Buffer.from([0xe9]);

/** Runs the program in `cwd` with words as a shell writes them: `$B` is a byte that is not UTF-8. */
function runInShell(cwd: string, words: string, env: Record<string, string> = {}) {
  const script = `B=$(printf '\\351'); exec "$@" ${words}`;
  const run = Bun.spawnSync(["sh", "-c", script, "sh", ...ingester.command], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
  });
  return { exitCode: run.exitCode, stderr: run.stderr.toString() };
}

test.each([
  ["--spool-dir", 'monitor --once --spool-dir "sp$B"'],
  ["--spool-dir", 'monitor --once --spool-dir "sp$B/below"'],
  ["--trees-file", 'monitor --once --spool-dir new --trees-file "t$B.yaml"'],
  ["--database", 'monitor --once --spool-dir new --database "sqlite:k$B.db"'],
  ["--database", 'migrate --database "sqlite:k$B.db"'],
  ["--spool-dir", 'failed list --spool-dir "sp$B"'],
  ["--output-dir", 'upgrade good.json --output-dir "out$B"'],
])("a path that is not UTF-8 is refused by %s, and nothing is made: %s", (flag, words) => {
  using spool = spoolWith({ "good.json": good() });
  renameSync(spool.path, Buffer.concat([Buffer.from(`${spool.path}/../sp`), latin1]));
  const folder = join(spool.path, "..");
  writeFileSync(join(folder, "good.json"), good());
  const before = readdirSync(folder, { encoding: "buffer" });
  const { exitCode, stderr } = runInShell(folder, words);
  expect(stderr).toContain(`${flag}: expected a path in UTF-8, got "`);
  expect(exitCode).toBe(2);
  expect(readdirSync(folder, { encoding: "buffer" })).toEqual(before);
});

test("a folder that does have the replacement character in its name can be used", async () => {
  using spool = spoolWith({});
  const folder = join(spool.path, "..", "sp\ufffd");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.json"), good());
  expect((await spool.run("monitor", "--once", "--spool-dir", folder)).exitCode).toBe(0);
  const below = join(folder, "new");
  expect((await spool.run("monitor", "--once", "--spool-dir", below)).exitCode).toBe(0);
  expect(existsSync(join(below, "archive"))).toBe(true);
});

test("an odd name has one form, by which it is listed, shown and put back", async () => {
  using spool = spoolWith({ 'say "\u200bx\\.json': bad() });
  writeFileSync(
    Buffer.concat([Buffer.from(`${spool.path}/`), latin1, Buffer.from("b.json")]),
    "{]",
  );
  await spool.run("monitor", "--once");
  const listed = (await spool.run("failed", "list", "--json")).stdout.trimEnd().split("\n");
  const names: string[] = listed.map((line) => JSON.parse(line).file).sort();
  expect(names).toEqual(["\\xe9b.json", 'say "\\u200bx\\.json']);
  const lines = (await spool.run("failed", "list")).stdout;
  for (const name of names) {
    expect(lines).toContain(`  ${name}  `);
    const shown = await spool.run("failed", "show", name);
    expect(shown.stdout.split("\n")[0]).toMatch(/^refused {2}/);
    expect(shown.stdout).toContain(`refused  ${name}`);
    expect((await spool.run("failed", "retry", name)).stdout).toBe(`put back  ${name}\n`);
  }
});

test("of names that look alike when printed each is found by its own", async () => {
  const names = ["\u0085.json", "\\x85.json", "\\u0085.json", "\u{e0041}\u3164.json"];
  using spool = spoolWith({});
  for (const name of names) writeFileSync(join(spool.path, name), bad());
  writeFileSync(
    Buffer.concat([Buffer.from(`${spool.path}/`), Buffer.of(0x85), Buffer.from(".json")]),
    bad(),
  );
  await spool.run("monitor", "--once");
  const listed = (await spool.run("failed", "list", "--json")).stdout.trimEnd().split("\n");
  const printed: string[] = listed.map((line) => JSON.parse(line).file).sort();
  expect(printed).toEqual([
    "\\u0085.json",
    "\\u{e0041}\\u3164.json",
    "\\x5cu0085.json",
    "\\x5cx85.json",
    "\\x85.json",
  ]);
  for (const [at, name] of printed.entries()) {
    expect((await spool.run("failed", "retry", name)).stdout).toBe(`put back  ${name}\n`);
    const waiting = readdirSync(spool.path).filter((one) => one.endsWith(".json"));
    expect(waiting).toHaveLength(at + 1);
  }
});
