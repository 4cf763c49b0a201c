import { describe, expect, test } from "bun:test";
import { knowSecrets } from "../../src/base/known-secrets.ts";
import { createLog, type LogOptions } from "../../src/observe/log.ts";
import { Terminal } from "../../src/observe/terminal.ts";
import { MemoryStream } from "./stream.ts";

function makeLog(options: Partial<LogOptions> = {}, isTTY = false) {
  const stream = new MemoryStream(isTTY);
  const terminal = new Terminal(stream);
  const log = createLog({ terminal, format: "text", verbosity: "normal", ...options });
  return { log, stream, terminal };
}

describe("createLog", () => {
  test("writes time, level, event and fields on one line", () => {
    const { log, stream } = makeLog();
    log.info("submission_refused", {
      file: "a.json",
      origin: "maestro",
      issues: 3,
      path: undefined,
    });
    expect(stream.text).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z info submission_refused file=a\.json origin=maestro issues=3\n$/,
    );
  });

  test("quotes what could be misread, and only that", () => {
    const { log, stream } = makeLog();
    log.warn("x", {
      a: "two words",
      b: 'say "hi"',
      c: "",
      d: "k=v",
      e: "back\\slash",
      f: ["p", "q"],
    });
    expect(stream.text).toEndWith(
      'warn x a="two words" b="say \\"hi\\"" c="" d="k=v" e="back\\\\slash" f=p,q\n',
    );
  });

  test.each(["text", "json"] as const)(
    "no control byte, escape code or turned direction reaches %s output",
    (format) => {
      const { log, stream } = makeLog({ format });
      log.error("x\n", {
        "k\u001b": "a\r\nb\u0000\u001b]0;t\u0007\u009b31m\u202ecod.exe\u2028\ud800",
      });
      expect(stream.text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]|\p{Surrogate}/u);
      expect(stream.text.split("\n")).toHaveLength(2);
      expect(stream.text).toContain("\\u001b]0;t\\u0007\\u009b31m\\u202ecod.exe");
    },
  );

  test("writes JSON lines whose numbers stay numbers and whose own fields cannot be replaced", () => {
    const { log, stream } = makeLog({ format: "json" });
    log.info("cycle_finished", {
      files: 12,
      event: "fake",
      at: new Date(0),
      big: 12n,
      deep: { n: 1n },
    });
    const { time, ...record } = JSON.parse(stream.text);
    expect(Date.parse(time)).toBeGreaterThan(0);
    expect(record).toEqual({
      level: "info",
      event: "cycle_finished",
      files: 12,
      event_: "fake",
      at: "1970-01-01T00:00:00.000Z",
      big: "12",
      deep: '{"n":"1"}',
    });
  });

  test("knows a secret also where a long value is clipped", () => {
    using _secrets = knowSecrets(["t0ken-t0ken"]);
    const { log, stream } = makeLog();
    log.info("failed", { error: `${"x".repeat(1_995)}t0ken-t0ken and more` });
    expect(stream.text).not.toContain("t0k");
  });

  test("masks passwords of URLs and the secrets it was told of", () => {
    using _secrets = knowSecrets(["t0ken", ""]);
    const { log, stream } = makeLog();
    log.info("start", {
      database: "postgres://k:hunter2@db/kci",
      error: new Error("bad t0ken here"),
    });
    expect(stream.text).toContain('database=postgres://k:***@db/kci error="bad *** here"');
  });

  test("clips a value that is too long for a line", () => {
    const { log, stream } = makeLog();
    log.info("x", { message: "m".repeat(1_000_000) });
    expect(stream.text.length).toBeLessThan(2200);
    expect(stream.text).toContain("(998000 more characters)");
  });

  test.each([
    ["quiet", ["error", "warn"]],
    ["normal", ["error", "warn", "info"]],
    ["verbose", ["error", "warn", "info", "debug"]],
  ] as const)("%s writes %p", (verbosity, expected) => {
    const { log, stream } = makeLog({ verbosity });
    for (const level of ["error", "warn", "info", "debug"] as const) log[level](level);
    expect(stream.text.match(/\w+(?=\n)/g)).toEqual([...expected]);
  });

  test("does not collapse equal events", () => {
    const { log, stream } = makeLog();
    for (let line = 0; line < 50; line++) log.info("same");
    expect(stream.text.match(/same/g)).toHaveLength(50);
  });

  test("colours levels on a terminal that wants it, and nowhere else", () => {
    const coloured = makeLog({ colour: true }, true);
    coloured.log.error("x");
    expect(coloured.stream.text).toContain("\u001b[31merror\u001b[0m");
    const piped = makeLog({ colour: true }, false);
    piped.log.error("x");
    expect(piped.stream.text).not.toContain("\u001b");
  });
});
