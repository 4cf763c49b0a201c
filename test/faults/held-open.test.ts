import { expect, test } from "bun:test";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { setScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { until } from "./until.ts";

const isLinux = process.platform === "linux";
const modes = [[], ["--compress-archive"]].map((words) => ({
  words,
  name: words.join() || "plain",
}));

test.if(isLinux).each(modes)(
  "what a program writes into a file that it has held open all the time is ingested, too: $name",
  async ({ words }) => {
    await using s = await setScene(sqlite);
    await s.reset(new Map([["a.json", submission("one")]]));
    const path = join(s.spool, "a.json");
    const writer = openSync(path, "r+");
    const service = s.start({}, "--interval", "5", ...words);
    const isStored = async (version: string) => {
      const rows = await s.database.query("select id from checkouts").catch(() => []);
      return rows.some(({ id }) => id === checkoutOf(version));
    };
    try {
      expect(await until(() => isStored("one"))).toBe(true);
      writeSync(writer, submission("two"), 0);
      closeSync(writer);
      expect(await until(() => isStored("two"))).toBe(true);
      // Between the spool and archive/ it lies in a private folder for a moment.
      const archived = () => readdirSync(join(s.spool, "archive")).filter((one) => one[0] !== ".");
      expect(await until(() => archived().length > 0)).toBe(true);
      expect(existsSync(path)).toBe(false);
      const [name = "", ...others] = archived();
      expect(others).toEqual([]);
      const bytes = readFileSync(join(s.spool, "archive", name));
      const text = name.endsWith(".zst") ? Bun.zstdDecompressSync(bytes) : bytes;
      expect(text.toString()).toBe(submission("two"));
    } finally {
      service.kill("SIGKILL");
    }
  },
  60_000,
);

test.if(isLinux)(
  "a file that a program holds open and leaves alone is archived after two intervals",
  async () => {
    await using s = await setScene(sqlite);
    await s.reset(new Map([["a.json", submission("one")]]));
    const writer = openSync(join(s.spool, "a.json"), "r+");
    const { exitCode } = await s.run({}, "--once", "--interval", "1");
    closeSync(writer);
    expect(exitCode).toBe(0);
    expect(readdirSync(join(s.spool, "archive"))).toEqual(["a.json"]);
  },
  60_000,
);
