import { expect, test } from "bun:test";
import type { SpoolFile } from "../../src/spool/spool.ts";
import { packOutcomes, unpackOutcomes } from "../../src/worker/packed-outcomes.ts";
import type { FaultReport, Outcome } from "../../src/worker/protocol.ts";

const file = (name: string, more: Partial<SpoolFile> = {}): SpoolFile => ({
  ...{ name, bytes: 7, mtimeMs: 1_700_000_000_123.456, inode: 2 ** 40 + 1, ...more },
});
const fault: FaultReport = {
  ...{ boundary: "SpoolFault", message: "m", class: "transient", operation: "read" },
};

test("outcomes cross threads and come out as they were", () => {
  const files = ["a", "b", "c", "d", "e"].map((name) => file(name));
  const outcomes: Outcome[] = [
    { kind: "empty", file: file("e", { bytes: 0 }) },
    ...["c", "a"].map((name, at): Outcome => {
      const read = file(name, { bytes: 9, digest: 2n ** 63n + BigInt(at) });
      return { kind: "ingested", file: read, rows: at, version: at === 0 ? "5.3" : "4.2" };
    }),
  ];
  const packed = packOutcomes(
    outcomes,
    files.map(({ name }) => name),
  );
  expect(unpackOutcomes(structuredClone(packed), files)).toEqual(outcomes);
});

test("a file that was not read is the one that main has handed out", () => {
  const files = ["a", "b"].map((name) => file(name));
  const blank = (name: string) => ({ name, bytes: 0, mtimeMs: 0, inode: 0 });
  const packed = packOutcomes(
    [
      { kind: "kept", file: blank("b"), fault },
      { kind: "vanished", file: blank("a") },
    ],
    ["a", "b"],
  );
  expect(unpackOutcomes(packed, files)).toEqual([
    { kind: "kept", file: file("b"), fault },
    { kind: "vanished", file: file("a") },
  ]);
});

test("of no outcomes none come out", () => {
  expect(unpackOutcomes(packOutcomes([], []), [])).toEqual([]);
});
