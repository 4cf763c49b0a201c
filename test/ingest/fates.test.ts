import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fates } from "../../src/ingest/fates.ts";
import { Trouble } from "../../src/ingest/trouble.ts";
import { lookAt } from "../../src/spool/scan-spool.ts";
import { openSpool, type SpoolFile } from "../../src/spool/spool.ts";
import type { Refusal } from "../../src/submission/refusal.ts";
import type { FaultReport, Outcome } from "../../src/worker/protocol.ts";
import { temporaryFolder } from "../temporary.ts";

const seconds = { wait: 0, prepare: 0, write: 0 };
const fault = (klass: FaultReport["class"], boundary: FaultReport["boundary"]): FaultReport => ({
  ...{ boundary, class: klass, message: "m", operation: "o" },
});
const refusal = (reason: Refusal["reason"]): Refusal => ({
  ...{ stage: "parse", reason, message: "m", origins: [], issues: [], issueCount: 1 },
});

/** Fates on a spool of their own, with a file for each name. */
function fatesOn(root: string, ...names: string[]) {
  const spool = openSpool(root);
  const told: string[] = [];
  const events = {
    onIngested: ({ name }: SpoolFile) => told.push(`ingested ${name}`),
    onRefused: ({ name }: SpoolFile, { reason }: Refusal) =>
      told.push(`refused ${name}: ${reason}`),
    onUnripe: ({ name }: SpoolFile) => told.push(`unripe ${name}`),
    onFault: ({ message }: FaultReport) => told.push(message),
  };
  const fates = new Fates({
    ...{
      spool,
      intervalMs: 60_000,
      emptyMs: 1_000,
      moves: new Trouble({}),
      events,
      onReplaced: () => {},
    },
  });
  const files = names.map((name): SpoolFile => {
    writeFileSync(join(root, name), "1");
    const file = lookAt(root, name);
    if (!file || "what" in file) throw new Error("not there");
    return file;
  });
  const decide = (outcomes: Outcome[], storeFault?: FaultReport) =>
    fates
      .decide(
        { outcomes, tally: [], timesMs: {}, ...(storeFault ? { fault: storeFault } : {}) },
        outcomes.length,
        seconds,
      )
      .map(({ name }) => name);
  return { spool, fates, files, told, decide };
}

test("what is in goes to archive/, what is refused to failed/, what has gone is forgotten", () => {
  using folder = temporaryFolder();
  const { spool, fates, files, told, decide } = fatesOn(folder.path, "a.json", "b.json", "c.json");
  const [a, b, c] = files as [SpoolFile, SpoolFile, SpoolFile];
  const again = decide([
    { kind: "ingested", file: a, rows: 1, version: "5.3" },
    { kind: "refused", file: b, refusal: refusal("not-json") },
    { kind: "vanished", file: c },
  ]);
  expect([again, fates.refused, fates.undecided]).toEqual([[], 1, 0]);
  expect(told).toEqual(["ingested a.json", "refused b.json: not-json"]);
  expect([readdirSync(spool.archive), readdirSync(spool.failed).sort()]).toEqual([
    ["a.json"],
    ["b.json", "b.json.error"],
  ]);
});

test("a file that ends early may still grow: it waits", () => {
  using folder = temporaryFolder();
  const { fates, files, told, decide } = fatesOn(folder.path, "a.json");
  decide([{ kind: "refused", file: files[0] as SpoolFile, refusal: refusal("cut-off") }]);
  expect([told, fates.unripe, fates.has("a.json")]).toEqual([["unripe a.json"], 1, true]);
});

test("a batch that the database did not take is tried again together, a single file by itself", () => {
  using folder = temporaryFolder();
  const { fates, files, decide } = fatesOn(folder.path, "a.json", "b.json");
  const kept = files.map((file): Outcome => ({ kind: "kept", file }));
  expect(decide(kept, fault("transient", "StoreFault"))).toEqual(["a.json", "b.json"]);
  expect(decide(kept.slice(0, 1), fault("transient", "StoreFault"))).toEqual([]);
  expect([fates.undecided, fates.has("a.json")]).toEqual([1, true]);
  // Where an operator must act, no file is to blame.
  expect(decide(kept.slice(1), fault("operator", "StoreFault"))).toEqual(["b.json"]);
});

test("a file that cannot be read waits by itself, unless none can be read", () => {
  using folder = temporaryFolder();
  const { fates, files, told, decide } = fatesOn(folder.path, "a.json", "b.json", "c.json");
  const [a, b, c] = files as [SpoolFile, SpoolFile, SpoolFile];
  const unread = (file: SpoolFile): Outcome => ({
    ...{ kind: "kept", file, fault: fault("transient", "SpoolFault") },
  });
  expect(decide([unread(a), unread(b)])).toEqual(["a.json", "b.json"]);
  expect(decide([unread(a), { kind: "vanished", file: b }])).toEqual([]);
  expect(fates.undecided).toBe(1);
  expect(decide([{ kind: "kept", file: c, fault: fault("operator", "SpoolFault") }])).toEqual([]);
  expect([fates.unreadable, fates.undecided, told]).toEqual([1, 1, ["m"]]);
});

test("a file accused of killing workers is refused when a batch goes well, not when one fails", () => {
  using folder = temporaryFolder();
  const { fates, files, told, decide } = fatesOn(folder.path, "a.json");
  const [a] = files as [SpoolFile];
  expect([1, 2, 3].map(() => fates.accuse(a, "gone"))).toEqual(["again", "again", "accused"]);
  expect([fates.needsProof, fates.has("a.json")]).toEqual([true, true]);
  decide([], fault("transient", "StoreFault"));
  expect([fates.needsProof, told]).toEqual([true, []]);
  decide([]);
  expect([fates.needsProof, told]).toEqual([false, ["refused a.json: crash-loop"]]);
});
