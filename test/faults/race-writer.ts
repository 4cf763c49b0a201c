import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Random } from "./soak/random.ts";
import { submission } from "./submissions.ts";

/**
 * A program of its own that writes into a spool for some seconds and until its standard input ends, in
 * several manners at once, whatever a service does there meanwhile. Prints the last version of each name,
 * and how many there were. The arguments: the spool, a seed, seconds.
 */
const [, , spool = "", seed = "", seconds = "1"] = process.argv;
const random = new Random(seed);
const endMs = performance.now() + Number(seconds) * 1_000;
let isEnough = false;
void Bun.stdin.text().finally(() => {
  isEnough = true;
});
const finals: Record<string, string> = {};
let versions = 0;
/** Writes in place that came after the service had taken the file. */
let late = 0;
let links = 0;

const path = (name: string) => join(spool, name);
/** A version that no other is like, of the same length as all of its manner. */
const next = (manner: string) => `${manner}-${String(++versions).padStart(7, "0")}`;

function renameOver(name: string, version: string): void {
  writeFileSync(path(`${name}.temp`), submission(version));
  renameSync(path(`${name}.temp`), path(name));
  finals[name] = version;
}

const manners: (() => Promise<void>)[] = [
  async () => {
    renameOver("often.json", next("often"));
    await Bun.sleep(random.between(0, 30));
  },

  async () => {
    for (let n = 0; n < 60; n++) renameOver(`one-of-60-${n}.json`, next("many"));
    await Bun.sleep(100);
  },

  async () => {
    const [name, version] = ["in-place.json", next("place")];
    if (!existsSync(path(name))) renameOver(name, version);
    else if (!writeInPlace(name, version)) {
      // As a writer does that sees that its file has gone.
      late++;
      renameOver(name, version);
    }
    await Bun.sleep(random.between(0, 20));
  },

  async () => {
    const [name, version] = ["anew.json", next("anew")];
    const time = lstatSync(path(name), { throwIfNoEntry: false })?.mtime ?? new Date();
    tryTo(() => unlinkSync(path(name)));
    writeFileSync(path(name), submission(version));
    finals[name] = version;
    tryTo(() => utimesSync(path(name), time, time));
    await Bun.sleep(random.between(0, 20));
  },

  async () => {
    const version = next("slow");
    const name = `${version}.json`;
    const text = submission(version);
    const handle = openSync(path(name), "w");
    for (let at = 0; at < text.length; at += 400) {
      writeSync(handle, text.slice(at, at + 400));
      await Bun.sleep(random.between(0, 15));
    }
    closeSync(handle);
    finals[name] = version;
  },

  async () => {
    const archived = readdirSync(path("archive")).filter((name) => /^often\b.*\.json$/.test(name));
    if (archived.length > 0) {
      const name = random.pick(archived);
      for (const link of [name, `link-${versions}.json`]) {
        tryTo(() => {
          linkSync(join(spool, "archive", name), path(link));
          links++;
        });
      }
    }
    await Bun.sleep(random.between(20, 60));
  },
];

await Promise.all(
  manners.map(async (write) => {
    while (performance.now() < endMs || !isEnough) await write();
  }),
);
console.log(JSON.stringify({ finals, versions, late, links }));

/** Says whether the file still has its name. */
function writeInPlace(name: string, version: string): boolean {
  let handle: number;
  try {
    handle = openSync(path(name), "r+");
  } catch {
    return false;
  }
  try {
    const { mtime, ino } = fstatSync(handle);
    writeSync(handle, submission(version));
    finals[name] = version;
    utimesSync(path(name), mtime, mtime);
    return statSync(path(name)).ino === ino;
  } catch {
    return false;
  } finally {
    closeSync(handle);
  }
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // The service was faster, or the archive lies on another file system.
  }
}
