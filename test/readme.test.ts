import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
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

/** Pages whose SQL another test runs, on results that it answers from. */
const sqlElsewhere: Record<string, string> = {
  "scripts/queries.md": "test/scripts/queries.test.ts",
};

/** The README, and every page of the guide. */
const pages = ["README.md", ...new Bun.Glob("scripts/*.md").scanSync({ cwd: root })].sort();

describe.each(pages)("every command line of %s works", (file) => {
  const folder = temporaryFolder();
  let database: TestDatabase | undefined;

  beforeAll(async () => {
    database = await postgres?.create();
    cpSync(join(root, "scripts/samples"), join(folder.path, "spool"), { recursive: true });
    cpSync(join(root, "scripts/samples/2-tests-5.3.json"), join(folder.path, "submission.json"));
    // In a guide the service has run before, on the server too.
    if (file === "README.md") return;
    const monitor = ["monitor", "--once", "--spool-dir", "spool"];
    expect(await run("kci-ingester", monitor, folder.path)).toBe(1);
    if (database) await run("kci-ingester", ["migrate", "--database", database.url], folder.path);
  });
  afterAll(async () => {
    await database?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const text = readFileSync(join(root, file), "utf8");
  const lines = blocks(text, "sh").flatMap(commandLines);

  test.each(lines.filter((line) => !(line in elsewhere)))("%s", async (line) => {
    const url = /postgres:\/\/[^\s"]+/;
    if (url.test(line) && !needs(database !== undefined, line, "a Postgres that runs here")) return;
    const [program = "", ...words] = line.replace(url, () => database?.url ?? "").split(/\s+/);
    if (!needs(isOurs(program) || Bun.which(program) !== null, line, `the program ${program}`))
      return;
    if (program === "pg_dump" && database) {
      const isNew = (await majorOfDump()) >= (await majorOfServer(database));
      if (!needs(isNew, line, "a pg_dump as new as the server")) return;
    }
    const code =
      isOurs(program) && !/["']/.test(line)
        ? await run(program, words, folder.path)
        : await runInShell([program, ...words].join(" "), folder.path);
    expect(code).toBeOneOf(allowedCodes(words));
  });

  const sql = file in sqlElsewhere ? [] : blocks(text, "sql");
  test.each(
    sql.flatMap((block) =>
      block
        .split(";")
        .map((one) => one.trim())
        .filter(Boolean),
    ),
  )("%s", async (query) => {
    using db = new Database(join(folder.path, "kernelci.db"), { readonly: true });
    expect(db.query(query).all()).toBeArray();
    if (database) expect(await database.query(query)).toBeArray();
  });
});

test("the output on the first screen of the README is what the program prints", async () => {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const [, line = "", shown = ""] = /^```\n\$ kci-ingester (.+)\n([\s\S]*?)^```$/m.exec(text) ?? [];
  const words = line.split(" ");
  expect(words.length).toBeGreaterThan(1);
  const child = startIngester(await compiled(), words, { cwd: root });
  expect(await new Response(child.stdout).text()).toBe(shown);
});

/** What stands in the blocks of a language, also of those within lists. */
function blocks(markdown: string, language: string): string[] {
  const fenced = new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm");
  return [...markdown.matchAll(fenced)].map(([, block = ""]) => block);
}

function isOurs(program: string): boolean {
  return ["kci-ingester", "dist/kci-ingester", "npx"].includes(program);
}

/** An older pg_dump refuses a server. */
async function majorOfDump(): Promise<number> {
  const said = await new Response(Bun.spawn(["pg_dump", "--version"]).stdout).text();
  return Number(/\d+/.exec(said)?.[0]);
}

async function majorOfServer({ query }: TestDatabase): Promise<number> {
  const [row] = await query("show server_version_num");
  return Math.floor(Number(row?.server_version_num) / 10_000);
}

/** A line with quotes, or of another program, as an operator would give it. */
async function runInShell(line: string, cwd: string): Promise<number> {
  const { command } = await compiled();
  const bin = join(cwd, ".bin");
  mkdirSync(bin, { recursive: true });
  if (!existsSync(join(bin, "kci-ingester")))
    symlinkSync(command[0] ?? "", join(bin, "kci-ingester"));
  const env = { PATH: `${bin}:${process.env.PATH}` };
  return Bun.spawn(["sh", "-c", line], { cwd, env, stdout: "ignore" }).exited;
}

/** The lines of a shell block, comments taken away. */
function commandLines(block: string): string[] {
  return block
    .split("\n")
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
  const serves = words[0] === "serve";
  // Another run of the tests may have the usual port.
  const child = startIngester(binary, serves ? [...words, "--port", "0"] : words, { cwd });
  if (serves || (words[0] === "monitor" && !words.includes("--once"))) {
    const reader = child.stderr.getReader();
    await reader.read();
    child.kill("SIGTERM");
  }
  return child.exited;
}
