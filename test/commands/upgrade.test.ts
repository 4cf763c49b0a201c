import { afterAll, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { upgradeFiles } from "../../src/commands/upgrade.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { ingester } from "../e2e/run-ingester.ts";
import { until } from "../faults/until.ts";
import { temporaryFolder } from "../temporary.ts";

/** The newest version as a document names it. */
const version = JSON.stringify({ major: newestVersion.major, minor: newestVersion.minor });

const dir = temporaryFolder().path;
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

async function run(files: string[], outputDir?: string) {
  let out = "";
  let err = "";
  const exitCode = await upgradeFiles({
    files,
    outputDir,
    maxIssues: 20,
    maxFileBytes: 1 << 29,
    stdout: async (text) => {
      out += text;
    },
    stderr: async (text) => {
      err += text;
    },
  });
  return { exitCode, out, err };
}

const build = '"id":"a:1","origin":"a","checkout_id":"a:c"';
const old = file(
  "old.json",
  `{"builds":[{${build},"duration":1.50,"valid":true,"misc":{"n":9007199254740993,"e":1e2}}],"version":{"major":4,"minor":2}}`,
);

test("numbers and the order of fields stay as they were written", async () => {
  const { exitCode, out } = await run([old]);
  expect(exitCode).toBe(0);
  expect(out).toBe(
    `{"builds":[{${build},"duration":1.50,"misc":{"n":9007199254740993,"e":1e2},"status":"PASS"}],"version":${version}}\n`,
  );
});

test("names that are numbers keep their place in misc", async () => {
  const misc = '{"b":1,"10":{"2":"x","1":"y"},"a":[]}';
  const text = `{"version":{"major":4},"builds":[{${build},"misc": ${misc} },{${build}}]}`;
  const { out } = await run([file("numbers.json", text)]);
  expect(out).toBe(`{"version":${version},"builds":[{${build},"misc":${misc}},{${build}}]}\n`);
});

test("a document of the newest version comes out as it went in", async () => {
  const text = `{ "version": ${version}, "builds": [] }`;
  expect((await run([file("new.json", text)])).out).toBe(`${text}\n`);
});

test("many files go to the output directory, and a refused one does not", async () => {
  const bad = file("bad.json", "{}");
  const outputDir = join(dir, "out", "deep");
  const { exitCode, out, err } = await run([old, bad], outputDir);
  expect([exitCode, out]).toEqual([1, ""]);
  expect(err).toContain("unknown-version");
  expect(readFileSync(join(outputDir, "old.json"), "utf8")).toContain('"status":"PASS"');
  expect(await Bun.file(join(outputDir, "bad.json")).exists()).toBe(false);
});

test("many files without an output directory, and two of one name, are mistakes of use", async () => {
  expect(await run([old, old])).toMatchObject({ exitCode: 2, out: "" });
  expect((await run([old, old], join(dir, "out"))).err).toContain("one would overwrite the other");
});

test("a file is never overwritten by its own upgrade", async () => {
  const before = readFileSync(old, "utf8");
  expect(await run([old], dir)).toMatchObject({ exitCode: 2, out: "" });
  expect(readFileSync(old, "utf8")).toBe(before);
});

test("an output directory that cannot be made ends the run", async () => {
  const { exitCode, err } = await run([old], join(old, "below-a-file"));
  expect(exitCode).toBe(73);
  expect(err).toContain("cannot write");
});

test("on a terminal a document has its unsafe characters escaped, and elsewhere as they are", async () => {
  const comment = "\u202eab\u0085\u{e0041}\u3164c";
  const old = file(
    "raw.json",
    JSON.stringify({
      version: { major: 5, minor: 3 },
      checkouts: [{ id: "lab:1", origin: "lab", comment }],
    }),
  );
  const words = [...ingester.command, "upgrade", old];
  const env = { PATH: process.env.PATH };
  const piped = Bun.spawnSync(words, { env }).stdout.toString();
  expect(piped).toContain(comment);
  let seen = "";
  const decoder = new TextDecoder();
  const child = Bun.spawn(words, {
    env,
    terminal: {
      cols: 10_000,
      data: (_terminal, bytes) => {
        seen += decoder.decode(bytes, { stream: true });
      },
    },
  });
  expect(await child.exited).toBe(0);
  await until(() => seen.includes("\n"));
  expect(seen).not.toMatch(/[\u202e\u0085\u{e0041}\u3164]/u);
  expect(JSON.parse(seen)).toEqual(JSON.parse(piped));
});
