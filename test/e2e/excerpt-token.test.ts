import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { until } from "../faults/until.ts";
import { freePort } from "../free-port.ts";
import { type RawRequest, type Reply, serveRaw } from "../storage/raw-http.ts";
import { signToken } from "../storage/token.ts";
import { collect } from "./collect.ts";
import { setStage } from "./excerpt-run.ts";
import { fillSpool, makeFiles } from "./excerpt-spool.ts";

const token = signToken("a secret", "lab@example.org");
/** This much of the token anywhere would be a leak; its first part is the same in every token. */
const tellingCharacters = 12;

/** Repeats what it was sent in every error, whole and cut off in different places. */
async function echo({ method, headers }: RawRequest): Promise<Reply> {
  if (method === "HEAD") return { status: 404 };
  const said = headers.get("authorization") ?? "";
  const cut = said.slice(0, 40);
  const body = `${cut}… is not ${said} ${" ".repeat(850 - cut.length - said.length)}${said}`;
  return { status: method === "POST" ? 500 : 401, headers: { "x-you-sent": said }, body };
}

// Each waits for the breaker: side by side they wait once.
test.concurrent.each(kinds.flatMap((kind) => ["text", "json"].map((format) => ({ kind, format }))))(
  "the token is in nothing that a run leaves behind: $kind.name, logs as $format",
  async ({ kind, format }) => {
    await using server = await serveRaw(echo);
    await using stage = await setStage(kind);
    const port = freePort();
    const env = stage.env({ url: `http://127.0.0.1:${server.port}`, token });
    const words = ["--metrics-port", String(port), "--log-format", format, "--verbose"];
    const service = stage.start(env, ...words);
    const said = [collect(service.stdout), collect(service.stderr)];
    const everything = new Map<string, string>();
    try {
      writeFileSync(join(stage.spool, "bad.json"), '{"version": {"major": 5, "minor": 3}, "x": 1}');
      fillSpool(stage.spool, makeFiles(3, 20));
      await until(() => said[1]?.text.includes("storage_unavailable") ?? false, 30_000);
      await until(() => stage.names("archive").length === 3);
      for (const path of ["", "metrics", "health", "ready", "nothing"]) {
        const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
        everything.set(`/${path}`, JSON.stringify([...answer.headers]) + (await answer.text()));
      }
      everything.set("cmdline", readFileSync(`/proc/${service.pid}/cmdline`, "utf8"));
    } finally {
      service.kill("SIGTERM");
      expect(await service.exited).toBe(0);
    }
    for (const one of said) everything.set("log", (everything.get("log") ?? "") + one.text);
    const help = stage.start(env, "--help");
    everything.set("--help", await new Response(help.stdout).text());
    for (const { parentPath, name } of readdirSync(stage.spool, {
      recursive: true,
      withFileTypes: true,
    }).filter((entry) => entry.isFile())) {
      everything.set(name, readFileSync(join(parentPath, name), "latin1"));
    }
    if (kind.name === "SQLite") {
      const path = stage.database.url.replace("sqlite:", "");
      everything.set("database", readFileSync(path, "latin1"));
    }

    // The search finds what it looks for where it is, and there was something to search.
    expect(leaks(`so ${token.slice(40, 40 + tellingCharacters)} it is`)).toBe(true);
    expect(everything.get("/")).toContain("(token)");
    expect(everything.get("log")).toContain("(token)");
    expect(everything.get("/metrics")).toContain("excerpt_uploads_total");
    expect(everything.get("bad.json.error")).toContain("bad.json");
    expect([...everything].filter(([, text]) => leaks(text)).map(([where]) => where)).toEqual([]);
  },
  60_000,
);

// --- internal ---

function leaks(text: string): boolean {
  for (let at = 0; at + tellingCharacters <= token.length; at += 1) {
    if (text.includes(token.slice(at, at + tellingCharacters))) return true;
  }
  return false;
}
