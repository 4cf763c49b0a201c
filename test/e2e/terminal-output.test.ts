import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { good } from "../commands/spool-with.ts";
import { temporaryFolder } from "../temporary.ts";
import { ingester, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

/** All that a run of `monitor --once` on two files, one of them bad, shows on a terminal. */
async function seenOnTerminal(words: readonly string[], env: Record<string, string> = {}) {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "good.json"), good());
  writeFileSync(join(folder.path, "bad.json"), "{]");
  const database = `sqlite:${join(folder.path, "test.db")}`;
  const monitor = ["monitor", "--once", "--spool-dir", folder.path, "--database", database];
  const decoder = new TextDecoder();
  let text = "";
  const child = Bun.spawn([...ingester.command, ...monitor, ...words], {
    env: { PATH: process.env.PATH, TERM: "xterm", ...env },
    terminal: {
      cols: 120,
      data: (_terminal, bytes) => {
        text += decoder.decode(bytes, { stream: true });
      },
    },
  });
  expect(await child.exited).toBe(1);
  await Bun.sleep(100);
  return { text, lines: text.split("\r\n").filter((line) => line !== "") };
}

describe("what monitor shows on a terminal", () => {
  test("is a bar, colours and a summary", async () => {
    const { text } = await seenOnTerminal([]);
    expect(text).toContain("\u001b[2K");
    expect(text).toContain("1/2 files");
    expect(text).toContain("\u001b[33mwarn");
    expect(text).toContain("1 file ingested, 1 refused");
  });

  test("is JSON lines and nothing else with --log-format json", async () => {
    const { text, lines } = await seenOnTerminal(["--log-format", "json"]);
    const events = lines.map((line) => JSON.parse(line).event);
    expect(events).toContain("submission_refused");
    expect(text).not.toContain("\u001b");
  });

  test("is plain text with NO_COLOR, and still ends with the summary", async () => {
    const { text, lines } = await seenOnTerminal([], { NO_COLOR: "1" });
    expect(text).not.toMatch(/\u001b|\r(?!\n)|█/);
    expect(lines.at(-2)).toStartWith("1 file ingested, 1 refused");
  });

  test("is warnings and errors only with --quiet", async () => {
    const { lines } = await seenOnTerminal(["--quiet"]);
    expect(lines).toEqual([expect.stringContaining("submission_refused")]);
  });
});

describe("what keeps monitor from starting", () => {
  test.each<[string, string[], number, string]>([
    ["a bad trees file", ["--spool-dir", "s", "--trees-file", "file"], 78, "file:"],
    ["a spool that is a file", ["--spool-dir", "file"], 73, "EEXIST"],
    ["a port that is taken", ["--spool-dir", "s", "--metrics-port"], 78, "EADDRINUSE"],
  ])("is one JSON line with --log-format json: %s", async (_what, words, exitCode, message) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "file"), "trees: 1");
    using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const port = words.at(-1) === "--metrics-port" ? [String(listener.port)] : [];
    const all = ["monitor", ...words, ...port, "--log-format", "json", "--quiet"];
    const run = await runIngester(ingester, all, { cwd: folder.path });
    expect(run).toMatchObject({ exitCode, stdout: "" });
    const lines = run.stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      ...{ level: "error", event: "start_failed", class: "operator" },
      message: expect.stringContaining(message),
    });
  });
});
