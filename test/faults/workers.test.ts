import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../databases.ts";
import { needsProgram } from "../needs.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { type Scene, sharedScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { holdsWithin, until } from "./until.ts";

setDefaultTimeout(60_000);

const mark = "poison-of-the-test";
const scene = sharedScene(sqlite);

const good = Array.from({ length: 12 }, (_, n) => [`${n}.json`, submission(`l${n}`)] as const);

/** That one file is refused for the crashes that it brought about, and all others are in; gives the reason. */
function expectOnlyFailed({ spool }: Scene, name: string): { message: string } {
  const wanted = [...good.map(([one]) => `archive/${one}`), `failed/${name}`];
  expect([...filesOf(spool).keys()].sort()).toEqual(wanted.sort());
  const reason = JSON.parse(readFileSync(join(spool, `failed/${name}.error`), "utf8"));
  expect(reason.reason).toBe("crash-loop");
  return reason;
}

test.each([
  { does: "throw", title: "a bug" },
  { does: "exit", title: "a thread that ends" },
  { does: "hang", title: "a thread that hangs" },
] as const)("flaw 15: $title costs only the file that brings it about", async ({ does }) => {
  const s = await scene;
  const poisoned = submission("poisoned", 1, { comment: mark });
  await s.reset(new Map([...good, ["p.json", poisoned]]));
  // Silence is looked for only where it is the point: a busy machine makes silent, too.
  const silence = does === "hang" ? { silenceMs: 1_500 } : {};
  const plan = { poison: { mark, does }, limits: { ...silence, maxFiles: 5 } };
  const run = await s.run(plan, "--once", "--max-workers", "2");
  expect(run.exitCode).toBe(1);
  expectOnlyFailed(s, "p.json");
  expect(run.stderr.match(/"worker_died"/g)).toHaveLength(3);
});

test.if(needsProgram("prlimit", "workers that have too little memory"))(
  "flaw 15: memory that runs out costs only the file that brings it about",
  async () => {
    const s = await scene;
    const poisoned = submission("poisoned", 1, { comment: mark });
    await s.reset(new Map([...good, ["p.json", poisoned]]));
    const plan = { poison: { mark, does: "exhaust" }, limits: { maxFiles: 5 } } as const;
    const through = ["prlimit", "--data=500000000"];
    const run = await s.run({ ...plan, through }, "--once", "--max-workers", "2");
    expect(run.exitCode).toBe(1);
    expectOnlyFailed(s, "p.json");
    expect(run.stderr.match(/"worker_died"/g)).toHaveLength(3);
  },
);

test("flaw 15: a file that kills the whole program costs only itself, start after start", async () => {
  const s = await scene;
  const poisoned = submission("poisoned", 1, { comment: mark });
  await s.reset(new Map([...good, ["0-p.json", poisoned]]));
  const plan = { poison: { mark, does: "kill" }, limits: { crashPauseMs: 300 } } as const;
  const exitCodes: number[] = [];
  while (exitCodes.length < 8 && (exitCodes.at(-1) ?? 137) === 137) {
    exitCodes.push((await s.run(plan, "--once", "--max-workers", "2")).exitCode);
  }
  // With all others, and then alone: as often as is needed where nobody knows why it is killed.
  expect(exitCodes).toEqual([137, 137, 137, 137, 137, 1]);
  expect(expectOnlyFailed(s, "0-p.json").message).toContain("5 times");
  expect(existsSync(join(s.spool, ".kci-ingester.in-hand"))).toBe(false);
});

test("a good file that takes its time is not refused, however often the program is killed at it", async () => {
  const s = await scene;
  await s.reset(new Map([["slow.json", submission("slow", 20_000)]]));
  const limits = { crashPauseMs: 8_000 };
  const note = join(s.spool, ".kci-ingester.in-hand");
  let kills = 0;
  for (let start = 0; start < 7; start++) {
    const startedMs = Date.now();
    const child = s.start({ limits });
    const isInHand = () =>
      existsSync(note) &&
      statSync(note).mtimeMs > startedMs &&
      !readFileSync(note, "utf8").includes('"inHand":""');
    // It is killed while it has the file in hand, or before it tries the file again.
    if (await holdsWithin(isInHand, 2_000)) kills++;
    child.kill("SIGKILL");
    await child.exited;
  }
  expect(kills).toBeGreaterThan(1);
  expect(await s.run({ limits }, "--once")).toMatchObject({ exitCode: 0 });
  expect([...filesOf(s.spool).keys()]).toEqual(["archive/slow.json"]);
});

/** Forty files under suspicion, and one among them: all were in hand when the program was killed. */
async function killWithAllInHand(s: Scene): Promise<string[]> {
  // The marked one is the smallest, and so in the first group.
  const comment = "x".repeat(100);
  const others = Array.from({ length: 40 }, (_, n) => {
    return [`s${n}.json`, submission(`s${n}`, 1, { comment })] as const;
  });
  const marked = submission("p", 1, { comment: mark });
  await s.reset(new Map([...others, ["p.json", marked]]));
  const { exitCode } = await s.run({ poison: { mark, does: "kill" } }, "--once");
  expect(exitCode).toBe(137);
  return others.map(([name]) => `archive/${name}`).sort();
}

test("of files under suspicion, one that kills workers takes no other along", async () => {
  const s = await scene;
  const others = await killWithAllInHand(s);
  const run = await s.run({ poison: { mark, does: "exit" } }, "--once");
  expect(run.exitCode).toBe(1);
  expect([...filesOf(s.spool).keys()].sort()).toEqual([...others, "failed/p.json"]);
});

test("of files under suspicion, one that the database stumbles on holds up no other", async () => {
  const s = await scene;
  const others = await killWithAllInHand(s);
  const limits = { patienceMs: 3_000 };
  const run = await s.run({ storeStumblesOn: mark, limits }, "--once");
  expect(run.exitCode).toBe(69);
  expect([...filesOf(s.spool).keys()].sort()).toEqual([...others, "p.json"]);
  expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
});

test("a file in hand at an end that was asked for is not blamed for it", async () => {
  const s = await scene;
  await s.reset(new Map([["p.json", submission("poisoned", 1, { comment: mark })]]));
  const plan = { poison: { mark, does: "hang" } } as const;
  for (let start = 0; start < 4; start++) {
    await using service = runService(s, plan);
    await until(() => existsSync(join(s.spool, ".kci-ingester.in-hand")));
    process.kill(service.pid, "SIGTERM");
    await until(() => service.log.includes("service_stopping"));
    process.kill(service.pid, "SIGTERM");
    expect(await service.exited).toBe(143);
    expect(existsSync(join(s.spool, ".kci-ingester.in-hand"))).toBe(false);
  }
  expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
  expect([...filesOf(s.spool).keys()]).toEqual(["archive/p.json"]);
});

test("flaw 15: a file beyond the size limit is refused without being read", async () => {
  const s = await scene;
  await s.reset(new Map([...good, ["big.json", submission("big", 1_000)]]));
  const run = await s.run({}, "--once", "--max-file-size", "64KiB");
  expect(run.exitCode).toBe(1);
  const reason = JSON.parse(readFileSync(join(s.spool, "failed/big.json.error"), "utf8"));
  expect(reason.reason).toMatch(/large|size/);
  expect(filesOf(s.spool).has("archive/11.json")).toBe(true);
});
