import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { bad, good } from "../commands/spool-with.ts";
import { compiled } from "./binary.ts";
import { fromSource, type Program } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const programs: { name: string; program: () => Promise<Program> }[] = [
  { name: "src/main.ts", program: async () => fromSource },
  { name: "dist/kci-ingester", program: compiled },
];

/** Many objects: more than a pipe holds. */
const large = JSON.stringify({
  version: { major: 4, minor: 2 },
  builds: Array.from({ length: 20_000 }, (_, n) => ({
    ...{ id: `lab:${n}`, origin: "lab", checkout_id: "lab:c", valid: true, misc: { n } },
  })),
});

describe.each(programs)("standard input of $name", ({ program }) => {
  async function run(input: string, ...words: string[]) {
    const { command } = await program();
    const child = Bun.spawn([...command, ...words], {
      stdin: new Blob([input]),
      stdout: "pipe",
      stderr: "pipe",
      env: { PATH: process.env.PATH },
    });
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { stdout, stderr, exitCode };
  }

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
    expect([version, builds.length, builds[19_999].status]).toEqual([
      { major: 5, minor: 3 },
      20_000,
      "PASS",
    ]);
    const refused = await run(bad(), "upgrade", "-");
    expect([refused.exitCode, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("checkout_id");
  });
});
