import { describe, expect, test } from "bun:test";
import { createLog } from "../../src/observe/log.ts";
import { formatSummary, Progress } from "../../src/observe/progress.ts";
import { Terminal } from "../../src/observe/terminal.ts";
import { MemoryStream } from "./stream.ts";

const none = { files: 0, totalFiles: 1000, rows: 0, bytes: 0, failed: 0 };
const half = { files: 500, totalFiles: 1000, rows: 12_345, bytes: 40_000_000, failed: 2 };

function start(isTTY: boolean) {
  const stream = new MemoryStream(isTTY);
  const terminal = new Terminal(stream);
  let nowMs = 0;
  const progress = new Progress(terminal, () => nowMs);
  const at = (ms: number) => {
    nowMs = ms;
  };
  return { stream, terminal, progress, at };
}

describe("Progress", () => {
  test("shows bar, files, rows, rate, failures and time left", () => {
    const { stream, progress, at } = start(true);
    progress.update(none);
    at(4000);
    progress.update(half);
    const line = stream.screen.at(-1) ?? "";
    expect(line).toMatch(/^█+░+ {2}50% {2}500\/1,000 files {2}12,345 rows {2}10 MB\/s {2}2 failed/);
    expect(line).toEndWith("4 s left");
  });

  test("never wraps, however narrow the terminal", () => {
    const { stream, progress, at } = start(true);
    for (const [step, columns] of [200, 100, 60, 40, 20, 5].entries()) {
      stream.columns = columns;
      at(1000 * (step + 1));
      progress.update({ ...half, files: 500 + step });
      expect((stream.screen.at(-1) ?? "").length).toBeLessThan(columns);
    }
  });

  test("redraws at most ten times a second", () => {
    const { stream, progress, at } = start(true);
    for (let ms = 0; ms < 1000; ms += 5) {
      at(ms);
      progress.update({ ...half, files: ms });
    }
    expect(stream.text.split("\r").length - 1).toBeLessThanOrEqual(10);
  });

  test("log lines scroll by above it", () => {
    const { stream, terminal, progress } = start(true);
    const log = createLog({ terminal, format: "text", verbosity: "normal" });
    progress.update(half);
    log.info("first");
    log.info("second");
    expect(stream.screen.slice(0, 2).join("\n")).toMatch(/info first\n.* info second$/);
    expect(stream.screen.at(-1)).toContain("500/1,000 files");
  });

  test("ends with a summary in place of the line", () => {
    const { stream, progress, at } = start(true);
    progress.update(half);
    at(2000);
    progress.finish(half);
    expect(stream.screen).toEqual([
      "498 files ingested, 2 refused: 12,345 rows, 40 MB in 2 s (250 files/s, 20 MB/s)",
      "",
    ]);
  });

  test("is silent off a terminal", () => {
    const { stream, progress } = start(false);
    progress.update(half);
    progress.finish(half);
    progress[Symbol.dispose]();
    expect(stream.text).toBe("");
  });
});

describe("formatSummary", () => {
  test("copes with nothing done in no time", () => {
    expect(formatSummary({ ...none, totalFiles: 0 }, 0)).toBe(
      "0 files ingested, 0 refused: 0 rows, 0 B in 0 ms (0 files/s, 0 MB/s)",
    );
  });
});
