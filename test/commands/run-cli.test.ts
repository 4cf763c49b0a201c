import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/commands/command.ts";
import { commands } from "../../src/commands/commands.ts";
import { fromCommands } from "../../src/commands/completion/from-commands.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { temporaryFolder } from "../temporary.ts";

const run = (...words: string[]) => runIngester(ingester, words);

test("every command and sub-command has help with its usage, flags and examples", async () => {
  for (const { name, subcommands = [{ name: "" }] } of await fromCommands(commands)) {
    for (const below of subcommands) {
      const words = [name, below.name].filter(Boolean);
      const { exitCode, stdout, stderr } = await run(...words, "--help");
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(`Usage: kci-ingester ${words.join(" ")} [flags]`);
      expect(stdout).toMatch(/\n {2}--help +show this text\n\nExamples:\n {2}\S/);
    }
  }
});

test("the help of the program has examples, the storage's variables and the exit codes", async () => {
  const { stdout } = await run("--help");
  expect(stdout).toMatch(/\nExamples:\n {2}kci-ingester /);
  for (const name of ["STORAGE_TOKEN", "CACHE_LOGS_SIZE_LIMIT"])
    expect(stdout).toContain(`  ${name} `);
  for (const code of Object.values(exitCodes))
    expect(stdout).toMatch(new RegExp(`\\n {2}${code} +\\S`));
});

test.each(["--version", "-V", "version"])("%s says which build this is", async (word) => {
  const { exitCode, stdout } = await run(word);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^kci-ingester \d+\.\d+\.\d+ \(/)]);
});

test.each<[words: string[], message: string]>([
  [
    ["monitor", "--spol-dir", "x"],
    "monitor: unknown flag --spol-dir\n  hint: did you mean --spool-dir?",
  ],
  [["monitor", "--spool-dir"], "monitor: --spool-dir: expected a value, got nothing"],
  [["monitor", "--once=yes"], 'monitor: --once: expected no value, got "yes"'],
  [["monitor", "--no-once"], "monitor: unknown flag --no-once"],
  [["monitor", "--spool-dir", "x", "stray"], 'monitor: expected only flags, got "stray"'],
  [
    ["monitor", "--spool-dir", "x", "--max-workers", "many"],
    'monitor: --max-workers: expected a whole number from 1 to 256, got "many"',
  ],
  [["validate"], "validate: expected at least one FILE, got nothing"],
  [
    ["validate", "--max-file-size", "big", "x"],
    'validate: --max-file-size: expected a size from 1 to 2000M, such as 512M, got "big"',
  ],
  [["upgrade", "-v", "x"], "upgrade: unknown flag -v"],
  [
    ["schema", "5.3"],
    'schema: expected only flags, got "5.3"\n  hint: write --version "5.3" if you mean it',
  ],
  [["completion", "tcsh"], 'completion: expected bash or zsh or fish, got "tcsh"'],
  [["completion", "bash", "zsh"], 'completion: expected one bash|zsh|fish, got "zsh" as well'],
  [["monitr"], 'unknown command "monitr"\n  hint: did you mean monitor?'],
  [["--\u001b[2J"], 'unknown flag "--\\u001b[2J"'],
])("%p is a mistake of use", async (words, message) => {
  const { exitCode, stdout, stderr } = await run(...words);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toStartWith(`kci-ingester: ${message}\n`);
});

test("a value may begin with a dash, and what follows -- is no flag", async () => {
  const { exitCode, stderr } = await run("validate", "--max-issues=-1", "--", "--json");
  expect([exitCode, stderr]).toEqual([
    2,
    'kci-ingester: validate: --max-issues: expected a whole number from 1 to 9999999, got "-1"\n',
  ]);
  expect((await run("validate", "--", "--json")).stderr).toContain("--json: no such file");
});

test("output of several megabytes is complete in a pipe, and head is no failure", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "large.json");
  const misc = { text: "x".repeat(5 << 20) };
  const { major, minor } = newestVersion;
  const text = JSON.stringify({
    version: { major, minor },
    builds: [{ id: "a:1", origin: "a", checkout_id: "a:c", misc }],
  });
  writeFileSync(file, text);
  const { exitCode, stdout } = await run("upgrade", file);
  expect(exitCode).toBe(0);
  expect(stdout === `${text}\n`).toBe(true);

  const program = ingester.command.join(" ");
  const child = Bun.spawn(
    ["bash", "-c", `${program} upgrade ${file} | head -c 1; echo \${PIPESTATUS[0]}`],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  expect(await new Response(child.stdout).text()).toBe("{141\n");
  expect(await new Response(child.stderr).text()).toBe("");
});
