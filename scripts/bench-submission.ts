import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";
import { readSubmission } from "../src/prepare/read-submission.ts";
import { findUnstorable } from "../src/rows/unstorable.ts";
import { decode } from "../src/submission/decode.ts";
import { selectVersion } from "../src/submission/select-version.ts";
import type { Submission } from "../src/submission/submission.ts";
import { upgrade } from "../src/submission/upgrade/upgrade.ts";
import { isValid } from "../src/submission/validator.ts";
import type { Version } from "../src/submission/versions/field.ts";
import { newestVersion } from "../src/submission/versions/versions.ts";

/**
 * Measures the way of a submission from bytes to a storable document of the newest version, one thread:
 * `bun scripts/bench-submission.ts [DIR]`. Without a folder of submissions it takes the shared
 * corpus, and without that, documents that it makes. The first round is the cold one.
 */

const rounds = 7;
const files = await loadFiles();
const bytes = files.reduce((sum, file) => sum + file.length, 0);
const objects = files.reduce((sum, file) => sum + countObjects(file), 0);
console.log(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, ${objects} objects`);

const all: Record<string, number[]> = {};
for (let round = 0; round < rounds; round++) {
  const spent = measureStages();
  spent["validate + upgrade"] = (spent.validate ?? 0) + (spent.upgrade ?? 0);
  const start = performance.now();
  for (const file of files) if (!readSubmission(file).accepted) throw new Error("refused");
  spent["everything (readSubmission)"] = performance.now() - start;
  for (const [stage, ms] of Object.entries(spent)) {
    all[stage] ??= [];
    all[stage].push(ms);
  }
}
for (const [stage, times] of Object.entries(all)) {
  const best = Math.min(...times);
  const rate = `${Math.round(objects / best)}k objects/s  ${Math.round(bytes / 1e3 / best)} MB/s`;
  console.log(
    `${stage.padEnd(28)} first ${times[0]?.toFixed(1).padStart(7)} ms   best ${best.toFixed(1).padStart(7)} ms   ${rate}`,
  );
}

function measureStages(): Record<string, number> {
  const spent: Record<string, number> = {};
  for (const file of files) {
    const text = timed(spent, "decode", () => {
      const decoded = decode(file);
      if ("problem" in decoded) throw new Error(decoded.problem);
      return decoded.text;
    });
    const document = timed(spent, "parse", () => JSON.parse(text));
    const version = selectVersion(document) as Version;
    timed(spent, "validate", () => expectTrue(isValid(version, document)));
    timed(spent, "upgrade", () => {
      expectTrue(upgrade(document, version) === undefined);
      if (version.major < newestVersion.major) expectTrue(isValid(newestVersion, document));
    });
    timed(spent, "storable", () =>
      findUnstorable(
        document as Submission,
        { characters: false, numbers: false, sizes: false, depth: false, maxGrowth: Infinity },
        ({ expected }) => {
          throw new Error(expected);
        },
      ),
    );
  }
  return spent;
}

function timed<T>(spent: Record<string, number>, stage: string, work: () => T): T {
  const start = performance.now();
  const result = work();
  spent[stage] = (spent[stage] ?? 0) + performance.now() - start;
  return result;
}

function expectTrue(condition: boolean): void {
  if (!condition) throw new Error("a submission of the bench is not valid");
}

function countObjects(file: Uint8Array): number {
  const lists = Object.values(JSON.parse(new TextDecoder().decode(file))).filter(Array.isArray);
  return lists.reduce((sum, list) => sum + list.length, 0);
}

async function loadFiles(): Promise<Uint8Array[]> {
  const shared = process.env.KCI_SHARED ?? join(import.meta.dir, "../../shared");
  const archive = join(shared, "corpus/submissions.tar.gz");
  const given = process.argv[2];
  if (given) return readFiles(given);
  if (!existsSync(archive)) return Array.from({ length: 400 }, (_, number) => makeFile(number));
  const dir = mkdtempSync(join(tmpdir(), "bench-submission-"));
  await $`tar -xzf ${archive} -C ${dir}`;
  const files = readFiles(dir);
  rmSync(dir, { recursive: true });
  return files;
}

function readFiles(dir: string): Uint8Array[] {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".json"))
    .map((name) => readFileSync(join(dir, name)));
}

/** A submission of 40 tests with 4 kB of log each, in the shape of those that labs send. */
function makeFile(number: number): Uint8Array {
  const tests = Array.from({ length: 40 }, (_, place) => ({
    id: `lab:${number}-${place}`,
    origin: "lab",
    build_id: `lab:${number}`,
    path: "kselftest.net.forwarding",
    status: "PASS",
    start_time: "2025-07-18T23:28:57.043647+00:00",
    duration: 1.5,
    environment: { compatible: ["qemu,arm64"], misc: { platform: "qemu-arm64" } },
    log_url: `https://lab.example.org/logs/${number}/${place}.txt.gz`,
    log_excerpt: "[    1.000000] a line of the kernel's log\n".repeat(100),
    output_files: [{ name: "dmesg.txt", url: `https://lab.example.org/${number}/dmesg.txt` }],
    misc: { runtime: "lab" },
  }));
  const { major, minor } = newestVersion;
  return new TextEncoder().encode(JSON.stringify({ version: { major, minor }, tests }));
}
