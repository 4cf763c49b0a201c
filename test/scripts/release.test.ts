import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sbom } from "../../scripts/sbom.ts";
import { exitCodes } from "../../src/commands/command.ts";
import { commands } from "../../src/commands/commands.ts";
import { manPage } from "../../src/commands/man-page.ts";
import { knownVariables } from "../../src/config/known-variables.ts";
import { release as version } from "../../src/version.ts";
import { compiled } from "../e2e/binary.ts";
import { needsProgram } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";

setDefaultTimeout(120_000);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const root = join(import.meta.dir, "../..");
const target = `${process.platform}-${process.arch}`;

async function release(...words: string[]) {
  const child = Bun.spawn([process.execPath, "scripts/release.ts", ...words], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode: await child.exited, stdout, stderr };
}

test.if(target === "linux-x64")(
  "two builds of one commit are the same bytes, and so are their releases, whose sums are right",
  async () => {
    const outdir = join(folder.path, "a");
    // To compress well takes longer than all else, and shows no more.
    const words = ["--targets", target, "--outdir", outdir, "--level", "1"];
    const { exitCode, stdout, stderr } = await release(...words);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(readFileSync(join(outdir, "SHA256SUMS"), "utf8")).toBe(stdout);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(readdirSync(outdir).length - 1);
    const file = (start: string) =>
      readFileSync(join(outdir, readdirSync(outdir).find((name) => name.startsWith(start)) ?? ""));
    for (const line of lines) {
      const [sum, name = ""] = line.split("  ");
      expect(sha256(file(name))).toBe(sum ?? "");
    }
    const packed = file(`kci-ingester-${version}-${target}.gz`);
    // The other build is the one that all tests run. No name and no time is packed with either.
    const [other = ""] = (await compiled()).command;
    expect(sha256(Bun.gunzipSync(packed))).toBe(sha256(readFileSync(other)));
    expect([...packed.subarray(2, 8)]).toEqual([8, 0, 0, 0, 0, 0]);
    expect(file("kci-ingester.1").toString()).toBe(await manPage(commands));
    const { dependencies } = await Bun.file(join(root, "package.json")).json();
    const lock = readFileSync(join(root, "bun.lock"), "utf8");
    const bill = JSON.parse(file("kci-ingester.cdx.json").toString());
    expect(bill).toEqual(JSON.parse(JSON.stringify(sbom({ name: "kci-ingester", version }, lock))));
    const names = bill.components.map((component: { name: string }) => component.name);
    expect(names).toEqual(expect.arrayContaining(["bun", ...Object.keys(dependencies)]));
    expect(names).not.toContain("ajv");
    const inside = bill.components[0].components.map((one: { name: string }) => one.name);
    expect(inside).toEqual(
      expect.arrayContaining(["boringssl", "icu", "sqlite", "webkit-javascriptcore", "zstd"]),
    );
  },
);

test("a target or a level that there is not is a mistake of use, before anything is built", async () => {
  expect(await release("--targets", "linux-x64,beos")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("--targets: expected some of linux-x64,"),
  });
  expect(await release("--level", "0")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--level: expected 1 to 9, got "0"'),
  });
});

test("the man page has every command, and groff finds nothing wrong with it", async () => {
  const page = await manPage(commands);
  for (const name of ["monitor", "failed retry", "completion"]) {
    expect(page).toContain(`.SS ${name}\n`);
  }
  for (const { name } of knownVariables)
    expect(page).toMatch(new RegExp(`^\\.B .*\\b${name}\\b`, "m"));
  for (const code of Object.values(exitCodes)) expect(page).toContain(`\n.B ${code}\n`);
  expect(page).toContain("\n.SH FILES\n");
  if (!needsProgram("groff", "what groff says of the man page")) return;
  const child = Bun.spawn(["groff", "-man", "-ww", "-z"], {
    stdio: [Buffer.from(page), "ignore", "pipe"],
  });
  expect(await new Response(child.stderr).text()).toBe("");
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
