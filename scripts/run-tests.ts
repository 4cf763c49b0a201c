import { chmodSync, existsSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { binaryVariables, buildBinary } from "../test/e2e/binary.ts";
import { skipsVariable } from "../test/needs.ts";
import { type PostgresServer, startTestPostgres } from "../test/postgres-server.ts";
import { makeTemplate, templateVariable } from "../test/template-database.ts";
import { folderVariable, inMemory, temporaryFolder } from "../test/temporary.ts";

/**
 * Runs all tests beside each other, on binaries and a Postgres that are made once, and tells each skip once
 * at the end. `--update-timings` notes how long each test file took, so that the slowest begin first.
 */

/** What the folders of the tests may need, with room to spare. */
const minBytesInMemory = 4 * 2 ** 30;

if (process.env.FAULTS !== "full" && canKeepInMemory()) process.env[folderVariable] ??= inMemory;
const folder = temporaryFolder();
const skips = join(folder.path, "skips");
const { plain, withFaults } = binaryVariables;
const builds = Promise.all([
  process.env[plain] || buildBinary("plain"),
  process.env[withFaults] || buildBinary("withFaults"),
]);
// It begins while the compiler works.
const server = process.env.TEST_DATABASE_URL ? undefined : startTestPostgres();
const [program, faulty] = await builds;
const env = {
  ...process.env,
  [plain]: program,
  [withFaults]: faulty,
  ...(server ? await variablesOf(server, program) : {}),
  [skipsVariable]: skips,
  // Memory that a test leaves is given back after a while (ms): the next one wants it again. It must be
  // here, since the allocator reads it when a process begins.
  MIMALLOC_PURGE_DELAY: "10000",
};

// Many tests wait for processes of theirs, or for a time to pass.
const processes = 2 * availableParallelism() + 1;
const command = ["bun", "--no-orphans", "test", "--timeout", "60000", `--parallel=${processes}`];
const words = ["--timings=test/timings.json", ...process.argv.slice(2)];
const run = Bun.spawn([...command, ...words], { stdio: ["ignore", "inherit", "inherit"], env });
const exitCode = await run.exited;
for (const line of tellSkips()) console.log(line);
process.exit(exitCode);

// --- internal ---

/** What names the server of this run, with a database that others are copied from. */
async function variablesOf({ url }: PostgresServer, program: string) {
  return { TEST_DATABASE_URL: url, [templateVariable]: await makeTemplate(url, program) };
}

/**
 * Whether folders of tests can lie in memory, where nothing waits for a disk: the tests take half the
 * processor time there. There must be room, and programs must be allowed to start.
 */
function canKeepInMemory(): boolean {
  if (!existsSync(inMemory)) return false;
  const { bavail, bsize } = statfsSync(inMemory);
  if (bavail * bsize < minBytesInMemory) return false;
  using place = temporaryFolder(inMemory);
  const program = join(place.path, "program");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  return Bun.spawnSync([program]).success;
}

/** The lines of `needs`, each once: many files may lack the same. */
function tellSkips(): Set<string> {
  const text = existsSync(skips) ? readFileSync(skips, "utf8") : "";
  return new Set(text.split("\n").filter(Boolean));
}
