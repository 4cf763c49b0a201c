import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listInPieces } from "../../src/spool/list-folder.ts";
import { makeSmall } from "./make-submissions.ts";
import { median } from "./statistics.ts";

/**
 * `bun scripts/bench/hot-paths.ts [--pairs 9] [--names 200000] [--files 10000]`: the two places where the
 * service passes by Bun.Glob and Bun.file, each against what it passes by, in turns in one run. Prints
 * medians, all times, and the median of the pairs' ratios. For a machine that does nothing else.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "9" },
    names: { type: "string", default: "200000" },
    files: { type: "string", default: "10000" },
  },
});
const pairs = Math.max(7, Number(values.pairs));

/** A way to do it, and what it comes to: both of a pair must come to the same. */
interface Way {
  readonly name: string;
  run(folder: string): Promise<number>;
}

/** As `src/spool/read-file.ts` does: one buffer for all, links not followed, FIFOs not waited for. */
const memory = Buffer.allocUnsafeSlow(1 << 20);
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const inPieces: Way = {
  name: "listInPieces",
  async run(folder) {
    let count = 0;
    for (const names of listInPieces(folder)) count += names.filter(isSubmission).length;
    return count;
  },
};
const glob: Way = {
  name: "Bun.Glob",
  run: async (folder) => (await Array.fromAsync(new Bun.Glob("*.json").scan(folder))).length,
};
const atOnce: Way = {
  name: "readdirSync",
  run: async (folder) => readdirSync(folder).filter(isSubmission).length,
};

const reading: readonly [Way, Way] = [
  {
    name: "openSync, readSync",
    run: async (folder) => sum(readdirSync(folder), (name) => readInto(join(folder, name))),
  },
  {
    name: "Bun.file().bytes()",
    async run(folder) {
      let bytes = 0;
      for (const name of readdirSync(folder)) {
        bytes += (await Bun.file(join(folder, name)).bytes()).length;
      }
      return bytes;
    },
  },
];

const eightAtOnce: Way = {
  name: "Bun.file().bytes(), eight at once",
  async run(folder) {
    const names = readdirSync(folder);
    let bytes = 0;
    const take = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        const { length } = await Bun.file(join(folder, name)).bytes();
        bytes += length;
      }
    };
    await Promise.all(Array.from({ length: 8 }, take));
    return bytes;
  },
};

const folder = mkdtempSync(join(tmpdir(), "kci-hot-paths-"));
try {
  for (let number = 0; number < Number(values.names); number++) {
    writeFileSync(join(folder, `${Bun.hash(String(number)).toString(16)}.json`), "");
  }
  await compare(`listing ${values.names} names`, [inPieces, glob], folder);
  await compare(`listing ${values.names} names`, [inPieces, atOnce], folder);
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  await makeSmall(folder, Number(values.files));
  await compare(`reading ${values.files} small files`, reading, folder);
  await compare(`reading ${values.files} small files`, [reading[0], eightAtOnce], folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// --- internal ---

async function compare(title: string, ways: readonly [Way, Way], folder: string): Promise<void> {
  const times = ways.map((): number[] => []);
  const results = new Set<number>();
  // What is read first finds a cold cache and cold code: one pair that does not count.
  for (let pair = -1; pair < pairs; pair++) {
    // Each goes first in every other pair: what warms up or tires serves both alike.
    for (const at of pair % 2 === 0 ? [0, 1] : [1, 0]) {
      const startMs = performance.now();
      results.add((await ways[at]?.run(folder)) ?? 0);
      if (pair >= 0) times[at]?.push(performance.now() - startMs);
    }
  }
  if (results.size !== 1) throw new Error(`${title}: the ways differ: ${[...results].join(", ")}`);
  const [ours = [], other = []] = times;
  for (const [at, list] of times.entries()) {
    const all = list.map((ms) => ms.toFixed(1)).join(" ");
    console.log(`${title}, ${ways[at]?.name}: median ${median(list).toFixed(1)} ms of ${all}`);
  }
  const ratio = median(other.map((ms, pair) => ms / (ours[pair] ?? Number.NaN)));
  console.log(`${title}: ${ways[1].name} takes ${ratio.toFixed(2)} times as long\n`);
}

function isSubmission(name: string): boolean {
  return name.endsWith(".json");
}

function readInto(path: string): number {
  const handle = openSync(path, flags);
  try {
    const { size } = fstatSync(handle);
    return readSync(handle, memory, 0, Math.min(size, memory.length), 0);
  } finally {
    closeSync(handle);
  }
}

function sum<T>(list: readonly T[], numberOf: (one: T) => number): number {
  return list.reduce((total, one) => total + numberOf(one), 0);
}
