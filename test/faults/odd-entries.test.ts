import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { reasonName } from "../../src/spool/reason-file.ts";
import { sqlite } from "../databases.ts";
import { stayOnDisk } from "../temporary.ts";
import { runService } from "./run-service.ts";
import { type Scene, sharedScene } from "./scene.ts";
import { checkoutOf, submission } from "./submissions.ts";
import { until } from "./until.ts";

stayOnDisk();

setDefaultTimeout(60_000);

const scene = sharedScene(sqlite);

/** What must not be in a log: control bytes but the line break, marks of direction, what is not UTF-8. */
const raw = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/;
const bad = '{"version":{"major":5,"minor":3},"builds":[{"id":"nothing else"}]}';

/** Names that a submission may have, as bytes. */
const names: Readonly<Record<string, Buffer>> = {
  plain: Buffer.from("plain.json"),
  hard: Buffer.from("hard-link.json"),
  long: Buffer.from(`${"n".repeat(250)}.json`),
  wide: Buffer.from(`${"é".repeat(125)}.json`),
  newline: Buffer.from("new\nline\r.json"),
  latin: Buffer.from("caf\xe9 \xff\xfe.json", "latin1"),
  option: Buffer.from("-rf.json"),
  escape: Buffer.from("\x1b[31mred\x1b]0;title\x07\x9b1m.json"),
  backspace: Buffer.from('\b\b"quoted" event=recovered.json'),
  rightToLeft: Buffer.from("\u202enosj.json"),
  emoji: Buffer.from("🐧 $(reboot) `x` ;.json"),
  dot: Buffer.from(".json"),
  dots: Buffer.from("..json"),
};
const badNames: Readonly<Record<string, Buffer>> = {
  long: Buffer.from(`${"m".repeat(250)}.json`),
  escape: Buffer.from("\x1b[2Jbad\nlevel=info.json"),
  latin: Buffer.from("bad \xe9.json", "latin1"),
};
const oddNames = {
  "link.json": "symbolic link",
  "dangling.json": "symbolic link",
  "loop.json": "symbolic link",
  "fifo.json": "FIFO",
  "socket.json": "socket",
  "folder.json": "folder",
  "\x1b[5mlink\n.json": "symbolic link",
} as const;

const at = (folder: string, name: Buffer | string) =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
const namesIn = (folder: string) =>
  readdirSync(folder, { encoding: "buffer" }).map((name) => name.toString("latin1"));
const latin = (list: readonly Buffer[]) => list.map((name) => name.toString("latin1")).sort();

/** Puts everything into the spool; answers what to call when it need not be there any more. */
async function fill(s: Scene): Promise<Disposable> {
  const outside = join(dirname(s.spool), "outside.json");
  await s.reset(new Map([["archive/former.json", "{}"]]));
  writeFileSync(outside, submission("outside"));
  for (const [what, name] of Object.entries(names)) {
    if (what !== "hard") writeFileSync(at(s.spool, name), submission(what));
    else linkSync(outside, at(s.spool, name));
  }
  for (const name of Object.values(badNames)) writeFileSync(at(s.spool, name), bad);
  const elsewhere = join(dirname(s.spool), "elsewhere.json");
  writeFileSync(elsewhere, submission("elsewhere"));
  symlinkSync(elsewhere, join(s.spool, "link.json"));
  symlinkSync(elsewhere, join(s.spool, "\x1b[5mlink\n.json"));
  symlinkSync("/nowhere/at/all", join(s.spool, "dangling.json"));
  symlinkSync("loop.json", join(s.spool, "loop.json"));
  spawnSync("mkfifo", [join(s.spool, "fifo.json")]);
  mkdirSync(join(s.spool, "folder.json"));
  writeFileSync(join(s.spool, "folder.json/inside.json"), submission("inside"));
  for (const name of ["later.json.temp", "note.txt", "UPPER.JSON"]) {
    writeFileSync(join(s.spool, name), submission(name));
  }
  const server = Bun.listen({ unix: join(s.spool, "socket.json"), socket: { data() {} } });
  return { [Symbol.dispose]: () => server.stop(true) };
}

describe.each(["text", "json"])("a spool of odd entries, log as %s", (format) => {
  test("flaw 12: what is no regular file is left and told once; any name goes in", async () => {
    const s = await scene;
    using _filled = await fill(s);
    const wanted = Object.keys(names).map((what) => checkoutOf(what === "hard" ? "outside" : what));
    await using service = runService(s, {}, "--log-format", format, "--verbose");
    const isDone = () =>
      namesIn(join(s.spool, "archive")).length === wanted.length + 1 &&
      namesIn(join(s.spool, "failed")).length === 2 * Object.keys(badNames).length;
    expect(await until(isDone)).toBe(true);
    // Scans follow, which must not tell it all again.
    await service.goesOn();
    expect(await service.stop()).toBe(0);

    const archived = [...Object.values(names), Buffer.from("former.json")];
    expect(namesIn(join(s.spool, "archive")).sort()).toEqual(latin(archived));
    for (const [what, name] of Object.entries(names)) {
      const text = submission(what === "hard" ? "outside" : what);
      expect(readFileSync(at(join(s.spool, "archive"), name), "utf8")).toBe(text);
    }
    const rows = await s.database.query("select id from checkouts");
    expect(rows.map((row) => row.id).sort()).toEqual(wanted.sort());

    const left = namesIn(s.spool).filter((name) => name.endsWith(".json"));
    expect(left.sort()).toEqual(Object.keys(oddNames).sort());
    expect(lstatSync(join(s.spool, "fifo.json")).isFIFO()).toBe(true);
    expect(readFileSync(join(s.spool, "folder.json/inside.json"), "utf8")).not.toBe("");
    expect(namesIn(s.spool)).toContain("later.json.temp");
    expect(readFileSync(join(dirname(s.spool), "outside.json"), "utf8")).toBe(
      submission("outside"),
    );

    expect(service.log).not.toMatch(raw);
    const told = service.log.split("\n").filter((line) => line.includes("entry_left_alone"));
    expect(told).toHaveLength(Object.keys(oddNames).length);
    for (const what of new Set(Object.values(oddNames))) {
      const count = Object.values(oddNames).filter((one) => one === what).length;
      expect(told.filter((line) => line.includes(what))).toHaveLength(count);
    }
    expect(service.log.match(/submission_refused/g)).toHaveLength(Object.keys(badNames).length);
    // One line an event: no name has begun a line of its own.
    const begins = format === "json" ? /^\{"time":/ : /^\S+Z (?:debug|info|warn) [a-z_]+(?: |$)/;
    for (const line of service.log.trimEnd().split("\n")) expect(line).toMatch(begins);
  });

  test("of each refused one the reason lies beside it, and names it without a raw byte", async () => {
    const { spool } = await scene;
    const failed = join(spool, "failed");
    const there = namesIn(failed);
    for (const name of Object.values(badNames)) {
      expect(there).toContain(name.toString("latin1"));
      expect(readFileSync(at(failed, name), "utf8")).toBe(bad);
    }
    const reasons = there.filter((name) => name.endsWith(".error"));
    expect(reasons).toHaveLength(Object.keys(badNames).length);
    expect(there).toContain(reasonName(String(badNames.long)));
    for (const name of reasons) {
      const text = readFileSync(at(failed, Buffer.from(name, "latin1")), "utf8");
      expect(text).not.toMatch(raw);
      expect(JSON.parse(text).file).not.toMatch(raw);
    }
  });
});
