import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sqlite } from "../databases.ts";
import { needs } from "../needs.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { nobody, unprivileged } from "./unprivileged.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const isUnprivileged = needs(
  unprivileged !== undefined,
  "rights of files",
  "setpriv, or a user without root's power,",
);
const through = unprivileged ?? [];
const isNobody = through.includes(`--reuid=${nobody}`);
const bad = '{"version":{"major":5,"minor":3},"builds":[{"id":"nothing else"}]}';

describe.if(isUnprivileged)("without the right to read or write", () => {
  const scene = setScene(sqlite);
  let s: Scene;

  beforeAll(async () => {
    s = await scene;
  });
  afterAll(async () => {
    chmodSync(s.spool, 0o755);
    await s[Symbol.asyncDispose]();
  });

  /** Fills the spool, and gives all that the program needs to its user. */
  const arrange = async (inputs: Map<string, string>) => {
    await s.reset(inputs);
    for (const name of ["archive", "failed"]) mkdirSync(join(s.spool, name), { recursive: true });
    if (!isNobody) return;
    const database = dirname(s.database.url.replace("sqlite:", ""));
    spawnSync("chown", ["-R", `${nobody}:${nobody}`, dirname(s.spool), database]);
  };
  const start = () => {
    const service = runService(s, { through }, "--max-workers", "2");
    // The counter of steps is made by whoever starts the program.
    if (isNobody) chownSync(join(dirname(s.spool), "counter"), nobody, nobody);
    return service;
  };

  test("a file that may not be read is left, told once, and its neighbours go in", async () => {
    await arrange(new Map([["archive/former.json", "{}"]]));
    const closed = join(s.spool, "closed.json");
    writeFileSync(closed, submission("closed"));
    chmodSync(closed, 0o000);
    await using service = start();
    service.send([1, 2, 3].map((n) => [`open${n}.json`, submission(`open${n}`)]));
    await service.settled(["open1.json", "open2.json", "open3.json"]);
    await service.goesOn();
    expect(existsSync(closed)).toBe(true);
    expect(service.log.match(/"event":"fault".*EACCES/g)).toHaveLength(1);
    expect(service.log).toMatch(/"class":"operator","message":"cannot open closed.json: EACCES"/);
    chmodSync(closed, 0o644);
    await service.settled(["closed.json"]);
    expect(await service.stop()).toBe(0);
  });

  test("a single run says by exit 1 that a file was left", async () => {
    await arrange(
      new Map([
        ["a.json", submission("a")],
        ["closed.json", submission("closed")],
      ]),
    );
    chmodSync(join(s.spool, "closed.json"), 0o000);
    const run = await s.run({ through }, "--once");
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('"event":"files_left","left":1,"unreadable":1');
    chmodSync(join(s.spool, "closed.json"), 0o644);
    expect([...filesOf(s.spool).keys()].sort()).toEqual(["archive/a.json", "closed.json"]);
  });

  test.each([
    ["archive", "555"],
    ["failed", "000"],
  ])("%s/ of mode %s for a while: files wait, then all goes on", async (folder, mode) => {
    await arrange(new Map([["archive/former.json", "{}"]]));
    await using service = start();
    service.send([["first.json", submission("first")]]);
    await service.settled(["first.json"]);
    const from = service.log.length;
    chmodSync(join(s.spool, folder), Number.parseInt(mode, 8));
    service.send([
      ["good.json", submission("good")],
      ["bad.json", bad],
    ]);
    expect(await until(() => /EACCES/.test(service.log.slice(from)))).toBe(true);
    expect(service.log.slice(from)).toMatch(
      /"class":"operator".*give this user permission to read, write/,
    );
    chmodSync(join(s.spool, folder), 0o755);
    await service.settled(["good.json"]);
    expect(await until(() => existsSync(join(s.spool, "failed/bad.json")))).toBe(true);
    expect(existsSync(join(s.spool, "failed/bad.json.error"))).toBe(true);
    expect(filesOf(s.spool).size).toBe(4);
    expect(await service.stop()).toBe(0);
  });

  test.each(["555", "000"])("a spool of mode %s ends the start with exit 73", async (mode) => {
    await arrange(new Map([["a.json", submission("a")]]));
    chmodSync(s.spool, Number.parseInt(mode, 8));
    const run = await s.run({ through }, "--once");
    chmodSync(s.spool, 0o755);
    expect(run.exitCode).toBe(73);
    expect(run.stderr).toMatch(
      /"start_failed".*EACCES.*give this user permission to read, write and enter the folder/,
    );
    expect(existsSync(join(s.spool, "a.json"))).toBe(true);
  });

  test.if(isNobody)(
    "what another user's service left in a sticky spool ends it with what to do",
    async () => {
      await arrange(new Map([["a.json", submission("a")]]));
      const note = join(s.spool, ".kci-ingester.holder");
      writeFileSync(note, "");
      chownSync(s.spool, 0, 0);
      chmodSync(s.spool, 0o1777);
      const run = await s.run({ through }, "--once");
      chmodSync(s.spool, 0o755);
      expect(run.exitCode).toBe(73);
      expect(run.stderr).toContain(`cannot remove ${note}: EPERM`);
      expect(run.stderr).toContain("have its owner or root remove it");
      expect(existsSync(join(s.spool, "a.json"))).toBe(true);
    },
  );
});
