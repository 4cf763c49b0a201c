import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openStore, type Prepared, prepareStore } from "../prepared-store.ts";
import { storeKinds } from "../store-kinds.ts";
import { type Draw, makeDraw } from "./draw.ts";
import { type Bench, type Difference, runDraws } from "./run-draws.ts";
import { shrink } from "./shrink.ts";

// Every draw has a seed of its own, and its outcome depends on nothing else but which worker was faster.
const seed = Number(process.env.ORDER_SEED ?? 20260801);
const count = Number(process.env.ORDER_DRAWS ?? 600);
/** Draws that share the transactions of a round; their rows never meet. */
const drawsInRound = 50;

describe.each(storeKinds)("submissions that do not contradict each other, on $name", (kind) => {
  let prepared: Prepared;
  let bench: Bench;

  beforeAll(async () => {
    prepared = await prepareStore(kind);
    const second = await openStore(prepared.database.url);
    bench = { database: prepared.database, workers: [prepared.store, second] };
  });

  afterAll(async () => {
    await bench?.workers[1]?.[Symbol.asyncDispose]();
    await prepared?.[Symbol.asyncDispose]();
  });

  test(`give the same rows in any order, any split, any repetition (${count} draws, seed ${seed})`, async () => {
    const draws = Array.from({ length: count }, (_, at) => makeDraw(seed + at));
    for (let at = 0; at < draws.length; at += drawsInRound) {
      const round = draws.slice(at, at + drawsInRound);
      const [failed] = await runDraws(bench, round);
      if (failed) throw new Error(await explain(bench, round, failed));
    }
  }, 120_000);
});

test("what is drawn tells parts, meets in ties, and arrives more than once", () => {
  const draws = Array.from({ length: 600 }, (_, at) => makeDraw(seed + at));
  const items = draws.flatMap(({ files }) =>
    files.flatMap((text) => Object.values(JSON.parse(text)).flat() as Record<string, unknown>[]),
  );
  for (const field of ["misc", "path", "start_time"]) {
    const having = items.filter((item) => field in item).length;
    expect([field, having > items.length / 20, having < items.length / 2]).toEqual([
      field,
      true,
      true,
    ]);
  }
  expect(draws.some(({ files, deliveries }) => deliveries.length > files.length)).toBe(true);
  expect(new Set(draws.map(({ files }) => files.length)).size).toBe(6);
});

test("a draw that fails is shrunk to the files and fields that matter", async () => {
  const isBad = ({ files, deliveries }: Draw) => {
    const arriving = deliveries.map(({ file }) => files[file] ?? "");
    return arriving.some((text) => text.includes('"path"'));
  };
  const draw = Array.from({ length: 50 }, (_, at) => makeDraw(seed + at)).find(isBad);
  if (!draw) throw new Error("no draw has a path");
  const { files, deliveries } = await shrink(draw, async (smaller) => isBad(smaller));
  expect(deliveries).toHaveLength(1);
  expect(JSON.parse(files[deliveries[0]?.file ?? -1] ?? "")).toEqual({
    version: { major: 5, minor: 3 },
    tests: [
      {
        ...{ id: expect.any(String), origin: expect.any(String), build_id: expect.any(String) },
        path: expect.any(String),
      },
    ],
  });
});

// --- internal ---

/** The failing draw alone, as small as it fails; or as it was, where it only fails beside the others. */
async function explain(
  bench: Bench,
  round: readonly Draw[],
  [failed, differences]: [number, Difference[]],
): Promise<string> {
  const draw = round.find((one) => one.seed === failed) as Draw;
  const alone = async (one: Draw) => (await runDraws(bench, [one])).get(failed);
  const fails = async (one: Draw) => (await alone(one)) !== undefined;
  const failsAlone = await fails(draw);
  const smallest = failsAlone ? await shrink(draw, fails) : draw;
  const arrivals = smallest.deliveries
    .toSorted((a, b) => a.step - b.step)
    .map(({ file, step, worker }) => `  step ${step}, worker ${worker}: ${smallest.files[file]}`);
  const now = (failsAlone && (await alone(smallest))) || differences;
  return [
    `draw ${failed} gives other rows; ORDER_SEED=${failed} ORDER_DRAWS=1 runs it alone${failsAlone ? "" : " (then it passes)"}`,
    ...arrivals,
    ...now.map((difference) => `  ${JSON.stringify(difference)}`),
  ].join("\n");
}
