import { expect, test } from "bun:test";
import { readSubmission } from "../../../src/prepare/read-submission.ts";
import { isFull } from "../../faults/sweep.ts";
import { Random } from "../../submission/fuzz/random.ts";
import { drawFields } from "./draw-fields.ts";
import { drawMisc } from "./draw-misc.ts";
import { outcomeOf, readInParts } from "./outcome-of.ts";

/** `FUZZ_SEED=… FUZZ_RUNS=… bun test carried` replays or lengthens a run. */
const seed = Number(process.env.FUZZ_SEED ?? 20261128);
const runs = Number(process.env.FUZZ_RUNS ?? (isFull ? 20_000 : 1_000));
const look = { nowMs: Date.parse("2020-01-01T00:00:00Z"), thorough: true };

type Draw = () => string;

/** Lists of files, and texts, that the objects of a list can have. */
const fieldsOf: Record<string, readonly [files: string[], texts: string[]]> = {
  builds: [["input_files", "output_files"], ["command"]],
  tests: [["output_files"], []],
  checkouts: [["patchset_files"], ["comment", "git_commit_message"]],
  revisions: [["patch_mboxes"], ["description"]],
};

/** Objects of a version, with a `misc` in each place that can have one. */
const objects = {
  "5.3": [
    (misc: Draw, more: Draw) => [
      "builds",
      `{"id":"a:1","origin":"a","checkout_id":"a:c","misc":${misc()},"duration":1.50${more()}}`,
    ],
    (misc: Draw, more: Draw) => [
      "tests",
      `{"misc":${misc()},"id":"a:1","origin":"a","environment":{"misc":${misc()},"comment":"é"},"build_id":"a:b"${more()}}`,
    ],
    (misc: Draw, more: Draw) => [
      "tests",
      `{"environment" : {"misc":${misc()}}, "id":"a:2","origin":"a","build_id":"a:b","misc":{},"misc":${misc()}${more()}}`,
    ],
    (misc: Draw, more: Draw) => [
      "checkouts",
      `{"id":"a:1","origin":"a","misc":{"x":1},"m\\u0069sc":${misc()}${more()}}`,
    ],
  ],
  "4.2": [
    (misc: Draw, more: Draw) => [
      "tests",
      `{"id":"a:1","origin":"a","waived":true,"build_id":"a:b","misc":${misc()}${more()}}`,
    ],
    (misc: Draw, more: Draw) => [
      "builds",
      `{"id":"a:1","origin":"a","valid":true,"checkout_id":"a:c","duration":1.0,"misc":${misc()}${more()}}`,
    ],
  ],
  "2.0": [
    (misc: Draw, more: Draw) => [
      "tests",
      `{"id":"a:1","description":"\\u0061","build_id":"a:b","environment":{"description":"x","misc":${misc()}},"misc":${misc()}${more()}}`,
    ],
    (misc: Draw, more: Draw) => ["revisions", `{"id":"a:1","misc":${misc()}${more()}}`],
  ],
} as const;

function drawDocument(random: Random): Buffer {
  const version = random.pick(Object.keys(objects) as (keyof typeof objects)[]);
  const lists = new Map<string, string[]>();
  for (let more = 1 + random.below(4); more > 0; more--) {
    const make = random.pick<(misc: Draw, more: Draw) => string[]>(objects[version] as never);
    const [list = ""] = make(
      () => "",
      () => "",
    );
    const [files = [], texts = []] = fieldsOf[list] ?? [];
    const [, item = ""] = make(
      () => drawMisc(random),
      () => drawFields(random, files, texts),
    );
    lists.set(list, [...(lists.get(list) ?? []), item]);
  }
  const [major, minor] = version.split(".");
  const texts = [...lists].map(
    ([list, items]) => `"${list}":[${items.join(random.pick([",", ", \n"]))}]`,
  );
  return Buffer.from(`{"version":{"major":${major},"minor":${minor}},${texts.join(",")}}`);
}

test(`${runs} drawn documents: what is carried as text gets the verdict, the mistakes, the document and the rows of what is parsed (seed ${seed})`, () => {
  const tally: Record<string, number> = {};
  let warned = 0;
  for (let run = 0; run < runs; run++) {
    const random = new Random(seed + run);
    const bytes = drawDocument(random);
    const options = { maxIssues: random.pick([1, 20]), fixes: random.chance(0.5), warnings: look };
    const sizes = { partBytes: 1 + random.below(600), longBytes: random.pick([0, 20, undefined]) };
    const read = (carriedBytes: number) =>
      readInParts(bytes, 200, { ...options, ...sizes, carriedBytes });
    const [whole, parsed, carried] = [readSubmission(bytes, options), read(Infinity), read(0)];
    const where = `FUZZ_SEED=${seed + run} FUZZ_RUNS=1`;
    if (parsed.accepted && carried.accepted) {
      expect([where, carried.warnings]).toEqual([where, parsed.warnings]);
      warned += parsed.warnings?.warningCount ?? 0;
    }
    const [ofCarried, ofParsed, ofWhole] = [
      outcomeOf(carried),
      outcomeOf(parsed),
      outcomeOf(whole),
    ];
    expect([where, ofParsed]).toEqual([where, ofWhole]);
    expect([where, ofCarried]).toEqual([where, ofWhole]);
    const reason = whole.accepted ? "accepted" : whole.refusal.reason;
    tally[reason] = (tally[reason] ?? 0) + 1;
  }
  console.log(tally, `${warned} warnings`);
  if (runs < 1_000) return;
  for (const reason of ["accepted", "unstorable", "not-json", "invalid"]) {
    expect(tally[reason]).toBeGreaterThan(runs / 200);
  }
  expect(warned).toBeGreaterThan(runs);
}, 600_000);

test("objects of one id are equal also where only one of them is carried", () => {
  const hash = "a".repeat(40);
  const of = (id: string, misc: string) =>
    `{"id":"a:${id}","origin":"a","git_commit_hash":"${hash}","misc":${misc}}`;
  const dear = of("2", `{"y":[${Array(100).fill("[1.0]").join()}]}`);
  const warningsOf = (first: string, last: string, carriedBytes: number) => {
    const items = [of("1", first), dear, of("1", last)].join();
    const bytes = Buffer.from(`{"version":{"major":5,"minor":3},"checkouts":[${items}]}`);
    const read = readInParts(bytes, 200, { carriedBytes, partBytes: 600, warnings: look });
    return read.accepted && read.warnings?.warnings.map(({ code }) => code);
  };
  for (const carriedBytes of [0, 50_000, Infinity]) {
    expect(warningsOf('{"x":1.0}', ' { "x":1.0 }', carriedBytes)).toEqual([]);
    expect(warningsOf('{"x":1.0}', '{"x":1.1}', carriedBytes)).toEqual(["duplicate-id"]);
    const mixed = warningsOf(
      '{"x":[{"b":1,"c":2}],"y":3}',
      '{"y":3,"x":[{"c":2,"b":1}]}',
      carriedBytes,
    );
    expect(mixed).toEqual([]);
    expect(warningsOf('{"x":[1,2]}', '{"x":[2,1]}', carriedBytes)).toEqual(["duplicate-id"]);
    expect(warningsOf('{"x":{"a":1,"b":2}}', '{"x":{"a":2,"b":1}}', carriedBytes)).toEqual([
      "duplicate-id",
    ]);
  }
});

test("hints take a list in the place of a misc or an environment for a list, carried or not", () => {
  const list = "[1,2]";
  const items = [
    `{"id":"a:1","origin":"a","build_id":"a:2","misc":${list},"unheard":1,"runtime":"x","platform":"y"}`,
    `{"id":"a:1","origin":"a","build_id":"a:2","environment":${list},"board":"y"}`,
    `{"id":"a:1","origin":"a","build_id":"a:2","environment":{"misc":${list},"board":"y","odd":${list}}}`,
    list,
  ];
  for (const item of items) {
    const bytes = Buffer.from(`{"version":{"major":5,"minor":3},"tests":[${item}]}`);
    const options = { fixes: true, longBytes: 0 };
    const carried = readInParts(bytes, 200, { ...options, carriedBytes: 0 });
    expect(outcomeOf(carried)).toEqual(outcomeOf(readSubmission(bytes, options)));
  }
});
