import { describe, expect, test } from "bun:test";
import { readSubmission } from "../../src/prepare/read-submission.ts";
import { whereOf } from "../../src/submission/text/where.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { refusal } from "./refusal-of.ts";

const { name: newest, major, minor } = newestVersion;
const version = { major, minor };
const build = { id: "lab:b1", origin: "lab", checkout_id: "lab:c1" };
const testCase = { id: "lab:t1", origin: "lab", build_id: "lab:b1" };

const read = (document: unknown) => readSubmission(JSON.stringify(document));

describe("accepted documents", () => {
  test("one of the newest version stays as it is", () => {
    const document = { builds: [{ ...build, status: "PASS" }], version };
    expect(read(document)).toMatchObject({
      accepted: true,
      submission: document,
      version: newest,
      counts: { issues: 0, checkouts: 0, builds: 1, tests: 0, incidents: 0 },
    });
  });

  test("one of 4.2 is upgraded", () => {
    const reading = read({ version: { major: 4, minor: 2 }, builds: [{ ...build, valid: false }] });
    expect(reading).toMatchObject({
      accepted: true,
      version: "4.2",
      submission: { version, builds: [{ ...build, status: "FAIL" }] },
    });
  });

  test("numbers inside misc keep the text they were sent with, also through an upgrade", () => {
    const sent = '{"n":9007199254740993,"f":1.0,"deep":[{"e":1E5}]}';
    for (const named of [JSON.stringify(version), '{"major":4}']) {
      const reading = readSubmission(
        `{"version":${named},"tests":[{"id":"a:1","origin":"a","build_id":"a:2","environment":{"misc":${sent}},"misc":${sent}}]}`,
      );
      const [first] = (reading.accepted && reading.submission.tests) || [];
      const environment = first?.environment as { misc: unknown };
      expect([JSON.stringify(first?.misc), JSON.stringify(environment.misc)]).toEqual([sent, sent]);
    }
  });

  test("names of JavaScript's own are ordinary names", () => {
    const misc = '{"__proto__":{"constructor":1},"toString":2,"hasOwnProperty":null}';
    const text = `{"version":{"major":5,"minor":3},"builds":[{"id":"a:1","origin":"a","checkout_id":"a:2","misc":${misc}}]}`;
    const reading = readSubmission(text);
    expect(reading.accepted && JSON.stringify(reading.submission.builds?.[0]?.misc)).toBe(misc);
  });

  test("the last of equal fields counts, whatever the others hold", () => {
    const text = `{"version":{"major":9},"builds":[1],"version":{"major":5},"\\u0062uilds":[]}`;
    expect(readSubmission(text)).toMatchObject({ accepted: true, version: "5.0" });
  });

  test("a version of odd numbers is found wherever it stands", () => {
    const odd = '"version":{"major":5.0,"minor":3}';
    const plain = '"version":{"major":5,"minor":3}';
    const long = `"builds":[{"id":"a:1","origin":"a","checkout_id":"a:2","comment":"${"x".repeat(5_000)}"}]`;
    for (const [text, accepted] of [
      [`{${long},${odd}}`, false],
      [`{${odd},${long}}`, false],
      [`{${plain},${long},${odd}}`, false],
      [`{${odd},${long},${plain}}`, true],
      [`{${plain},${long}}`, true],
      [`{${long},${plain}\n}\n`, true],
      [`{${long},${plain.replace("5", "5e0")}}`, false],
      [`{"builds":[],${odd}}`, false],
      [`{${odd},"builds":[]}`, false],
      [`{${plain},${odd}}`, false],
      [`{${odd},${plain}}`, true],
      [`{"builds":[],${plain} }\n`, true],
      [`{"builds":[], ${plain.replace("5", "5e0")} } `, false],
      [`{"builds":[],"version":{"minor":3,"major":-0}}`, false],
      [`{"builds":[],${odd}${" ".repeat(500)}}`, false],
    ] as const) {
      expect([text, readSubmission(text).accepted]).toEqual([text, accepted]);
    }
  });

  test("a misc of 1,000 levels goes all the way", () => {
    const misc = `{"x":${"[".repeat(1000)}1.0${"]".repeat(1000)}}`;
    const text = `{"version":{"major":4},"builds":[{"id":"a:1","origin":"a","checkout_id":"a:2","misc":${misc}}]}`;
    const reading = readSubmission(text);
    expect(reading.accepted && JSON.stringify(reading.submission.builds?.[0]?.misc)).toBe(misc);
  });
});

describe("reasons", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const tooDeep = "[".repeat(1_000_000);
  test.each([
    ["empty", ""],
    ["empty", " \n\t"],
    ["not-utf8", Uint8Array.of(0x22, 0xe9, 0x22)],
    ["not-utf8", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ["cut-off", Uint8Array.of(0x22, 0xe2, 0x82)],
    ["cut-off", '{"version": {"major": 5, "mi'],
    ["not-json", '{"version": {"major": 5,}}'],
    ["not-json", "{} {}"],
    ["too-deep", tooDeep],
    ["too-deep", `{"version":{"major":5},"x":${tooDeep}${"]".repeat(1_000_000)}}`],
    ["unknown-version", "{}"],
    ["unknown-version", `{"version":{"major":${major},"minor":${minor + 1}}}`],
    ["unknown-version", '{"version":"5.3"}'],
    ["invalid", "[]"],
    ["invalid", '{"version":{"major":5},"tests":null}'],
    ["upgrade-impossible", '{"version":{"major":5.0,"minor":3}}'],
    ["upgrade-impossible", '{"version":{"m\\u0061jor":5,"minor":3e0}}'],
    ["invalid", '{"version":{"major":4,"minor":2.0}}'],
    [
      "unstorable",
      '{"version":{"major":5},"checkouts":[{"id":"a:1","origin":"a","message_id":"@\\u0000"}]}',
    ],
  ] as const)("%s", (reason, input) => {
    // Processor time: others may keep the machine busy.
    const start = process.cpuUsage();
    const refused = refusal(typeof input === "string" ? bytes(input) : input);
    expect(refused.reason).toBe(reason);
    expect(refused.issues[0]?.line).toBeNumber();
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });

  test("depth that a later field of the same name replaced does no harm", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const text = `{"version":{"major":5},"tests":${deep},"tests":[],"builds":[${JSON.stringify({ ...build, misc: { n: 1 } })}]}`;
    expect(refusal(text).reason).toBe("too-deep");
    expect(readSubmission(text.replace('"n":1', '"n":"1"')).accepted).toBe(true);
  });

  test("a byte-order mark is taken off, two are one too many", () => {
    expect(readSubmission(bytes('\ufeff{"version":{"major":5}}')).accepted).toBe(true);
    expect(refusal(bytes('\ufeff\ufeff{"version":{"major":5}}')).reason).toBe("not-json");
  });

  test("UTF-16 is told by name", () => {
    const wide = new Uint8Array(new Uint16Array([...'{"a":1}'].map((c) => c.charCodeAt(0))).buffer);
    expect(refusal(wide).issues[0]?.hint).toContain("UTF-16");
  });
});

describe("issues", () => {
  test("each has its place in the file; a field that is missing, that of its object", () => {
    const text = `{"version": {"major": 5, "minor": 3},\n "builds": [\n  {"id": "lab:1",\n   "origin": "lab", "statu": "PASS"}]}`;
    const { issues, origins, version: named, message } = refusal(text);
    expect(issues).toMatchObject([
      {
        path: "$.builds[0]",
        line: 3,
        column: 3,
        code: "required",
        expected: "the field `checkout_id`",
      },
      {
        path: "$.builds[0].statu",
        line: 4,
        column: 21,
        code: "unknown-field",
        hint: "did you mean `status`?",
      },
    ]);
    expect([origins, named]).toEqual([["lab"], "5.3"]);
    expect(message).toStartWith("$.builds[0]: expected the field `checkout_id`");
  });

  test("those of an upgraded document point to what the file has", () => {
    const text = `{"version": {"major": 2}, "revisions": [{"id": "a:b", "git_repository_commit_hash": "xyz"}]}`;
    expect(refusal(text)).toMatchObject({
      stage: "upgrade",
      reason: "upgrade-impossible",
      issues: [
        {
          path: "$.revisions[0].git_repository_commit_hash",
          column: 85,
          code: "pattern",
          got: '"xyz"',
        },
      ],
    });
  });

  test("they are capped, and all are counted", () => {
    const tests = Array.from({ length: 1000 }, (_, at) => ({ ...testCase, [`field${at}`]: 1 }));
    const { issues, issueCount } = refusal(JSON.stringify({ version, tests }), 3);
    expect([issues.length, issueCount]).toEqual([3, 1000]);
  });

  test("the same mistake in many objects is one, with its count and its first places", () => {
    const tests = Array.from({ length: 500 }, () => ({ ...testCase, status: "passed" }));
    const text = JSON.stringify({ version, tests }, undefined, 1);
    const { issues, issueCount } = refusal(text);
    expect([issues.length, issueCount]).toEqual([1, 500]);
    expect(issues[0]).toMatchObject({
      path: "$.tests[0].status",
      line: 11,
      column: 14,
      times: 500,
    });
    expect(issues[0]?.places).toEqual([
      { path: "$.tests[0].status", line: 11, column: 14 },
      { path: "$.tests[1].status", line: 17, column: 14 },
      { path: "$.tests[2].status", line: 23, column: 14 },
    ]);
    const where = "$.tests[*].status (500 times, first 11:14, 17:14, 23:14)";
    expect(issues.map(whereOf)).toEqual([where]);
  });

  test("no other kind is hidden behind one that is made many times, not even another value", () => {
    const tests = Array.from({ length: 5000 }, (_, at) => ({
      ...testCase,
      status: at % 2 ? "passed" : "failed",
      start_time: at % 3 ? 1738324800 : "2025-01-31",
      ...(at === 4999 ? { odd: 1, misc: [] } : {}),
    }));
    const { issues, issueCount } = refusal(JSON.stringify({ version, tests }));
    const told = issues.map(({ path, got, times }) => [path, got, times]);
    expect(told).toEqual([
      ["$.tests[0].status", '"failed"', 2500],
      ["$.tests[0].start_time", '"2025-01-31"', 1667],
      ["$.tests[1].status", '"passed"', 2500],
      ["$.tests[1].start_time", "1738324800", 3333],
      ["$.tests[4999].odd", "1", 1],
      ["$.tests[4999].misc", "an empty list", 1],
    ]);
    expect(issueCount).toBe(10_002);
  });

  test("they come in the order of the file", () => {
    const text = `{"tests": [{"zzz": 1, "status": "x", "id": 1}], "version": {"major": 5, "minor": 3}}`;
    const { issues, message } = refusal(text);
    const offsets = issues.map(({ column = 0 }) => column);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    expect(message).toStartWith("$.tests[0]: expected the field `build_id`");
  });

  test("hundreds of thousands of mistakes of as many kinds take seconds, and little memory", () => {
    const tests = `[${Array.from({ length: 100_000 }, (_, at) => `{"f${at}":0,"g${at}":1,"h":1}`)}]`;
    const start = process.cpuUsage();
    const { issues, issueCount } = refusal(`{"version":{"major":5},"tests":${tests}}`);
    expect([issues.length, issueCount]).toEqual([20, 600_000]);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
  });

  test("mistakes nested two thousand levels deep are told apart without looking at every level", () => {
    const deep = `${'{"x":'.repeat(1900)}[${'"\\u0000",'.repeat(100_000)}1]${"}".repeat(1900)}`;
    const text = `{"version":{"major":5},"builds":[{"id":"a:1","origin":"a","checkout_id":"a:2","misc":${deep}}]}`;
    const start = process.cpuUsage();
    const { issues } = refusal(text);
    expect(issues.map(({ times }) => times)).toContain(100_000);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
  });

  test("what they quote is short and harmless", () => {
    const hostile = `\u001b[2J\u202e\ud800${"x".repeat(100_000)}`;
    const { issues } = refusal(
      JSON.stringify({ version, tests: [{ ...testCase, id: hostile, [hostile]: hostile }] }),
    );
    for (const { path, got, hint = "" } of issues) {
      expect(`${path}${got}${hint}`).toMatch(/^[\x20-\x7e…]*$/);
      expect(path.length + got.length).toBeLessThan(300);
    }
  });

  test("a number is quoted as the file writes it", () => {
    const text = `{"version":{"major":5},"issues":[{"id":"a:1","origin":"a","version":-1.50e0}]}`;
    expect(refusal(text).issues[0]).toMatchObject({ code: "type", got: "-1.50e0" });
  });
});
