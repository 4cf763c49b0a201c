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
import { type Settlement, Settler } from "../../src/ingest/settler.ts";
import { crashLoop } from "../../src/ingest/suspects.ts";
import { Trouble } from "../../src/ingest/trouble.ts";
import { openSpool } from "../../src/spool/spool.ts";
import type { FaultReport } from "../../src/worker/protocol.ts";
import { put as putInto } from "../spool/put.ts";
import { temporaryFolder } from "../temporary.ts";

/** A settler on a spool of its own, and all that it told. */
function settlerOn(root: string) {
  const spool = openSpool(root);
  const told: string[] = [];
  const faults: FaultReport[] = [];
  let recoveries = 0;
  const trouble = new Trouble({
    onFault: (fault) => faults.push(fault),
    onRecovered: () => recoveries++,
  });
  const settler = new Settler(spool, trouble, ({ kind, file }, move) =>
    told.push(`${kind} ${file.name}: ${move.moved ? move.name : move.why}`),
  );
  const put = (name: string, text: string) => putInto(spool, name, text);
  return { spool, settler, trouble, told, faults, put, recoveries: () => recoveries };
}

test("each file goes where it belongs", () => {
  using folder = temporaryFolder();
  const { spool, settler, told, put } = settlerOn(folder.path);
  settler.settle({ kind: "archive", file: put("a.json", "1") });
  settler.settle({ kind: "refuse", file: put("b.json", "2"), refusal: crashLoop("x") });
  settler.settle({ kind: "set-aside", file: put("c.json", "") });
  expect(told).toEqual([
    "archive a.json: a.json",
    "refuse b.json: b.json",
    "set-aside c.json: c.json",
  ]);
  expect(readdirSync(spool.archive)).toEqual(["a.json"]);
  expect(readdirSync(spool.failed).sort()).toEqual(["b.json", "b.json.error"]);
  expect(settler.pending).toBe(0);
});

test("a file that has gone keeps nothing from being settled", () => {
  using folder = temporaryFolder();
  const { settler, told, faults, put } = settlerOn(folder.path);
  const kinds: Settlement[] = [
    { kind: "set-aside", file: put("a.json", "") },
    { kind: "archive", file: put("b.json", "1") },
    { kind: "refuse", file: put("c.json", "2"), refusal: crashLoop("x") },
  ];
  for (const settlement of kinds) {
    unlinkSync(join(folder.path, settlement.file.name));
    settler.settle(settlement);
  }
  expect(told).toEqual([
    ...["set-aside a.json: vanished", "archive b.json: vanished", "refuse c.json: vanished"],
  ]);
  expect([settler.pending, faults]).toEqual([0, []]);
});

test("what the file system does not let go is tried again, in order, and known by name", async () => {
  using folder = temporaryFolder();
  const { spool, settler, trouble, told, faults, put, recoveries } = settlerOn(folder.path);
  const files = ["a.json", "b.json", "c.json"].map((name) => put(name, name));
  block(spool.archive);
  for (const file of files) settler.settle({ kind: "archive", file });
  expect([told, settler.pending, settler.has("b.json"), settler.has("x")]).toEqual([
    ...[[], 3, true, false],
  ]);
  // What fails together is told once.
  expect(faults.map(({ boundary, code }) => [boundary, code])).toEqual([["SpoolFault", "ENOTDIR"]]);

  settler.retry();
  expect(faults).toHaveLength(1);
  await due(trouble);
  settler.retry();
  expect([faults.length, settler.pending]).toEqual([2, 3]);

  rmSync(spool.archive);
  mkdirSync(spool.archive);
  await due(trouble);
  settler.retry();
  expect(told.map((line) => line.slice(0, 9))).toEqual(["archive a", "archive b", "archive c"]);
  expect([settler.pending, settler.has("b.json"), trouble.fault, recoveries()]).toEqual([
    ...[0, false, undefined, 1],
  ]);
});

test("one file that cannot be moved holds up no other", async () => {
  using folder = temporaryFolder();
  const { spool, settler, trouble, told, put } = settlerOn(folder.path);
  block(spool.failed);
  settler.settle({ kind: "refuse", file: put("stuck.json", "1"), refusal: crashLoop("x") });
  settler.settle({ kind: "archive", file: put("a.json", "1") });
  await due(trouble);
  settler.retry();
  settler.settle({ kind: "archive", file: put("b.json", "1") });
  expect(told).toEqual(["archive a.json: a.json", "archive b.json: b.json"]);
  expect([settler.pending, settler.has("stuck.json")]).toEqual([1, true]);
});

test("where nothing can be moved, only some files a span are tried, in turns", async () => {
  using folder = temporaryFolder();
  const { spool, settler, trouble, told, put } = settlerOn(folder.path);
  block(spool.failed);
  const names = Array.from({ length: 20 }, (_, at) => `${String(at).padStart(2, "0")}.json`);
  const files = names.map((name) => put(name, "1"));
  for (const file of files) settler.settle({ kind: "refuse", file, refusal: crashLoop("x") });
  settler.settle({ kind: "archive", file: put("z.json", "1") });
  expect([told, settler.pending]).toEqual([[], 21]);
  // Eight a span: in the third it is the turn of the one that can go.
  for (let span = 0; span < 3 && settler.has("z.json"); span++) {
    await due(trouble);
    settler.retry();
  }
  expect([told, settler.pending]).toEqual([["archive z.json: z.json"], 20]);
});

test("a folder that someone has removed is made again, a spool that has gone is not", async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, "spool");
  mkdirSync(root);
  const { spool, settler, trouble, told, faults, put } = settlerOn(root);
  rmSync(spool.archive, { recursive: true });
  rmSync(spool.failed, { recursive: true });
  settler.settle({ kind: "archive", file: put("a.json", "1") });
  settler.settle({ kind: "refuse", file: put("b.json", "1"), refusal: crashLoop("x") });
  expect(told).toEqual(["archive a.json: a.json", "refuse b.json: b.json"]);
  expect([readdirSync(spool.archive), faults, trouble.fault]).toEqual([["a.json"], [], undefined]);
  const file = put("c.json", "1");
  renameSync(root, `${root}.away`);
  settler.settle({ kind: "archive", file });
  expect(existsSync(root)).toBe(false);
});

/** Something that is no folder has its name. */
function block(folder: string): void {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "");
}

async function due(trouble: Trouble): Promise<void> {
  await Bun.sleep(Math.max(0, trouble.retryAtMs - performance.now()) + 1);
}
