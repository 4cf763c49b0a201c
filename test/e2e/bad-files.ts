import { newestVersion, versions } from "../../src/submission/versions/versions.ts";

/** A file that must be refused, and what its `.error` must say. */
export interface BadFile {
  name: string;
  bytes: string | Uint8Array;
  /** Stage and reason: `parse: not-json`. */
  verdict: string;
  /** The first issue: place, code, what was expected, what stands there; then the hint. */
  issue: readonly [issue: string, hint?: string];
}

/** The size that the run is given as `--max-file-size`, in bytes. */
export const maxFileBytes = 64 * 1024;

const { name: newest, major, minor } = newestVersion;
const version = { major, minor };
const names = versions.map(({ name }) => name).join(", ");
const text = (lists: Record<string, unknown>) => JSON.stringify({ version, ...lists });
const build = (fields: Record<string, unknown>) =>
  text({ builds: [{ id: "bad:b", origin: "bad", checkout_id: "bad:c", ...fields }] });
const testOf = (fields: Record<string, unknown>) =>
  text({ tests: [{ id: "bad:t", origin: "bad", build_id: "bad:b", ...fields }] });
const cutOff = build({}).slice(0, -3);
const tooLarge = build({ comment: "x".repeat(maxFileBytes) });

export const badFiles: readonly BadFile[] = [
  {
    name: "not-json",
    bytes: `{"version": {"major": 5,\n "minor": 3,}}`,
    verdict: "parse: not-json",
    issue: [
      '$ 2:13 not-json: expected a field name in double quotes, got "}"',
      "remove the comma before the }",
    ],
  },
  {
    name: "cut-off",
    bytes: cutOff,
    verdict: "parse: cut-off",
    issue: [
      "$ 1:94 cut-off: expected a comma or the closing bracket, got the end of the file",
      "the file is not whole: write it anew, under another name until it is complete",
    ],
  },
  {
    name: "whitespace",
    bytes: " \n\t ",
    verdict: "parse: empty",
    issue: [
      "$ 2:3 empty: expected a JSON value, got the end of the file",
      "there is nothing in the file: write it anew, under another name until it is complete",
    ],
  },
  {
    name: "null",
    bytes: "null",
    verdict: "validate: invalid",
    issue: [
      "$ 1:1 type: expected an object, got null",
      "a submission is an object in braces: `version` and lists",
    ],
  },
  {
    name: "list",
    bytes: "[]",
    verdict: "validate: invalid",
    issue: [
      "$ 1:1 type: expected an object, got an empty list",
      "a submission is an object in braces, not a list: `version` and lists",
    ],
  },
  {
    name: "two-documents",
    bytes: `${build({})}\n${build({})}`,
    verdict: "parse: not-json",
    issue: [
      '$ 2:1 not-json: expected the end of the file, got "{"',
      "a file holds one submission and nothing after it: put each into a file of its own",
    ],
  },
  {
    name: "utf-16",
    bytes: Buffer.from(`\ufeff${build({})}`, "utf16le"),
    verdict: "read: not-utf8",
    issue: [
      "$ 1:1 not-utf8: expected UTF-8, got a bad byte at offset 0",
      "this looks like UTF-16: write it as UTF-8",
    ],
  },
  {
    name: "latin-1",
    bytes: Buffer.from(build({ comment: "caf\xe9" }), "latin1"),
    verdict: "read: not-utf8",
    issue: [
      "$ 1:109 not-utf8: expected UTF-8, got a bad byte at offset 108",
      "save the file as UTF-8",
    ],
  },
  {
    name: "unknown-version",
    bytes: `{"version": {"major": ${major}, "minor": ${minor + 1}}}`,
    verdict: "validate: unknown-version",
    issue: [
      `$.version 1:13 unknown-version: expected a known version: ${names}, got ${major}.${minor + 1}`,
      `${newest} is the newest version that is supported: write "version": {"major": ${major}, "minor": ${minor}}`,
    ],
  },
  {
    name: "no-version",
    bytes: `{"builds": []}`,
    verdict: "validate: unknown-version",
    issue: [
      "$ 1:1 required: expected the field `version`, got nothing",
      `add "version": {"major": ${major}, "minor": ${minor}}`,
    ],
  },
  {
    name: "missing-field",
    bytes: build({ checkout_id: undefined }),
    verdict: "validate: invalid",
    issue: [
      "$.builds[0] 1:44 required: expected the field `checkout_id`, got nothing",
      "name the checkout that was built by its `id`",
    ],
  },
  {
    name: "extra-field",
    bytes: build({ statu: "PASS" }),
    verdict: "validate: invalid",
    issue: [
      '$.builds[0].statu 1:95 unknown-field: expected no field but those of a build, got "PASS"',
      "did you mean `status`?",
    ],
  },
  {
    name: "null-field",
    bytes: build({ comment: null }),
    verdict: "validate: invalid",
    issue: [
      "$.builds[0].comment 1:105 type: expected text, got null",
      "`null` is not allowed: leave the field out",
    ],
  },
  {
    name: "nul-in-text",
    bytes: build({ comment: "a\0b" }),
    verdict: "validate: invalid",
    issue: [
      '$.builds[0].comment 1:105 pattern: expected text without NUL, got "a\\u0000b"',
      'take the \\u0000 out: "ab"',
    ],
  },
  {
    name: "nul-in-misc",
    bytes: build({ misc: { deep: [{ x: "\0" }] } }),
    verdict: "validate: unstorable",
    issue: [
      '$.builds[0].misc.deep[0].x 1:116 unstorable: expected text without NUL, got "\\u0000"',
      'take the \\u0000 out: ""',
    ],
  },
  {
    name: "lone-surrogate",
    bytes: testOf({ comment: "\ud83d" }),
    verdict: "validate: unstorable",
    issue: [
      '$.tests[0].comment 1:101 unstorable: expected text without half surrogate pairs, got "\\ud83d"',
      'half of a character was cut off: take it out: "�"',
    ],
  },
  {
    name: "beyond-double",
    bytes: build({}).replace("}]", `,"misc":{"n":1e400}}]`),
    verdict: "validate: unstorable",
    issue: [
      "$.builds[0].misc.n 1:107 unstorable: expected a number within the range of a double, got 1e400",
      'send a number of that size or precision as text: "1e400"',
    ],
  },
  {
    name: "swelling",
    bytes: build({}).replace("}]", `,"misc":{"n":[${"1e-16383,".repeat(1_100)}1]}}]`),
    verdict: "validate: unstorable",
    issue: [
      "$.builds[0].misc.n[1024] 1:9324 unstorable: expected at most 16777216 characters more when all numbers of the object are written in full digits, got 1e-16383",
      "send a number with such an exponent as text, or in another unit",
    ],
  },
  {
    name: "integer-2-31",
    bytes: text({ issues: [{ id: "bad:i", origin: "bad", version: 2 ** 31 }] }),
    verdict: "validate: unstorable",
    issue: [
      "$.issues[0].version 1:83 unstorable: expected an integer up to 2147483647, the limit of its column, got 2147483648",
      "count from 1 upwards: 1",
    ],
  },
  {
    name: "long-platform",
    bytes: testOf({ environment: { misc: { platform: "p".repeat(101) } } }),
    verdict: "validate: unstorable",
    issue: [
      '$.tests[0].environment.misc.platform 1:125 unstorable: expected at most 100 characters, the limit of its column, got "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp…" (101 characters)',
      "it has 101 characters: cut 1",
    ],
  },
  {
    name: "long-id",
    bytes: build({ id: `bad:${"x".repeat(9_996)}` }),
    verdict: "validate: unstorable",
    issue: [
      '$.builds[0].id 1:50 unstorable: expected at most 2692 bytes, the limit of an index, got "bad:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" (10000 characters)',
      "it has 10000 bytes: cut 7308",
    ],
  },
  {
    name: "too-large",
    bytes: tooLarge,
    verdict: "read: too-large",
    issue: [
      "$ too-large: expected at most 65536 bytes, got 65645 bytes",
      "split it into several submissions",
    ],
  },
];
