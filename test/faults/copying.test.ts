import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { temporaryFolder } from "../temporary.ts";
import { brokenAtEnd, filesOf, outcomeOf } from "./invariants.ts";
import { setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";

setDefaultTimeout(60_000);

const [sqlite] = kinds;
if (!sqlite) throw new Error("no database");

describe.skipIf(!existsSync("/dev/shm"))("an archive/ on another file system", () => {
  test("a kill at any step of the copying loses nothing and leaves no half of a file", async () => {
    await using s = await setScene(sqlite);
    using other = temporaryFolder("/dev/shm");
    const files = new Map(["a", "b"].map((one) => [`${one}.json`, submission(one, 80)]));
    const words = ["--once", "--max-workers", "1"];
    const arrange = async () => {
      await s.reset(files);
      rmSync(other.path, { recursive: true });
      mkdirSync(other.path);
      symlinkSync(other.path, join(s.spool, "archive"));
    };
    await arrange();
    expect(await s.run({ only: "fs", trace: true }, ...words)).toMatchObject({ exitCode: 0 });
    const wanted = await outcomeOf(s);
    const trace = await s.trace();
    const first = trace.findIndex((line) => line.includes(" copyFileSync ")) + 1;
    const last = trace.findLastIndex((line) => line.includes(" unlinkSync ")) + 2;
    expect(first).toBeGreaterThan(0);
    const stride = isFull ? 1 : Math.ceil((last - first) / 3);
    let kills = 0;
    for (let at = first; at <= last; at += stride) {
      await arrange();
      const run = await s.run({ only: "fs", at, what: "SIGKILL" }, ...words);
      // How often the folder is looked at varies: the last steps may not come.
      expect([at, run.exitCode]).toEqual([at, run.steps < at ? 0 : 137]);
      if (run.exitCode !== 0) kills++;
      const there = filesOf(s.spool);
      for (const [name, text] of files) {
        expect([there.get(name), there.get(`archive/${name}`)]).toContain(text);
        if (there.has(`archive/${name}`)) expect(there.get(`archive/${name}`)).toBe(text);
      }
      expect(await s.run({}, ...words)).toMatchObject({ exitCode: 0 });
      expect(await brokenAtEnd(s, wanted)).toEqual([]);
    }
    expect(kills).toBeGreaterThan(2);
  });
});
