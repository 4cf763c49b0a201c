import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ledger } from "../../src/ingest/ledger.ts";
import { SpoolScanner } from "../../src/ingest/spool-scanner.ts";
import { spoolAt } from "../../src/spool/spool.ts";
import { temporaryFolder } from "../temporary.ts";

/** A scanner on a folder where some files are in hand, and all that it told, in order. */
function scannerOn(
  root: string,
  known: readonly string[] = [],
  unreadable: readonly string[] = [],
) {
  const told: string[] = [];
  let hint = Promise.withResolvers<void>();
  const spool = spoolAt(root);
  const ledger = new Ledger({ emptyMs: 60_000, unfinishedMs: 10_000, backoffMs: () => 0 });
  for (const name of known) {
    const file = { name, bytes: 1, mtimeMs: 0, inode: 1 };
    ledger.apply(name, { kind: "found", file, fresh: false, suspicion: "none" });
  }
  for (const name of unreadable) ledger.apply(name, { kind: "unreadable", name });
  const scanner = new SpoolScanner({
    ...{ spool, ledger, intervalMs: 60_000 },
    events: {
      onOdd: ({ name, what }) => told.push(`${what} ${name}`),
      onFault: ({ message }) => told.push(message),
    },
    outcomes: {
      onFile: (file, fresh) => {
        told.push(`${fresh ? "fresh" : "found"} ${file.name}`);
        ledger.apply(file.name, { kind: "found", file, fresh, suspicion: "none" });
      },
      onGone: (name) => told.push(`gone ${name}`),
      onUnreadable: (name, { code }) => told.push(`unseen ${name}: ${code}`),
    },
    onHint: () => hint.resolve(),
    onProgress: (found) => told.push(`${found} so far`),
  });
  const nextHint = async () => {
    await hint.promise;
    hint = Promise.withResolvers();
  };
  return { scanner, ledger, told, nextHint };
}

const signal = new AbortController().signal;

test("a scan finds what waits, and is due again after the interval", async () => {
  using folder = temporaryFolder();
  for (const [name, text] of [
    ["a.json", "1"],
    ["b.json", ""],
    ["c.json", "1"],
    ["d.json.temp", "1"],
  ] as const) {
    writeFileSync(join(folder.path, name), text);
  }
  mkdirSync(join(folder.path, "e.json"));
  const { scanner, told } = scannerOn(folder.path, ["c.json"]);
  expect(scanner.hasMore).toBe(true);
  await scanner.scan(signal, false);
  expect(told.toSorted()).toEqual(["folder e.json", "found a.json", "found b.json"]);
  expect(scanner.hasMore).toBe(false);
  expect(scanner.scanAtMs - performance.now()).toBeGreaterThan(59_000);
  scanner.scanAgain();
  expect([scanner.hasMore, scanner.scanAtMs]).toEqual([true, 0]);
});

test("of many files that a scan has found the queue gets some at a time, the oldest first", () => {
  const { scanner, ledger, told } = scannerOn("/nowhere", ["known.json"]);
  const names = Array.from({ length: 25_000 }, (_, at) => `${at}.json`);
  for (const [at, name] of ["known.json", ...names].entries())
    ledger.found.add({ name, bytes: 1, mtimeMs: at + 1, inode: 1 });
  scanner.feed();
  scanner.feed();
  expect(told).toEqual(names.slice(0, 11_999).map((name) => `found ${name}`));
  expect(ledger.counts.queued).toBe(25_001);
  const batch = ledger.takeBatch({ maxFiles: 8_000, maxBytes: 1e9 });
  expect([batch[0]?.name, batch.at(-1)?.name]).toEqual(["known.json", "7998.json"]);
  scanner.feed();
  expect([told.length, ledger.found.size]).toEqual([19_999, 5_001]);
  scanner.feed(Number.POSITIVE_INFINITY);
  expect([told.length, ledger.found.size, ledger.counts.queued]).toEqual([25_000, 0, 17_001]);
});

test("a file that could not be read, and has gone or become something else, is known no longer", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "folder.json"));
  const { scanner, told } = scannerOn(folder.path, [], ["gone.json", "folder.json"]);
  await scanner.scan(signal, false);
  expect(told.toSorted()).toEqual(["folder folder.json", "gone folder.json", "gone gone.json"]);
});

test("a file that was looked at again is gone when something else has its name", () => {
  using folder = temporaryFolder();
  symlinkSync("/dev/null", join(folder.path, "a.json"));
  const { scanner, told } = scannerOn(folder.path, ["a.json"]);
  scanner.lookAtArrivals(["a.json"]);
  expect(told).toEqual(["gone a.json", "symbolic link a.json"]);
});

test("an odd entry is told once, however often it is seen", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "e.json"));
  const { scanner, told } = scannerOn(folder.path);
  await scanner.scan(signal, false);
  await scanner.scan(signal, false);
  scanner.lookAtArrivals(["e.json"]);
  expect(told).toEqual(["folder e.json"]);
});

test("a file that is moved in wakes the service, and is known by name", async () => {
  using folder = temporaryFolder();
  const { scanner, told, nextHint } = scannerOn(folder.path);
  await scanner.scan(signal, false);
  using _watch = scanner.watch();
  writeFileSync(join(folder.path, "caf\u00e9.temp"), "1");
  renameSync(join(folder.path, "caf\u00e9.temp"), join(folder.path, "caf\u00e9.json"));
  await nextHint();
  expect(scanner.hasMore).toBe(true);
  scanner.lookAtArrivals([]);
  expect(told).toEqual(["fresh caf\u00e9.json"]);
});

test("what is due is looked at before it is told: there, gone, known", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "empty.json"), "");
  const { scanner, told } = scannerOn(folder.path, ["known.json"]);
  scanner.lookAtArrivals(["empty.json", "gone.json"]);
  expect(told).toEqual(["fresh empty.json", "gone gone.json"]);
});

test("a folder that cannot be watched is scanned all the same, and that is told", () => {
  using folder = temporaryFolder();
  const root = join(folder.path, "absent");
  const { scanner, told } = scannerOn(root);
  using _watch = scanner.watch();
  rmSync(folder.path, { recursive: true });
  expect(told).toEqual([expect.stringContaining("scans will find them")]);
});
