import { expect, setDefaultTimeout, test } from "bun:test";
import { parseExactly } from "../../../src/base/raw-json.ts";
import { readSubmission } from "../../../src/prepare/read-submission.ts";
import { growthLimits, growthOf, printedLength } from "../../../src/rows/jsonb.ts";
import { addRows } from "../../../src/rows/to-rows.ts";
import { kinds } from "../../databases.ts";
import { prepareStore } from "../prepared-store.ts";

setDefaultTimeout(60_000);

const postgresKind = kinds.find((kind) => kind.name === "Postgres");
const awkward =
  "0 -0 0.0 -0.0 0e5 0e-5 -0e-3 0.00e1 1.0 1.50e1 100e-2 12.5e-1 0.1e1 -1e-3 1E+5 1e21 5e-324";

const below = (max: number) => Math.floor(Math.random() * max);
const digits = (count: number) => Array.from({ length: count }, () => below(10)).join("");

/** A number of JSON in any way of writing that numeric can hold. */
function drawNumber(): string {
  const whole = Math.random() < 0.4 ? "0" : `${1 + below(9)}${digits(below(12))}`;
  const fraction = Math.random() < 0.5 ? "" : `.${"0".repeat(below(4))}${digits(1 + below(8))}`;
  const size = 10 ** below(5);
  const exponent = ["", `e${below(size)}`, `E+${below(size)}`, `e-${below(size)}`][below(4)];
  return `${Math.random() < 0.3 ? "-" : ""}${whole}${fraction}${exponent}`;
}

test.skipIf(!postgresKind)("a number's length is the one that the server prints", async () => {
  if (!postgresKind) return;
  await using database = await postgresKind.create();
  const sources = [...awkward.split(" "), ...Array.from({ length: 3_000 }, drawNumber)];
  const rows = await database.query(
    `select length(x::jsonb::text) as length from unnest(array['${sources.join("','")}']) x`,
  );
  const wrong = sources.filter((source, at) => printedLength(source) !== rows[at]?.length);
  expect(wrong).toEqual([]);
  for (const [at, source] of sources.entries()) {
    const number = parseExactly(source) as number;
    const sent = JSON.stringify(number).length;
    expect(sent + growthOf(number)).toBeGreaterThanOrEqual(Number(rows[at]?.length));
  }
});

test.skipIf(!postgresKind)("whatever is storable can be read and dumped", async () => {
  if (!postgresKind) return;
  const worst = `[${"1e-16383,".repeat(1_023)}1]`;
  const text = `{"version":{"major":5,"minor":3},"tests":[{"id":"a:1","origin":"a","build_id":"a:2",
    "environment":{"compatible":["${"\\\\".repeat(1_000)}"]},"misc":{"n":${worst},"t":"${"\\u0001\\\\".repeat(100_000)}"}}]}`;
  const reading = readSubmission(text);
  if (!reading.accepted) throw new Error(reading.refusal.message);
  await using prepared = await prepareStore(postgresKind);
  const rows = new Map();
  addRows(rows, reading.submission, "2025-07-17T10:11:31.123456Z");
  await prepared.store.write(rows);
  const [row] = await prepared.database.query("select length(tests::text) as length from tests");
  expect(Number(row?.length)).toBeGreaterThan(growthLimits.object * 0.99);
  expect(Number(row?.length)).toBeLessThan(growthLimits.object + 2 * text.length);
  const dump = Bun.spawn(["psql", prepared.database.url, "-c", "copy tests to stdout"]);
  const dumped = await new Response(dump.stdout).bytes();
  expect(await dump.exited).toBe(0);
  expect(dumped.length).toBeGreaterThan(growthLimits.object * 0.99);
  expect(dumped.length).toBeLessThan(growthLimits.object + 2 * text.length);
});
