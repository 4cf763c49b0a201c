import { expect, test } from "bun:test";
import { readSubmission } from "../../../src/prepare/read-submission.ts";
import { upgradeText } from "../../../src/submission/upgrade/upgrade-text.ts";
import { findWarnings, type Warnings } from "../../../src/submission/warnings/find-warnings.ts";
import { isFull } from "../../faults/sweep.ts";
import { type Case, caseFiles } from "../../submission/cases.ts";
import { Random } from "../../submission/fuzz/random.ts";
import { drawBytes } from "./draw-text.ts";
import { outcomeOf, readInParts } from "./outcome-of.ts";

/** `FUZZ_SEED=… FUZZ_RUNS=… bun test read-large` replays or lengthens a run. */
const seed = Number(process.env.FUZZ_SEED ?? 20260801);
const runs = Number(process.env.FUZZ_RUNS ?? (isFull ? 20_000 : 1_000));
const look = { nowMs: Date.parse("2020-01-01T00:00:00Z"), thorough: true };

function expectSame(bytes: Uint8Array, random: Random, where: string) {
  const maxIssues = random.pick([1, 3, 20]);
  const [pieceBytes, partBytes] = [1 + random.below(200), 1 + random.below(600)];
  const carriedBytes = random.pick([0, Infinity]);
  const longBytes = random.pick([0, 20, undefined]);
  const options = { maxIssues, fixes: random.chance(0.5) };
  const wholeReading = readSubmission(bytes, options);
  const reading = readInParts(bytes, pieceBytes, {
    ...options,
    partBytes,
    carriedBytes,
    longBytes,
    warnings: look,
  });
  if (wholeReading.accepted && reading.accepted) {
    const all = findWarnings(wholeReading, { ...look, maxIssues: 1_000 });
    const told = findWarnings(wholeReading, { ...look, maxIssues });
    // Of what an equal name behind it replaced only a reading of the whole looks at the names.
    if (!all.warnings.some(isReplaced)) expect([where, reading.warnings]).toEqual([where, told]);
    warned += all.warningCount;
  }
  const [whole, inParts] = [outcomeOf(wholeReading), outcomeOf(reading)];
  if (!Bun.deepEquals(inParts, whole, true)) {
    console.log(
      where,
      pieceBytes,
      partBytes,
      carriedBytes,
      longBytes,
      Buffer.from(bytes).toString().slice(0, 3000),
    );
    expect(inParts).toEqual(whole);
  }
  return "reason" in (whole as object) ? (whole as { reason: string }).reason : "accepted";
}

let warned = 0;

/** A field of the document itself comes twice. */
function isReplaced({ code, path }: Warnings["warnings"][number]): boolean {
  return code === "duplicate-key" && /^\$\.\w+$/.test(path);
}

test(`${runs} drawn documents: read part by part they get the verdict, the mistakes, the document and the rows of one reading (seed ${seed})`, () => {
  const tally: Record<string, number> = {};
  for (let run = 0; run < runs; run++) {
    const random = new Random(seed + run);
    const reason = expectSame(drawBytes(random), random, `FUZZ_SEED=${seed + run} FUZZ_RUNS=1`);
    tally[reason] = (tally[reason] ?? 0) + 1;
  }
  console.log(tally);
  const reasons = [
    "accepted",
    "invalid",
    "not-json",
    "cut-off",
    "upgrade-impossible",
    "unstorable",
  ];
  // A run that is replayed has but few.
  if (runs < 1_000) return;
  for (const reason of reasons) expect(tally[reason]).toBeGreaterThan(runs / 500);
  expect(warned).toBeGreaterThan(runs / 2);
}, 600_000);

test("where an equal name replaced what is nested too deeply the last one is upgraded", () => {
  const deep = "[".repeat(2500) + "]".repeat(2500);
  const tests = `"tests":[{"id":"a:1","origin":"a","build_id":"a:2","misc":{"2":1,"1":{"3":1}}}]`;
  for (const before of [`"tests":${deep}`, `"builds":${deep},"builds":[]`]) {
    const text = `{"version":{"major":4,"minor":3},${before},${tests}}`;
    expect(expectSame(Buffer.from(text), new Random(seed), before.slice(0, 20))).toBe("accepted");
    const upgraded = upgradeText(text);
    expect(upgraded).toContain('"misc":{"2":1,"1":{"3":1}}');
    expect(upgraded).not.toContain("[[");
  }
});

test("a list in the place of a document gets a change that has all of it, or none", () => {
  const change = (count: number) => {
    const items = Array.from({ length: count }, (_, at) => ({ id: `a:${at}`, origin: "a" }));
    const bytes = Buffer.from(JSON.stringify(items));
    const reading = readInParts(bytes, 5_000, { partBytes: 200, carriedBytes: 0, fixes: true });
    return reading.accepted ? undefined : reading.refusal.issues[0];
  };
  expect(change(3)?.fix).toMatchObject([{ value: { checkouts: [{}, {}, { id: "a:2" }] } }]);
  expect(change(5_000)?.hint).toBe(String(change(3)?.hint));
  expect(change(5_000)?.fix).toBeUndefined();
});

test("what is no list beside numbers that grow in a database is a mistake as any other", () => {
  const odd = `{"id":"a:1","origin":"a","checkout_id":"a:2","duration":1e21,"misc":{"a":1}}`;
  for (const wrong of ["null", "5", '"a"', "{}", "true"]) {
    for (const list of ["checkouts", "tests", "issues", "incidents"]) {
      const text = `{"version":{"major":5,"minor":3},"builds":[${odd}],"${list}":${wrong}}`;
      const reason = expectSame(Buffer.from(text), new Random(seed), text.slice(-40));
      expect(reason).toBe("invalid");
    }
  }
});

test("where an equal name replaced what is nested too deeply nothing is told of what is odd", () => {
  const deep = "[".repeat(2500) + "]".repeat(2500);
  const version = '"version":{"major":5,"minor":2}';
  const list = (misc: string) => `"tests":[{"id":"a:1","origin":"a","build_id":"a:2",${misc}}]`;
  const odd = list('"misc":{"a":1,"a":2}');
  const texts = [
    `{"version":${deep},${version}}`,
    `{"tests":${deep},${odd},${version}}`,
    `{${odd},"tests":${deep},"tests":[],${version}}`,
    `{${list(`"misc":{"a":1,"a":2},"misc":${deep},"misc":{}`)},${version}}`,
    `{${list(`"misc":{"a":${deep},"a":1,"b":1,"b":2}`)},${version}}`,
  ];
  for (const text of texts) {
    for (let run = 0; run < 10; run++) {
      expect(expectSame(Buffer.from(text), new Random(seed + run), text.slice(-80))).toBe(
        "accepted",
      );
    }
    const options = { maxIssues: 20, warnings: look };
    const reading = readInParts(Buffer.from(text), 100, options);
    expect("warnings" in reading && reading.warnings?.warningCount).toBe(0);
  }
});

test.each(caseFiles)("$name: the cases come to the same part by part", ({ name, read }) => {
  const random = new Random(seed);
  for (const one of read()) expectSame(bytesOf(one), random, `${name} ${one.name}`);
});

function bytesOf({ data, doc, doc_base64 }: Case): Uint8Array {
  if (doc_base64 !== undefined) return Buffer.from(doc_base64, "base64");
  return Buffer.from(doc ?? JSON.stringify(data));
}
