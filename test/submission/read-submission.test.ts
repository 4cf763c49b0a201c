import { expect, test } from "bun:test";
import { readSubmission } from "../../src/submission/read-submission.ts";

const build = { id: "lab:b1", origin: "lab", checkout_id: "lab:c1" };
const read = (document: unknown) => readSubmission(JSON.stringify(document));

test("a document of 5.3 is accepted as it is", () => {
  const document = { builds: [{ ...build, status: "PASS" }], version: { major: 5, minor: 3 } };
  expect(read(document)).toMatchObject({
    accepted: true,
    submission: document,
    version: "5.3",
    counts: { builds: 1, tests: 0 },
  });
});

test("a document of 4.2 is upgraded", () => {
  const reading = read({ version: { major: 4, minor: 2 }, builds: [{ ...build, valid: false }] });
  expect(reading).toMatchObject({
    accepted: true,
    version: "4.2",
    submission: { version: { major: 5, minor: 3 }, builds: [{ ...build, status: "FAIL" }] },
  });
});

test("numbers inside misc keep the text they were sent with", () => {
  const sent = '{"n":9007199254740993,"f":1.0}';
  const reading = readSubmission(
    `{"version":{"major":5,"minor":3},"builds":[{"id":"a:1","origin":"a","checkout_id":"a:2","misc":${sent}}]}`,
  );
  expect(reading.accepted && JSON.stringify(reading.submission.builds?.[0]?.misc)).toBe(sent);
});
