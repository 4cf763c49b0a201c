import { expect, test } from "bun:test";
import { readSubmission } from "../../src/prepare/read-submission.ts";
import { type Sampled, WarningSampler } from "../../src/prepare/warning-sampler.ts";
import { sumWarnings, type WarningTally } from "../../src/prepare/warning-tally.ts";
import { processorMs } from "../processor-ms.ts";
import { build, complete, older, test as testOf, whole } from "../submission/mistakes/documents.ts";

function read(text: string): Sampled {
  const reading = readSubmission(text);
  if (!reading.accepted) throw new Error(reading.refusal.message);
  return reading;
}

const fine = read(whole(complete));
const odd = read(build({ duration: -1, start_time: "2999-01-01T00:00:00Z" }));
const ofOther = read(
  whole({ ...complete, tests: [{ ...complete.tests[0], id: "b:1", origin: "b" }] }),
);

/** A sampler whose every look takes so many milliseconds, and its clock. */
function samplerOf(lookMs: number) {
  const clock = { ms: 0 };
  // Each look asks for the time twice.
  const sampler = new WarningSampler(() => {
    clock.ms += lookMs;
    return clock.ms;
  });
  return { sampler, clock };
}

test("the kinds of a submission are counted once, for the origins of its objects", () => {
  const { sampler } = samplerOf(0);
  expect(sampler.look(fine, "fine.json")).toEqual([
    { origin: "lab", lookedAt: 1, warned: 0, kinds: {}, example: undefined },
  ]);
  const kinds = { "odd-duration": 1, "future-time": 1 };
  expect(sampler.look(odd, "odd.json")).toEqual([
    { origin: "lab", lookedAt: 1, warned: 1, kinds, example: "odd.json" },
  ]);
  const [first] = complete.tests;
  const two = [first, { ...first, id: "b:2", origin: "b", path: undefined }];
  const ofTwo = sampler.look(read(whole({ ...complete, tests: [...two, ...two] })), "two.json");
  expect(ofTwo).toMatchObject([
    { origin: "lab", warned: 0, kinds: {} },
    { origin: "b", warned: 1, kinds: { "no-path": 1 } },
  ]);
});

test("equal names and ids, and old versions, are found too, and what an upgrade makes is nobody's", () => {
  const { sampler } = samplerOf(0);
  const kindsOf = (text: string) => sampler.look(read(text), "a.json")?.map(({ kinds }) => kinds);
  const twice = testOf({ path: "boot", status: "PASS" }).replace("{", '{"tests":[],');
  expect(kindsOf(twice)).toEqual([{ "duplicate-key": 1 }]);
  const [first] = complete.tests;
  const same = whole({ ...complete, tests: [first, { ...first, status: "FAIL" }] });
  expect(kindsOf(same)).toEqual([{ "duplicate-id": 1 }]);
  const waived = older(4, 5, { tests: [{ ...first, waived: true }] });
  expect(kindsOf(waived)).toEqual([{ "old-version": 1 }]);
});

test("of very many objects the first are looked at", () => {
  const { sampler } = samplerOf(0);
  const tests = Array.from({ length: 1_100 }, (_, place) => ({
    ...complete.tests[0],
    id: `lab:${place}`,
    path: place < 1_000 ? "boot" : undefined,
  }));
  const looked = () => sampler.look(read(whole({ ...complete, tests })), "many.json");
  expect(looked()).toMatchObject([{ warned: 0 }]);
  tests[999] = { ...complete.tests[0], id: "lab:last", path: "" } as (typeof tests)[0];
  expect(looked()).toMatchObject([{ kinds: { "no-path": 1 } }]);
});

test("what takes much time is not looked at until there is some again, and looking takes a thousandth", () => {
  const { sampler, clock } = samplerOf(0.1);
  let looks = 0;
  for (let batch = 0; batch < 1_000; batch++) {
    clock.ms += 10;
    sampler.begin();
    for (let file = 0; file < 100; file++) if (sampler.look(fine, "a.json")) looks += 1;
  }
  // The clock goes on by 0.1 ms where it is asked, too.
  const spentMs = looks * 0.1;
  expect(spentMs / clock.ms).toBeGreaterThan(0.0005);
  expect(spentMs / clock.ms).toBeLessThan(0.0012);
});

test("while few come all are looked at", () => {
  const { sampler, clock } = samplerOf(0.1);
  for (let file = 0; file < 1_000; file++) {
    clock.ms += 200;
    sampler.begin();
    expect(sampler.look(fine, "a.json")).toHaveLength(1);
  }
});

test("an origin that sends little has its place among those of one that sends much", () => {
  const { sampler, clock } = samplerOf(0.01);
  let looks = 0;
  for (let second = 0; second < 100; second++) {
    clock.ms += 1_000;
    sampler.begin();
    for (let file = 0; file < 1_000; file++) sampler.look(fine, "a.json");
    if (sampler.look(ofOther, "b.json")) looks += 1;
  }
  expect(looks).toBe(100);
});

test("a tally of many submissions has an entry for each origin, and bounded ones", () => {
  const entry = (origin: string, warned: number): WarningTally => [
    { origin, lookedAt: 1, warned, kinds: { "no-path": warned }, example: `${origin}.json` },
  ];
  expect(sumWarnings([entry("a", 1), entry("b", 0), entry("a", 1)])).toMatchObject([
    { origin: "a", lookedAt: 2, warned: 2, kinds: { "no-path": 2 }, example: "a.json" },
    { origin: "b", lookedAt: 1, warned: 0 },
  ]);
  const many = sumWarnings(Array.from({ length: 1_000 }, (_, at) => entry(`o${at}`, 1)));
  expect(many).toHaveLength(201);
  expect(many.at(-1)).toMatchObject({ origin: "_other", lookedAt: 800, kinds: { "no-path": 800 } });
});

test("a URL that is long and odd is looked at once", () => {
  const { sampler } = samplerOf(0);
  const urls = [`http://[v1.${":".repeat(300_000)}]/@`, `http://u:p@h/${"://".repeat(300_000)}`];
  const startMs = processorMs();
  const found = urls.map((log_url) =>
    sampler.look(read(testOf({ log_url, path: "boot", status: "PASS" })), "a.json"),
  );
  expect(found).toMatchObject([[{ kinds: {} }], [{ kinds: { "password-in-url": 1 } }]]);
  // Gone through once for each colon it would take minutes.
  expect(processorMs() - startMs).toBeLessThan(5_000);
});
