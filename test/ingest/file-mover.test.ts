import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { crashLoop } from "../../src/guard/crash-loop.ts";
import { FileMover } from "../../src/ingest/file-mover.ts";
import { Outage } from "../../src/outages/outage.ts";
import { openSpool } from "../../src/spool/spool.ts";
import type { FaultReport } from "../../src/worker/protocol.ts";
import { put as putInto } from "../spool/put.ts";
import { temporaryFolder } from "../temporary.ts";
import { type Decision, decide, impatientLedger } from "./decide.ts";

/** A mover on a spool of its own, and all that it told. */
function moverOn(root: string) {
  const spool = openSpool(root);
  const told: string[] = [];
  const faults: FaultReport[] = [];
  let recoveries = 0;
  const outage = new Outage({
    onFault: (fault) => faults.push(fault),
    onRecovered: () => recoveries++,
  });
  const ledger = impatientLedger();
  const lock = { isHeld: true };
  const idle = Promise.withResolvers<void>();
  const mover = new FileMover({
    ...{ spool, ledger, outage, lock, onHint: () => idle.resolve() },
    events: {
      onSettled: ({ name }, what, as) => told.push(`${what} ${name}: ${as}`),
      onLost: ({ name }, why) => told.push(`${name}: ${why}`),
    },
  });
  /** Decides on a file, and moves it. */
  const settle = (decision: Decision) => {
    decide(ledger, decision);
    mover.move([decision.file]);
  };
  const pending = () => ledger.in("to-move").size;
  const put = (name: string, text: string) => putInto(spool, name, text);
  return {
    lock,
    idle,
    spool,
    mover,
    settle,
    pending,
    ledger,
    outage,
    told,
    faults,
    put,
    recoveries: () => recoveries,
  };
}

test("each file goes where it belongs", () => {
  using folder = temporaryFolder();
  const { spool, settle, pending, told, put } = moverOn(folder.path);
  settle({ kind: "archive", file: put("a.json", "1") });
  settle({ kind: "refuse", file: put("b.json", "2"), refusal: crashLoop("x") });
  settle({ kind: "set-aside", file: put("c.json", "") });
  expect(told).toEqual([
    "archive a.json: a.json",
    "refuse b.json: b.json",
    "set-aside c.json: c.json",
  ]);
  expect(readdirSync(spool.archive)).toEqual(["a.json"]);
  expect(readdirSync(spool.failed).sort()).toEqual(["b.json", "b.json.error"]);
  expect(pending()).toBe(0);
});

test("a file that has gone keeps nothing from being settled", () => {
  using folder = temporaryFolder();
  const { settle, pending, told, faults, put } = moverOn(folder.path);
  const kinds: Decision[] = [
    { kind: "set-aside", file: put("a.json", "") },
    { kind: "archive", file: put("b.json", "1") },
    { kind: "refuse", file: put("c.json", "2"), refusal: crashLoop("x") },
  ];
  for (const decision of kinds) {
    unlinkSync(join(folder.path, decision.file.name));
    settle(decision);
  }
  expect(told).toEqual([...["a.json: vanished", "b.json: vanished", "c.json: vanished"]]);
  expect([pending(), faults]).toEqual([0, []]);
});

test("what the file system does not let go is tried again, in order, and known by name", async () => {
  using folder = temporaryFolder();
  const { spool, mover, settle, pending, ledger, outage, told, faults, put, recoveries } = moverOn(
    folder.path,
  );
  const files = ["a.json", "b.json", "c.json"].map((name) => put(name, name));
  block(spool.archive);
  for (const file of files) settle({ kind: "archive", file });
  expect([told, pending(), ledger.has("b.json"), ledger.has("x")]).toEqual([
    ...[[], 3, true, false],
  ]);
  // What fails together is told once.
  expect(faults.map(({ boundary, code }) => [boundary, code])).toEqual([["SpoolFault", "ENOTDIR"]]);

  mover.retry();
  expect(faults).toHaveLength(1);
  await due(outage);
  mover.retry();
  expect([faults.length, pending()]).toEqual([2, 3]);

  rmSync(spool.archive);
  mkdirSync(spool.archive);
  await due(outage);
  mover.retry();
  expect(told.map((line) => line.slice(0, 9))).toEqual(["archive a", "archive b", "archive c"]);
  expect([pending(), ledger.has("b.json"), outage.fault, recoveries()]).toEqual([
    ...[0, false, undefined, 1],
  ]);
});

test("one file that cannot be moved holds up no other", async () => {
  using folder = temporaryFolder();
  const { spool, mover, settle, pending, ledger, outage, told, put } = moverOn(folder.path);
  block(spool.failed);
  settle({ kind: "refuse", file: put("stuck.json", "1"), refusal: crashLoop("x") });
  settle({ kind: "archive", file: put("a.json", "1") });
  await due(outage);
  mover.retry();
  settle({ kind: "archive", file: put("b.json", "1") });
  expect(told).toEqual(["archive a.json: a.json", "archive b.json: b.json"]);
  expect([pending(), ledger.has("stuck.json")]).toEqual([1, true]);
});

test("where nothing can be moved, only some files a span are tried, in turns", async () => {
  using folder = temporaryFolder();
  const { spool, mover, settle, pending, ledger, outage, told, put } = moverOn(folder.path);
  block(spool.failed);
  const names = Array.from({ length: 20 }, (_, at) => `${String(at).padStart(2, "0")}.json`);
  const files = names.map((name) => put(name, "1"));
  for (const file of files) settle({ kind: "refuse", file, refusal: crashLoop("x") });
  settle({ kind: "archive", file: put("z.json", "1") });
  expect([told, pending()]).toEqual([[], 21]);
  // Eight a span: in the third it is the turn of the one that can go.
  for (let span = 0; span < 3 && ledger.has("z.json"); span++) {
    await due(outage);
    mover.retry();
  }
  expect([told, pending()]).toEqual([["archive z.json: z.json"], 20]);
});

test("a folder that someone has removed is made again, a spool that has gone is not", async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, "spool");
  mkdirSync(root);
  const { spool, settle, outage, told, faults, put } = moverOn(root);
  rmSync(spool.archive, { recursive: true });
  rmSync(spool.failed, { recursive: true });
  settle({ kind: "archive", file: put("a.json", "1") });
  settle({ kind: "refuse", file: put("b.json", "1"), refusal: crashLoop("x") });
  expect(told).toEqual(["archive a.json: a.json", "refuse b.json: b.json"]);
  expect([readdirSync(spool.archive), faults, outage.fault]).toEqual([["a.json"], [], undefined]);
  const file = put("c.json", "1");
  renameSync(root, `${root}.away`);
  settle({ kind: "archive", file });
  expect(existsSync(root)).toBe(false);
});

/** Something that is no folder has its name. */
function block(folder: string): void {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "");
}

async function due(outage: Outage): Promise<void> {
  await Bun.sleep(Math.max(0, outage.retryAtMs - performance.now()) + 1);
}

test("of many files some are moved at once, the others a little later, or all when the end comes", async () => {
  using folder = temporaryFolder();
  const { spool, mover, ledger, idle, put } = moverOn(folder.path);
  const decideOn = (names: readonly string[]) => {
    const files = names.map((name) => put(name, name));
    for (const file of files) decide(ledger, { kind: "archive", file });
    return files;
  };
  mover.move(decideOn(Array.from({ length: 450 }, (_, at) => `${at}.json`)));
  expect([mover.moving, readdirSync(spool.archive).length]).toEqual([250, 200]);
  await idle.promise;
  expect([mover.moving, readdirSync(spool.archive).length]).toEqual([0, 450]);
  mover.move(decideOn(Array.from({ length: 450 }, (_, at) => `more-${at}.json`)));
  mover.end(60_000);
  expect([mover.moving, readdirSync(spool.archive).length]).toEqual([0, 900]);
});

test("nothing is moved while the spool is another's, and all when it is ours again", () => {
  using folder = temporaryFolder();
  const { lock, mover, settle, pending, told, put } = moverOn(folder.path);
  lock.isHeld = false;
  settle({ kind: "archive", file: put("a.json", "1") });
  expect([told, pending(), mover.moving]).toEqual([[], 1, 0]);
  lock.isHeld = true;
  mover.retry();
  expect([told, pending()]).toEqual([["archive a.json: a.json"], 0]);
});
