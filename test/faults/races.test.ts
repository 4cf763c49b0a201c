import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { collect } from "../e2e/collect.ts";
import { asAtWork } from "../e2e/run-ingester.ts";
import { otherFileSystem, stayOnDisk, temporaryFolder } from "../temporary.ts";
import { setScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";
import { holdsWithin, until } from "./until.ts";

stayOnDisk();

const seconds = isFull ? 60 : 2;
/** A full disk cache takes its time, and every version that was taken out of the spool comes back. */
const drainMs = isFull ? 300_000 : 60_000;
/** How long others write at most until the service has met one of them. */
const mostMs = seconds * 10_000;
/** What the log says of a file that was replaced after it was read. */
const replacement = '"replaced"';
const seed = process.env.RACE_SEED ?? String(Date.now());
const modes = [
  "plain",
  "compressed",
  ...(existsSync(otherFileSystem()) ? ["other file system"] : []),
];
const cases = kinds.flatMap((kind) => modes.map((mode) => ({ kind, name: kind.name, mode })));

/** The texts in `archive/`, by their names. */
function archived(spool: string): Map<string, string> {
  const folder = join(spool, "archive");
  const open = (name: string) => {
    const bytes = readFileSync(join(folder, name));
    return (name.endsWith(".zst") ? Bun.zstdDecompressSync(bytes) : bytes).toString();
  };
  return new Map(readdirSync(folder).map((name) => [name, open(name)]));
}

const waiting = (spool: string) =>
  ["", ".kci-ingester.claimed", "failed"].flatMap((folder) => {
    const path = join(spool, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path).filter((name) => name.endsWith(".json"));
  });

test.each(cases)(
  "while others write, rename, delete and link its files, a service archives what it ingested and loses nothing: $name, $mode",
  async ({ kind, mode }) => {
    await using s = await setScene(kind);
    using other = temporaryFolder(otherFileSystem());
    mkdirSync(s.spool);
    if (mode === "other file system") symlinkSync(other.path, join(s.spool, "archive"));
    const words = mode === "compressed" ? ["--compress-archive"] : [];
    const service = s.start({ env: asAtWork }, "--interval", "3", ...words);
    const log = collect(service.stderr);
    try {
      expect(await until(() => existsSync(join(s.spool, "failed")))).toBe(true);
      const writer = Bun.spawn(
        [
          ...[process.execPath, join(import.meta.dir, "race-writer.ts")],
          ...[s.spool, seed, String(seconds)],
        ],
        { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
      );
      // On a busy machine it may take longer until the two meet.
      await holdsWithin(() => log.text.includes(replacement), mostMs);
      writer.stdin.end();
      const { finals, ...told } = JSON.parse(await new Response(writer.stdout).text());
      await until(() => waiting(s.spool).length === 0, drainMs);
      const left = waiting(s.spool);
      expect(left.slice(0, 20)).toEqual([]);
      service.kill("SIGTERM");
      expect(await service.exited).toBe(0);

      const rows = await s.database.query("select id from checkouts");
      const stored = new Set(rows.map((row) => row.id));
      const files = archived(s.spool);
      const texts = new Set(files.values());
      const last = Object.entries(finals as Record<string, string>);
      expect(last.filter(([, version]) => !stored.has(checkoutOf(version)))).toEqual([]);
      expect(last.filter(([, version]) => !texts.has(submission(version)))).toEqual([]);
      const strange = [...files].filter(([, text]) => {
        const version = /faults:([^"]*)-checkout-1/.exec(text)?.[1] ?? "";
        return text !== submission(version) || !stored.has(checkoutOf(version));
      });
      expect(strange.map(([name]) => name)).toEqual([]);
      const replaced = log.text.split(replacement).length - 1;
      console.log(
        `race, ${kind.name}, ${mode}, RACE_SEED=${seed}: ${JSON.stringify(told)}, ${files.size} archived, ${replaced} replaced in between`,
      );
      expect(replaced).toBeGreaterThan(0);
    } finally {
      service.kill("SIGKILL");
    }
  },
  mostMs + 2 * drainMs,
);
