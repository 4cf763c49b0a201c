import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { needsOtherFileSystem } from "../needs.ts";
import { otherFileSystem, temporaryFolder } from "../temporary.ts";
import { brokenAtEnd, filesOf, outcomeOf } from "./invariants.ts";
import { setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const hasOther = needsOtherFileSystem("copying to another file system");

describe.if(hasOther)("an archive/ on another file system", () => {
  test("a kill at any step of the copying loses nothing and leaves no half of a file", async () => {
    await using s = await setScene(sqlite);
    using other = temporaryFolder(otherFileSystem());
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
    // From the first file that is taken out of the spool to the last that is gone there.
    const first = trace.findIndex((line) => line.includes(" renameSync ")) + 1;
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
        const places = ["", "archive/", ".kci-ingester.claimed/"];
        expect(places.some((place) => there.get(place + name) === text)).toBe(true);
        if (there.has(`archive/${name}`)) expect(there.get(`archive/${name}`)).toBe(text);
      }
      expect(await s.run({}, ...words)).toMatchObject({ exitCode: 0 });
      expect(await brokenAtEnd(s, wanted)).toEqual([]);
    }
    expect(kills).toBeGreaterThan(2);
  });

  test.each([
    { title: "before it is taken out of the spool", stop: "renameSync", archived: ["later"] },
    { title: "after that", stop: "fsyncSync", archived: ["former", "later"] },
  ])(
    "a file that is replaced while it is copied, $title, stays and goes in by itself",
    async (one) => {
      await using s = await setScene(sqlite);
      using other = temporaryFolder(otherFileSystem());
      const texts = new Map(["former", "later"].map((name) => [name, submission(name, 80)]));
      const words = ["--once", "--max-workers", "1"];
      const arrange = async () => {
        await s.reset(new Map([["a.json", texts.get("former") ?? ""]]));
        rmSync(join(other.path, "a.json"), { force: true });
        symlinkSync(other.path, join(s.spool, "archive"));
      };
      await arrange();
      await s.run({ only: "fs", trace: true }, ...words);
      const trace = await s.trace();
      const taking = trace.findIndex((line) => line.includes(" renameSync a.json"));
      const at = 1 + trace.findIndex((line, n) => n >= taking && line.includes(one.stop));
      await arrange();
      const child = s.start({ only: "fs", at, what: "SIGSTOP" }, ...words);
      expect(await until(() => /^State:\s+T/m.test(statusOf(child.pid)))).toBe(true);
      writeFileSync(join(s.spool, "a.temp"), texts.get("later") ?? "");
      renameSync(join(s.spool, "a.temp"), join(s.spool, "a.json"));
      child.kill("SIGCONT");
      await child.exited;
      expect(await s.run({}, ...words)).toMatchObject({ exitCode: 0 });
      const archived = readdirSync(other.path).map((name) =>
        readFileSync(join(other.path, name), "utf8"),
      );
      expect(archived.sort()).toEqual(one.archived.map((name) => texts.get(name) ?? "").sort());
      expect(filesOf(s.spool).has("a.json")).toBe(false);
      const rows = await s.database.query("select id from checkouts");
      expect(rows).toHaveLength(2);
    },
  );
});

/** Linux' account of a process; empty when it is gone. */
function statusOf(pid: number): string {
  return existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
}
