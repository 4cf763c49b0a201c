import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { upgradeText } from "../../src/submission/upgrade/upgrade-text.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { bad, good } from "../commands/spool-with.ts";
import { compiled } from "./binary.ts";
import { brief, fromSource, type Program } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const programs: { name: string; program: () => Promise<Program> }[] = [
  { name: "src/main.ts", program: async () => fromSource },
  { name: "dist/kci-ingester", program: compiled },
];

/** Many objects: more than a pipe holds. */
const large = JSON.stringify({
  version: { major: 4, minor: 2 },
  builds: Array.from({ length: 2_000 }, (_, n) => ({
    ...{ id: `lab:${n}`, origin: "lab", checkout_id: "lab:c", valid: true, misc: { n } },
  })),
});

/** Objects that take more than a program holds at once. */
const many = (() => {
  const builds = Array.from({ length: 12_000 }, (_, n) => ({
    ...{ id: `lab:${n}`, origin: "lab", checkout_id: "lab:c", valid: true },
    ...{ misc: { n, text: "x".repeat(720) } },
  }));
  return JSON.stringify({ builds, version: { major: 4, minor: 2 } });
})();

async function runWith(program: Promise<Program>, input: string, words: readonly string[]) {
  const { command } = await program;
  const child = Bun.spawn([...command, ...words], {
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
    env: { PATH: process.env.PATH, ...brief },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

describe.each(programs)("standard input of $name", ({ program }) => {
  const run = (input: string, ...words: string[]) => runWith(program(), input, words);

  test("validate - gives the verdict", async () => {
    expect(await run(good(), "validate", "-")).toMatchObject({ exitCode: 0, stderr: "" });
    const refused = await run(bad(), "validate", "-");
    expect([refused.exitCode, refused.stdout]).toEqual([1, expect.stringContaining("checkout_id")]);
    const json = await run(bad(), "validate", "--json", "-");
    expect(JSON.parse(json.stdout)).toMatchObject({ file: "-", valid: false, issue_count: 1 });
    expect((await run("", "validate", "-")).exitCode).toBe(1);
  });

  test("upgrade - writes the whole document, however large", async () => {
    const { exitCode, stdout, stderr } = await run(large, "upgrade", "-");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { version, builds } = JSON.parse(stdout);
    const { major, minor } = newestVersion;
    expect(version).toEqual({ major, minor });
    expect([builds.length, builds[1_999].status]).toEqual([2_000, "PASS"]);
    const refused = await run(bad(), "upgrade", "-");
    expect([refused.exitCode, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("checkout_id");
  });

  test("upgrade - refuses a pipe beyond the limit, and writes nothing", async () => {
    const { exitCode, stdout, stderr } = await run(
      large,
      "upgrade",
      "--max-file-size",
      "128kB",
      "-",
    );
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("too-large");
    expect(stderr).toContain("got more than 131072 bytes");
  });
});

// What is read in parts is read by the same code in both: once is enough of so much.
describe("standard input of the binary", () => {
  const run = (input: string, ...words: string[]) => runWith(compiled(), input, words);

  test("validate - reads what is larger than memory should hold, up to the limit", async () => {
    expect(many.length).toBeGreaterThan(9 << 20);
    const valid = await run(many, "validate", "--json", "-");
    expect(JSON.parse(valid.stdout)).toMatchObject({ valid: true, counts: { builds: 12_000 } });
    const last = many.lastIndexOf("lab:11999");
    const bad = await run(`${many.slice(0, last)}L${many.slice(last + 1)}`, "validate", "-");
    expect(bad.stdout).toContain("1 mistake");
    expect(bad.stdout).toContain("$.builds[11999].id");
    const tooLarge = await run(many, "validate", "--max-file-size", "9MB", "-");
    expect([tooLarge.exitCode, tooLarge.stdout]).toEqual([1, expect.stringContaining("too-large")]);
    expect(tooLarge.stdout).toContain("got more than 9437184 bytes");
  });

  test("upgrade - writes a large document as it writes a small one", async () => {
    const { exitCode, stdout, stderr } = await run(many, "upgrade", "-");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout === `${upgradeText(many)}\n`).toBe(true);
  });
});
