import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Intake } from "../../src/ingest/intake.ts";
import { temporaryFolder } from "../temporary.ts";

/** An intake on a folder, and all that it told, in order. */
function intakeOn(root: string, known: ReadonlySet<string> = new Set()) {
  const told: string[] = [];
  let hint = Promise.withResolvers<void>();
  const intake = new Intake({
    root,
    keepSpool: () => false,
    intervalMs: 60_000,
    isKnown: (name) => known.has(name),
    onTouched: (name) => told.push(`touched ${name}`),
    onFile: ({ name }, fresh) => told.push(`${fresh ? "fresh" : "found"} ${name}`),
    onEmpty: ({ name }) => told.push(`empty ${name}`),
    onGone: (name) => told.push(`gone ${name}`),
    onOdd: ({ name, what }) => told.push(`${what} ${name}`),
    onUnseen: ({ name, fault }) => told.push(`unseen ${name}: ${fault.code}`),
    onHint: () => hint.resolve(),
    onFault: ({ message }) => told.push(message),
  });
  const nextHint = async () => {
    await hint.promise;
    hint = Promise.withResolvers();
  };
  return { intake, told, nextHint };
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
  const { intake, told } = intakeOn(folder.path, new Set(["c.json"]));
  expect(intake.hasMore).toBe(true);
  await intake.scan(signal);
  expect(told.toSorted()).toEqual(["empty b.json", "folder e.json", "found a.json"]);
  expect(intake.hasMore).toBe(false);
  expect(intake.scanAtMs - performance.now()).toBeGreaterThan(59_000);
  intake.scanAgain();
  expect([intake.hasMore, intake.scanAtMs]).toEqual([true, 0]);
});

test("an odd entry is told once, however often it is seen", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "e.json"));
  const { intake, told } = intakeOn(folder.path);
  await intake.scan(signal);
  await intake.scan(signal);
  intake.lookAtArrivals(["e.json"]);
  expect(told).toEqual(["folder e.json"]);
});

test("a file that is moved in wakes the service, and is known by name", async () => {
  using folder = temporaryFolder();
  const { intake, told, nextHint } = intakeOn(folder.path);
  await intake.scan(signal);
  using _watch = intake.watch();
  writeFileSync(join(folder.path, "caf\u00e9.temp"), "1");
  renameSync(join(folder.path, "caf\u00e9.temp"), join(folder.path, "caf\u00e9.json"));
  await nextHint();
  expect(intake.hasMore).toBe(true);
  intake.lookAtArrivals([]);
  expect(told).toEqual(["fresh caf\u00e9.json"]);
});

test("what arrived is looked at before it is told: empty, gone, in hand", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "empty.json"), "");
  const { intake, told } = intakeOn(folder.path, new Set(["known.json"]));
  intake.lookAtArrivals(["empty.json", "gone.json", "known.json"]);
  expect(told).toEqual(["empty empty.json", "gone gone.json", "touched known.json"]);
});

test("a folder that cannot be watched is scanned all the same, and that is told", () => {
  using folder = temporaryFolder();
  const root = join(folder.path, "absent");
  const { intake, told } = intakeOn(root);
  using _watch = intake.watch();
  rmSync(folder.path, { recursive: true });
  expect(told).toEqual([expect.stringContaining("scans find them")]);
});
