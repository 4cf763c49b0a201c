import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../../databases.ts";
import { type Scene, setScene } from "../scene.ts";
import { Checker } from "./checker.ts";
import { type Delivery, drawDelivery, maxFileBytes } from "./draw-delivery.ts";
import { drawOuterFault, drawProcessFault } from "./draw-fault.ts";
import { Random } from "./random.ts";
import { runSoak } from "./run-soak.ts";

test("ten seconds of a soak lose nothing", async () => {
  const soak = await runSoak({ seed: "62", database: "SQLite", durationMs: 10_000 });
  expect(soak.broken).toEqual([]);
  expect(soak.delivered).toBeGreaterThan(50);
  expect(soak.archived).toBeGreaterThan(50);
  expect(soak.failed).toBeGreaterThan(0);
  // Of this seed's faults two stop and one kills the service within that time.
  expect(soak.faults).toMatchObject({ term: 2, kill: 1 });
  expect(soak.starts).toBeGreaterThan(3);
}, 120_000);

test("an equal seed gives equal files and equal faults, another one others", () => {
  const drawn = (seed: string) =>
    Array.from({ length: 50 }, (_, n) => [
      drawDelivery(seed, n, 500),
      drawProcessFault(seed, n),
      drawOuterFault(seed, n, "Postgres"),
    ]);
  expect(drawn("a")).toEqual(drawn("a"));
  expect(drawn("a")).not.toEqual(drawn("b"));
});

test("numbers are spread over their range", () => {
  const random = new Random("spread");
  const counts = [0, 0, 0, 0];
  for (let n = 0; n < 4_000; n++) {
    const at = random.below(4);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  expect(random.shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
});

test("whatever is done to files and rows, the checker says so", async () => {
  await using scene = await setScene(sqlite);
  await using clean = await setScene(sqlite);
  const delivered = deliveries(60);
  const checker = new Checker(scene, delivered);
  const checked = () => checker.atEnd(clean, new Random("order"));
  const ingest = async () => {
    await scene.reset(new Map());
    mkdirSync(scene.spool, { recursive: true });
    for (const { name, bytes } of delivered) writeFileSync(join(scene.spool, name), bytes);
    await scene.run({}, "--once", "--max-file-size", String(maxFileBytes));
  };
  await ingest();
  expect(await checked()).toEqual([]);

  const good = delivered.filter(({ ending }) => ending === "archive").map(({ name }) => name);
  const [bad = ""] = delivered.filter(({ ending }) => ending !== "archive").map(({ name }) => name);
  // Ended between two folders, a service leaves a file where the next one finds it.
  const [moving = ""] = good;
  const claimed = join(scene.spool, ".kci-ingester.claimed");
  mkdirSync(claimed, { recursive: true });
  renameSync(join(scene.spool, "archive", moving), join(claimed, moving));
  expect(await checker.atRest()).toEqual([]);
  expect((await checked()).join("\n")).toContain(`I1: ${moving} is lost`);
  renameSync(join(claimed, moving), join(scene.spool, "archive", moving));
  for (const [damage, word] of damages(scene, good[0] ?? "", good[1] ?? "", bad)) {
    const undo = await damage();
    expect((await checked()).join("\n")).toContain(word);
    undo?.();
    if (undo) expect(await checked()).toEqual([]);
  }
}, 120_000);

/** The first deliveries that come once, and need no worker to die and no moment to pass. */
function deliveries(count: number): Delivery[] {
  const all = Array.from({ length: count }, (_, n) => drawDelivery("checker", n, 1));
  const slow = ["deleted", "crash-loop", "cut-off", "empty"];
  return all.filter(({ ending, name }, n) => !slow.includes(ending) && name === `f${n}.json`);
}

type Damage = () => Promise<(() => void) | undefined>;

/** What is done to a finished run, and what must be said of it; one that can be undone says how. */
function damages(scene: Scene, one: string, two: string, bad: string): [Damage, string][] {
  const at = (...parts: string[]) => join(scene.spool, ...parts);
  const moved = (from: string, to: string) => async () => {
    renameSync(from, to);
    return () => renameSync(to, from);
  };
  const row = (text: string) => async () => {
    await scene.database.query(text);
    return undefined;
  };
  return [
    [moved(at("archive", one), at("archive", "x.temp")), `I1: ${one} is gone`],
    [moved(at("archive", one), at("failed", one)), `I4/I5: failed/${one} is good`],
    [moved(at("archive", one), at(one)), `${one} still waits`],
    [moved(at("failed", bad), at("archive", bad)), `I4: archive/${bad} is archived, but is`],
    [moved(at("failed", `${bad}.error`), at("x.temp")), `I4: failed/${bad} has no reason`],
    [
      async () => {
        writeFileSync(at("archive", two.replace(".json", ".2.json")), "{}");
        return () => rmSync(at("archive", two.replace(".json", ".2.json")));
      },
      "is no file that was delivered, or is changed",
    ],
    [row("update builds set comment = 'nobody said so' returning id"), "I3: builds.comment of"],
    [row("update tests set status = 'DONE' returning id"), '"column":"status"'],
    [row("delete from pending_builds returning build_id"), '"actual":"no row"'],
    [row("delete from tests where id like 'soak:marker-%' returning id"), '"actual":"no row"'],
  ];
}
