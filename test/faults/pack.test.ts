import { expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { laterClock } from "../commands/spool-with.ts";
import { needsProgram } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";
import { faultyCommand } from "./faulty-command.ts";
import { isFull, tell } from "./sweep.ts";

setDefaultTimeout(isFull ? 3_600_000 : 120_000);

const inputs = new Map([
  ["a.json", "{}"],
  ["b.json.zst", "b"],
  ["c.json", "c".repeat(100_000)],
  [`${"l".repeat(150)}.json`, "long"],
]);

/** An `archive/` to pack, and the program that does so by a plan, three days later. */
async function stage() {
  const folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  const gc = await faultyCommand(folder.path, ["gc", "--spool-dir", spool, "--pack", "1d"], {
    preloads: [laterClock],
    env: { TEST_LATER_MS: String(3 * 86_400_000) },
  });
  return {
    archive: join(spool, "archive"),
    reset() {
      rmSync(spool, { recursive: true, force: true });
      mkdirSync(join(spool, "archive"), { recursive: true });
      for (const [name, text] of inputs) writeFileSync(join(spool, "archive", name), text);
    },
    gc: gc.run,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** What is in the packs, as others unpack them: by pack and name. */
function unpack(archive: string): [name: string, text: string][] {
  const packed = join(archive, "packed");
  const packs = existsSync(packed) ? readdirSync(packed) : [];
  return packs
    .filter((name) => name.endsWith(".tar.zst"))
    .flatMap((pack) => {
      using out = temporaryFolder();
      const run = Bun.spawnSync(["tar", "--zstd", "-xf", join(packed, pack), "-C", out.path]);
      expect([pack, run.exitCode, run.stderr.toString()]).toEqual([pack, 0, ""]);
      return readdirSync(out.path).map((name): [string, string] => [
        name,
        readFileSync(join(out.path, name), "utf8"),
      ]);
    });
}

function inArchive(archive: string): [name: string, text: string][] {
  return readdirSync(archive)
    .filter((name) => statSync(join(archive, name)).isFile())
    .map((name) => [name, readFileSync(join(archive, name), "utf8")]);
}

const hasPrograms =
  needsProgram("tar", "kills of a pack") && needsProgram("zstd", "kills of a pack");

test.if(hasPrograms).each([["SIGKILL"], ["ENOSPC"], ["EIO"]] as const)(
  "a pack that meets %s at any step loses nothing, and the next run doubles nothing",
  async (what) => {
    using s = await stage();
    s.reset();
    const clean = await s.gc();
    expect([clean.exitCode, clean.stderr]).toEqual([0, ""]);
    expect(new Map(unpack(s.archive))).toEqual(inputs);
    const startedMs = performance.now();
    const sample = what === "SIGKILL" ? 24 : 6;
    const stride = isFull ? 1 : Math.max(1, Math.floor(clean.steps / sample) | 1);
    let runs = 0;
    for (let at = isFull ? 1 : Math.ceil(stride / 2); at <= clean.steps; at += stride) {
      s.reset();
      const run = await s.gc({ at, what });
      runs++;
      const now = [...inArchive(s.archive), ...unpack(s.archive)];
      expect([at, new Map(now)]).toEqual([at, inputs]);
      // What is wrong with one file keeps no other from its pack.
      if (/cannot (pack|delete) \S*\/archive\/[^/]*\.json/.test(run.stderr))
        expect([at, run.exitCode, inArchive(s.archive).length]).toEqual([at, 73, 1]);
      const again = await s.gc();
      expect([at, run.stderr, again.exitCode, again.stderr]).toEqual([at, run.stderr, 0, ""]);
      expect([at, inArchive(s.archive)]).toEqual([at, []]);
      const packed = unpack(s.archive);
      expect([at, packed.length, new Map(packed)]).toEqual([at, inputs.size, inputs]);
      const parts = readdirSync(join(s.archive, "packed")).filter((name) => name.includes(".part"));
      expect([at, parts]).toEqual([at, []]);
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    tell(`pack sweep, ${what}`, { steps: clean.steps, runs, seconds });
    expect(runs).toBeGreaterThan(4);
  },
);

test.if(hasPrograms)("a file system without hard links has packs all the same", async () => {
  using s = await stage();
  s.reset();
  const day = new Date().toISOString().slice(0, 10);
  const name = `.${day}.tar.zst.part`;
  const run = await s.gc({ stuck: [{ call: "linkSync", name, errno: "EPERM" }] });
  expect([run.exitCode, run.stderr, inArchive(s.archive)]).toEqual([0, "", []]);
  expect(new Map(unpack(s.archive))).toEqual(inputs);
  expect(readdirSync(join(s.archive, "packed"))).toEqual([`${day}.tar.zst`]);
});

test.if(hasPrograms)("two that pack at once put each file into one pack", async () => {
  using s = await stage();
  s.reset();
  for (let n = 0; n < 300; n++) writeFileSync(join(s.archive, `n${n}.json`), `${n}`);
  const runs = await Promise.all([1, 2, 3].map(() => s.gc()));
  for (const { exitCode, stderr } of runs) {
    if (exitCode !== 0)
      expect([exitCode, stderr]).toEqual([73, expect.stringMatching("another process is packing")]);
  }
  expect(runs.some(({ exitCode }) => exitCode === 0)).toBe(true);
  expect(unpack(s.archive)).toHaveLength(inputs.size + 300);
  expect(inArchive(s.archive)).toEqual([]);
});
