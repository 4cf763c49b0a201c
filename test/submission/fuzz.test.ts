import { expect, test } from "bun:test";
import { readSubmission } from "../../src/prepare/read-submission.ts";
import { explain } from "../../src/submission/explain.ts";
import { scan } from "../../src/submission/json/scan.ts";
import { Mistakes } from "../../src/submission/mistakes.ts";
import { isValid } from "../../src/submission/validator.ts";
import { documentType } from "../../src/submission/versions/field.ts";
import { versions } from "../../src/submission/versions/versions.ts";
import { processorMs } from "../processor-ms.ts";
import { DocumentMaker } from "./fuzz/document-maker.ts";
import { mutateText } from "./fuzz/mutate-text.ts";
import { Random } from "./fuzz/random.ts";

/** `FUZZ_SEED=… FUZZ_RUNS=… bun test fuzz` replays or lengthens a run. */
const seed = Number(process.env.FUZZ_SEED ?? 20260801);
const runs = Number(process.env.FUZZ_RUNS ?? 20_000);
const maxMs = 50;

test(`${runs} mutated documents: a verdict each, in time, and upgrades are stable (seed ${seed})`, () => {
  const tally = { accepted: 0, refused: 0, slowestMs: 0 };
  for (let run = 0; run < runs; run++) {
    const random = new Random(seed + run);
    const version = random.pick(versions);
    const document = new DocumentMaker(random).make(version);
    const text = random.chance(0.3)
      ? mutateText(JSON.stringify(document), random)
      : JSON.stringify(document);
    const where = `FUZZ_SEED=${seed + run} FUZZ_RUNS=1: ${text}`;

    const startMs = processorMs();
    const reading = readSubmission(text);
    let elapsedMs = processorMs() - startMs;
    // A collection of garbage is not this document's: what is slow must be slow again.
    for (let again = 0; again < 3 && elapsedMs > maxMs; again++) {
      const restartMs = processorMs();
      readSubmission(text);
      elapsedMs = Math.min(elapsedMs, processorMs() - restartMs);
    }
    if (elapsedMs > maxMs)
      throw new Error(`${elapsedMs} ms for ${text.length} characters: ${where}`);
    tally.slowestMs = Math.max(tally.slowestMs, elapsedMs);

    if (reading.accepted) {
      tally.accepted += 1;
      const upgraded = JSON.stringify(reading.submission);
      const again = readSubmission(upgraded);
      if (!again.accepted) throw new Error(`${again.refusal.message}: ${where}`);
      if (JSON.stringify(again.submission) !== upgraded) throw new Error(`not stable: ${where}`);
    } else {
      tally.refused += 1;
      const { issues, issueCount } = reading.refusal;
      if (issues.length === 0 || issueCount < issues.length) throw new Error(`no issue: ${where}`);
      const isLocated = issues.every(
        ({ line, column }) => Number(line) >= 1 && Number(column) >= 1,
      );
      if (!isLocated) throw new Error(`an issue without place: ${where}`);
    }
  }
  console.log(tally);
  expect(tally.accepted).toBeGreaterThan(runs / 10);
  expect(tally.refused).toBeGreaterThan(runs / 10);
}, 120_000);

test("the validator and the explanation agree, and minor versions of 5 only add", () => {
  for (let run = 0; run < runs / 4; run++) {
    const random = new Random(seed - run);
    const version = random.pick(versions);
    const document = new DocumentMaker(random).make(version);
    const mistakes = new Mistakes(1);
    explain(documentType(version), document, mistakes);
    const valid = isValid(version, document);
    if (valid !== (mistakes.count === 0)) {
      throw new Error(`${version.name} ${valid}: ${JSON.stringify(document)}`);
    }
    if (!valid || version.major < 5) continue;
    const newest = versions.at(-1) as (typeof versions)[number];
    expect(isValid(newest, { ...document, version: { major: 5, minor: 3 } })).toBe(true);
  }
});

test("the scanner refuses exactly what the native parser refuses", () => {
  for (let run = 0; run < runs / 4; run++) {
    const random = new Random(seed + run);
    const document = new DocumentMaker(random).make(random.pick(versions));
    const text = mutateText(JSON.stringify(document, undefined, random.below(3)), random);
    const problem = scan(text, 1000);
    if (parses(text) === (problem !== undefined)) {
      throw new Error(`${JSON.stringify(problem)}: ${JSON.stringify(text)}`);
    }
  }
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
