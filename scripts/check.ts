import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterThisProcess } from "../test/after-this-process.ts";
import { buildBinary } from "../test/e2e/binary.ts";
import { skipsVariable } from "../test/needs.ts";
import { startTestPostgres } from "../test/postgres-server.ts";

/**
 * Everything that must be green before a change lands: install, format and lint, types, all tests. The
 * tests share one binary and one Postgres, and run beside each other, but for those that measure time or
 * memory. At the end each skip is told once. `--update-timings` notes how long each test file took, so
 * that the slowest begin first.
 */
const steps = [
  ["bun", "install", "--frozen-lockfile"],
  ["bun", "run", "--bun", "biome", "check", "."],
  ["bun", "check", "--no-script"],
];

/** What measures memory, or times of milliseconds: neighbours would be measured, too. */
const alone: readonly string[] = [
  "test/faults/memory-limit.test.ts",
  "test/faults/sizes.test.ts",
  "test/storage/uploader-troubles.test.ts",
];

for (const step of steps) {
  const code = await run(step);
  if (code !== 0) process.exit(code);
}
process.exit(await runTests());

// --- internal ---

/** Runs a command with this process' own output, so that nothing a test leaves behind can hold it open. */
async function run(words: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const child = Bun.spawn([...words], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  return await child.exited;
}

/** Runs all tests, in two calls, and returns the worse exit code. */
async function runTests(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "kci-check-"));
  afterThisProcess('rm -rf "$1"', folder);
  const skips = join(folder, "skips");
  const env = {
    TEST_BINARY: process.env.TEST_BINARY || (await buildBinary()),
    TEST_DATABASE_URL: process.env.TEST_DATABASE_URL || startTestPostgres().url,
    [skipsVariable]: skips,
  };
  // Real processes and servers, on machines that others use, too.
  const words = ["bun", "--no-orphans", "test", "--timeout", "60000"];
  const beside = [
    // Many tests wait for processes of theirs.
    `--parallel=${availableParallelism() + 1}`,
    "--timings=test/timings.json",
    ...process.argv.slice(2),
    ...alone.map((path) => `--path-ignore-patterns=${path}`),
  ];
  const codes = [await run([...words, ...beside], env)];
  if (alone.length > 0) codes.push(await run([...words, ...alone], env));
  const lines = existsSync(skips) ? readFileSync(skips, "utf8").split("\n").filter(Boolean) : [];
  for (const line of new Set(lines)) console.log(line);
  return Math.max(...codes);
}
