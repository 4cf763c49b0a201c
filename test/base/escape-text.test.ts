import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeJson, escapeText } from "../../src/base/escape-text.ts";
import { toLabel } from "../../src/base/label.ts";
import { maskedJson, safeJson } from "../../src/base/safe-json.ts";
import { crashMessage } from "../../src/commands/crash.ts";
import { createLog } from "../../src/observe/log.ts";
import { html } from "../../src/observe/page/html.ts";
import { Terminal } from "../../src/observe/terminal.ts";
import { HeldFolder } from "../../src/spool/held-folder.ts";
import { printableName } from "../../src/spool/name.ts";
import { readReason, writeReason } from "../../src/spool/reason-file.ts";
import { describe as describeValue } from "../../src/submission/text/describe.ts";
import { excerptAt } from "../../src/submission/text/excerpt.ts";
import { formatPath } from "../../src/submission/text/path.ts";
import { MemoryStream } from "../observe/stream.ts";
import { temporaryFolder } from "../temporary.ts";

setDefaultTimeout(60_000);

/** Control and format characters, separators, surrogates and what shows as nothing, from Unicode's tables. */
const unsafeRanges: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x600, 0x605],
  [0x61c, 0x61c],
  [0x6dd, 0x6dd],
  [0x70f, 0x70f],
  [0x890, 0x891],
  [0x8e2, 0x8e2],
  [0x115f, 0x1160],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1343f],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

const isUnsafe = new Uint8Array(0x110000);
for (const [first, last] of unsafeRanges) isUnsafe.fill(1, first, last + 1);

/** All of Unicode in pieces, each between letters, so that no surrogate finds another half. */
function pieces(size: number): readonly string[] {
  const known = piecesOfSize.get(size) ?? [...makePieces(size)];
  piecesOfSize.set(size, known);
  return known;
}

const piecesOfSize = new Map<number, readonly string[]>();

function* makePieces(size: number): Generator<string> {
  for (let from = 0; from < 0x110000; from += size) {
    let text = "";
    const to = Math.min(0x110000, from + size);
    for (let point = from; point < to; point++) text += `${String.fromCodePoint(point)}a`;
    yield text;
  }
}

/** By code point: the number of the check that has met it last. */
const metIn = new Uint32Array(0x110000);
let checks = 0;

/** What is printed has no unsafe character, and still all the others, of which `changed` are written otherwise. */
function expectSafe(printed: string, text: string, changed = /["\\&<>'\s]/): void {
  checks++;
  const raw = new Set<number>();
  eachPoint(printed, (point) => {
    metIn[point] = checks;
    if (isUnsafe[point] === 1) raw.add(point);
  });
  const lost = new Set<number>();
  eachPoint(text, (point) => {
    const isLost = isUnsafe[point] === 0 && metIn[point] !== checks;
    if (isLost && !changed.test(String.fromCodePoint(point))) lost.add(point);
  });
  const hex = (points: Iterable<number>) => [...points].map((point) => point.toString(16));
  if (raw.size + lost.size > 0)
    expect({ raw: hex(raw), lost: hex(lost) }).toEqual({ raw: [], lost: [] });
}

/** Goes through the code points of a text. There are many millions: an iterator would take longer than the rest. */
function eachPoint(text: string, look: (point: number) => void): void {
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) ?? 0;
    if (point > 0xffff) at++;
    look(point);
  }
}

/** A log line of one field, without the end of the line. */
function logged(format: "text" | "json", value: string): string {
  const stream = new MemoryStream(false);
  const log = createLog({ terminal: new Terminal(stream), format, verbosity: "normal" });
  log.info("event", { value });
  return stream.text.trimEnd();
}

const printers: Record<string, (text: string) => string> = {
  "a text": escapeText,
  "a JSON text": (text) => escapeJson(JSON.stringify(text)),
  "the JSON of a command": (text) => safeJson({ text }),
  "the JSON of the status": (text) => maskedJson({ text }),
  "the name of a file": printableName,
  "a value in the text log": (text) => logged("text", text),
  "a value in the JSON log": (text) => logged("json", text),
  "the page": (text) => String(html`<p title="${text}">${text}</p>`),
  "a value in a mistake": (text) =>
    [...text.matchAll(/[\s\S]{1,30}/gu)].map(([part]) => describeValue(part)).join(""),
  "a place in a mistake": (text) =>
    [...text.matchAll(/[\s\S]{1,30}/gu)].map(([part]) => formatPath([part])).join(""),
  "an excerpt of a line": (text) =>
    [...text.matchAll(/.{1,40}/gsu)]
      .map(([part]) => excerptAt(part.replaceAll("\n", ""), 1, 1).text)
      .join(""),
  "a label of a metric": (text) =>
    [...text.matchAll(/[\s\S]{1,60}/gu)].map(([part]) => toLabel(part)).join(""),
};

describe.each(Object.entries(printers))("%s", (_what, print) => {
  test("shows every character of Unicode but the unsafe ones", () => {
    for (const text of pieces(400)) expectSafe(print(text), text);
  });
});

test("a crash shows every character of Unicode but the unsafe ones, a line a call", () => {
  for (const text of pieces(1_000)) {
    const lines = crashMessage(text).split("\n");
    for (const line of lines) expectSafe(line, "");
  }
});

test("a reason file holds every character of Unicode but the unsafe ones, and is read as safely", () => {
  using folder = temporaryFolder();
  const failed = join(folder.path, "failed");
  mkdirSync(failed);
  for (const text of pieces(20_000)) {
    const issue = { path: text, code: "x", expected: "y", got: "z" };
    using held = HeldFolder.open(failed);
    writeReason(held, "a.json", {
      stage: "store",
      reason: "database",
      message: text,
      origins: ["lab"],
      issues: [issue],
      issueCount: 1,
    });
    expectSafe(readFileSync(join(failed, "a.json.error"), "utf8").replaceAll("\n", ""), text);
    expectSafe(JSON.stringify(readReason(failed, "a.json")), text);
  }
});

test("an escaped JSON text is the same document", () => {
  for (const text of pieces(10_000)) {
    const json = escapeJson(JSON.stringify({ [text]: [text, 1.5] }, null, 2));
    expect(JSON.parse(json)).toEqual({ [text]: [text, 1.5] });
  }
  expect(escapeJson('{\r\n\t"a":\r1}')).toBe('{ \n\t"a": 1}');
});
