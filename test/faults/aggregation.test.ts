import { expect, setDefaultTimeout, test } from "bun:test";
import { aggregate } from "../store/aggregation.ts";
import { Random } from "../submission/fuzz/random.ts";
import { runService } from "./run-service.ts";
import { kindOf, type Scene, setScene } from "./scene.ts";
import { joined } from "./submissions.ts";
import { isFull } from "./sweep.ts";
import { until } from "./until.ts";

setDefaultTimeout(300_000);

const rounds = isFull ? 40 : 2;
const groupsARound = 40;
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const kind = kindOf("Postgres");

/** What tells of one checkout, a document each: that it is there, when it started, a build, and tests of that. */
interface Group {
  readonly tests: readonly string[];
  readonly isDated: boolean;
  readonly documents: readonly string[];
  readonly date: string;
}

function drawGroup(random: Random, name: string): Group {
  const id = (what: string) => `a:${name}-${what}`;
  const document = (list: string, ...items: object[]) =>
    JSON.stringify({ version: { major: 5, minor: 3 }, [list]: items });
  const [checkout, build] = [id("checkout"), id("build")];
  const common = { id: checkout, origin: "a", tree_name: `tree-${random.below(5)}` };
  const date = document("checkouts", { ...common, start_time: "2026-01-01T00:00:00Z" });
  const tests = Array.from({ length: 1 + random.below(3) }, (_, at) => id(`test-${at}`));
  const isDated = random.chance(0.5);
  const documents = [
    document("checkouts", common),
    document("builds", { id: build, origin: "a", checkout_id: checkout }),
    ...tests.map((test) => document("tests", { id: test, origin: "a", build_id: build })),
    ...(isDated ? [date] : []),
  ];
  return { tests, isDated, documents, date };
}

/** Files of a round for two services: all documents in any order, one to three of them a file. */
function filesOf(random: Random, groups: readonly Group[], round: string): [string, string][][] {
  const files: [string, string][][] = [[], []];
  const documents = groups
    .flatMap((group) => group.documents)
    .map((text) => ({ text, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ text }) => text);
  while (documents.length > 0) {
    const text = joined(documents.splice(0, 1 + random.below(3)));
    files[random.below(2)]?.push([`${round}-${documents.length}.json`, text]);
  }
  return files;
}

test.skipIf(!kind)(
  `the aggregation meets no test without a start time, beside two services that are killed (seed ${seed})`,
  async () => {
    if (!kind) return;
    await using one = await setScene(kind);
    const shared = { ...one.database, [Symbol.asyncDispose]: async () => {} };
    await using other = await setScene({ ...kind, create: async () => shared });
    const scenes = [one, other] as const;
    for (const scene of scenes) await scene.reset(new Map([["archive/former.json", "{}"]]));
    const random = new Random(seed);
    const aggregated = new Set<string>();
    let isOver = false;
    // What it throws is thrown by the wait for it.
    const aggregating = (async () => {
      while (!isOver) for (const id of await aggregate(one.database)) aggregated.add(id);
    })();
    aggregating.catch(() => {});
    const start = (scene: Scene) =>
      runService(scene, { limits: { maxFiles: 3 } }, "--max-workers", "2");

    const groups: Group[] = [];
    for (let round = 0; round < rounds; round++) {
      const drawn = Array.from({ length: groupsARound }, (_, at) =>
        drawGroup(random, `${round}-${at}`),
      );
      groups.push(...drawn);
      const files = filesOf(random, drawn, `r${round}`);
      await Promise.all(
        scenes.map(async (scene, at) => {
          const mine = files[at] ?? [];
          const before = mine.slice(0, random.below(mine.length)).map(([name]) => name);
          {
            await using killed = start(scene);
            killed.send(mine);
            await killed.settled(before, 60_000);
          }
          await using service = start(scene);
          await service.settled(
            mine.map(([name]) => name),
            60_000,
          );
          // Where the killed one had left nothing it has hardly begun.
          await until(() => service.log.includes("service_started"));
          expect(await service.stop()).toBe(0);
          expect(service.log).not.toMatch(/submission_refused|worker_died/);
        }),
      );
    }
    const testsOf = (list: readonly Group[]) => list.flatMap(({ tests }) => tests).toSorted();
    const dated = testsOf(groups.filter(({ isDated }) => isDated));
    const wait = async (expected: readonly string[]) => {
      await Promise.race([aggregating, until(() => aggregated.size >= expected.length)]);
      expect([...aggregated].sort()).toEqual([...expected]);
    };
    await wait(dated);

    await using last = start(one);
    const dates = groups.map(({ date }, at): [string, string] => [`date-${at}.json`, date]);
    last.send(dates);
    await last.settled(
      dates.map(([name]) => name),
      60_000,
    );
    await wait(testsOf(groups));
    isOver = true;
    await aggregating;
  },
);
