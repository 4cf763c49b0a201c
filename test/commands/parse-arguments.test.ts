import { expect, test } from "bun:test";
import { monitorCommand } from "../../src/commands/monitor.ts";
import { parseArguments } from "../../src/commands/parse-arguments.ts";
import { ConfigFault } from "../../src/config/fault.ts";

function read(...words: string[]): Record<string, unknown> {
  const { _, ...given } = parseArguments(monitorCommand, words);
  return given;
}

function complaint(...words: string[]): string {
  try {
    read(...words);
  } catch (cause) {
    if (!(cause instanceof ConfigFault)) throw cause;
    expect(cause.usage).toBe(true);
    return cause.hint ? `${cause.message} (${cause.hint})` : cause.message;
  }
  throw new Error("accepted");
}

test("flags are taken with a space or a sign of equality, in any order", () => {
  expect(read("--once", "--spool-dir", "a", "--interval=2")).toMatchObject({
    "spool-dir": "a",
    interval: "2",
    once: true,
  });
  expect(read("--spool-dir=--once")).toMatchObject({ "spool-dir": "--once" });
  expect(read("--spool-dir=a=b")).toMatchObject({ "spool-dir": "a=b" });
  expect(read("--spool-dir", "-")).toMatchObject({ "spool-dir": "-" });
});

test.each([
  [["--nope"], "unknown flag --nope"],
  [["--spol-dir", "x"], "unknown flag --spol-dir (did you mean --spool-dir?)"],
  [["--no-once"], "unknown flag --no-once"],
  [["-o"], "unknown flag -o"],
  [["-once"], expect.stringContaining("unknown flag -once")],
  [["stray"], 'expected only flags, got "stray"'],
  [["--once", "yes"], 'expected only flags, got "yes"'],
  [["--", "--once"], 'expected only flags, got "--once"'],
  [["--once=yes"], '--once: expected no value, got "yes"'],
  [["--spool-dir"], "--spool-dir: expected a value, got nothing"],
  [
    ["--spool-dir", "--once"],
    '--spool-dir: expected a value, got "--once" (write --spool-dir="--once" if that is the value)',
  ],
])("%j is refused", (words, message) => {
  expect(complaint(...words)).toEqual(message);
});
