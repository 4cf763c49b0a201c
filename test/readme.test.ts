import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, type TestDatabase } from "./databases.ts";
import { compiled } from "./e2e/binary.ts";
import { startIngester } from "./e2e/run-ingester.ts";
import { needs } from "./needs.ts";
import { temporaryFolder } from "./temporary.ts";

setDefaultTimeout(60_000);

const root = join(import.meta.dir, "..");
const postgres = kinds.find((kind) => kind.name === "Postgres");

/** Command lines that another test stands for, with the reason. */
const elsewhere: Record<string, string> = {
  "npx -y bun@1.4.5 run check": "runs this test",
  "npx -y bun@1.4.5 run build": "every test of the binary builds it so",
  "npx -y bun@1.4.5 run release": "test/scripts/release.test.ts",
};

describe.each(["README.md", "scripts/README.md"])("every command line of %s works", (file) => {
  const folder = temporaryFolder();
  let database: TestDatabase | undefined;

  beforeAll(async () => {
    database = await postgres?.create();
    cpSync(join(root, "scripts/samples"), join(folder.path, "spool"), { recursive: true });
    cpSync(join(root, "scripts/samples/2-tests-5.3.json"), join(folder.path, "submission.json"));
  });
  afterAll(async () => {
    await database?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const lines = commandLines(readFileSync(join(root, file), "utf8"));

  test.each(lines.filter((line) => !(line in elsewhere)))("%s", async (line) => {
    const url = /postgres:\/\/[^\s"]+/;
    if (url.test(line) && !needs(database !== undefined, line, "a Postgres that runs here")) return;
    const [program, ...words] = line.replace(url, () => database?.url ?? "").split(/\s+/);
    expect(await run(program ?? "", words, folder.path)).toBeOneOf(allowedCodes(words));
  });
});

/** The lines of all shell blocks, comments taken away. */
function commandLines(markdown: string): string[] {
  return [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter(Boolean);
}

/** The samples hold one file that is refused, which a run with `--once` tells by its exit code. */
function allowedCodes(words: readonly string[]): number[] {
  return words.includes("--once") ? [0, 1] : [0];
}

async function run(program: string, words: readonly string[], cwd: string): Promise<number> {
  if (program === "npx") {
    const [, , ...rest] = words;
    return Bun.spawn([process.execPath, ...rest], { cwd: root, stdout: "ignore" }).exited;
  }
  const binary = await compiled();
  const child = startIngester(binary, words, { cwd });
  if (words[0] === "monitor" && !words.includes("--once")) {
    const reader = child.stderr.getReader();
    await reader.read();
    child.kill("SIGTERM");
  }
  return child.exited;
}
