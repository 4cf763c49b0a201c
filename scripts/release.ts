import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commands } from "../src/commands/commands.ts";
import { manPage } from "../src/commands/man-page.ts";
import { release } from "../src/version.ts";
import { build } from "./build-binary.ts";
import { sbom } from "./sbom.ts";

/**
 * `bun run release [--targets linux-x64,…] [--outdir dist/release] [--level 6]`: for each target the
 * binary, gzipped, and beside them the man page, the bill of materials and the sums of all. The same commit
 * gives the same bytes. A lower level, as `gzip` names them, is for trying it out.
 */
const all = [
  "linux-x64",
  // For processors without AVX2, that is, before 2013, and virtual machines that hide it.
  "linux-x64-baseline",
  "linux-arm64",
  "linux-x64-musl",
  "darwin-arm64",
  "windows-x64",
];
const { values } = parseArgs({
  options: {
    targets: { type: "string" },
    outdir: { type: "string" },
    level: { type: "string", default: "6" },
  },
});
const targets = values.targets?.split(",") ?? all;
const wrong = targets.find((target) => !all.includes(target));
if (wrong !== undefined) fail(`--targets: expected some of ${all.join(",")}, got "${wrong}"`, 2);
const outdir = values.outdir ?? "dist/release";
if (!/^[1-9]$/.test(values.level)) fail(`--level: expected 1 to 9, got "${values.level}"`, 2);
const level = Number(values.level) as 6;

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const sums: string[] = [];

for (const target of targets) await releaseBinary(target);
const product = { name: "kci-ingester", version: release };
const lock = readFileSync(`${import.meta.dir}/../bun.lock`, "utf8");
put("kci-ingester.1", Buffer.from(await manPage(commands)));
put("kci-ingester.cdx.json", Buffer.from(`${JSON.stringify(sbom(product, lock), null, 2)}\n`));
writeFileSync(join(outdir, "SHA256SUMS"), sums.join(""));
console.log(sums.join("").trimEnd());

// --- internal ---

async function releaseBinary(target: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kci-release-"));
  const file = target.startsWith("windows") ? "kci-ingester.exe" : "kci-ingester";
  const outfile = join(folder, file);
  try {
    await build({ outfile, target: `bun-${target}` });
    const binary = readFileSync(outfile);
    if (runsHere(target)) await smokeTest(folder, outfile);
    // gzip as Bun writes it has no name and no time in it, so that it is the same each time.
    put(
      `kci-ingester-${release}-${target}${file.slice("kci-ingester".length)}.gz`,
      Buffer.from(Bun.gzipSync(binary, { level })),
    );
  } catch (cause) {
    const said = (cause as { stderr?: Buffer }).stderr?.toString().trim() ?? String(cause);
    fail(
      `cannot build for ${target}: ${said}\n  hint: --targets builds only those that you name`,
      1,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is made for fewer processors, or for older ones, runs on this one, too. */
function runsHere(target: string): boolean {
  return target.replace(/-baseline$/, "") === `${process.platform}-${process.arch}`;
}

/** The binary must run in an empty folder with an empty environment, and ingest there. */
async function smokeTest(folder: string, binary: string): Promise<void> {
  const cwd = mkdtempSync(join(folder, "empty-"));
  for (const words of [["--version"], ["monitor", "--spool-dir", "spool", "--once"]]) {
    const child = Bun.spawn([binary, ...words], {
      cwd,
      env: {},
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said = await new Response(child.stderr).text();
    if ((await child.exited) !== 0) throw new Error(`${words.join(" ")}: ${said}`);
  }
}

function put(name: string, bytes: Buffer): void {
  writeFileSync(join(outdir, name), bytes);
  sums.push(`${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`);
}

function fail(message: string, code: number): never {
  console.error(`release: ${message}`);
  process.exit(code);
}
