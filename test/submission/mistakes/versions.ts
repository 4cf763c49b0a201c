import {
  versions as allVersions,
  newestVersion,
} from "../../../src/submission/versions/versions.ts";
import { bare, older, whole } from "./documents.ts";
import type { MistakeRow } from "./table.ts";

const { name: newest, major, minor } = newestVersion;
const newestWritten = `{"major": ${major}, "minor": ${minor}}`;
const known = `a known version: ${allVersions.map(({ name }) => name).join(", ")}`;

const hash = "0123456789abcdef0123456789abcdef01234567";

/** The version, and what stands around a submission. */
export const versions: readonly MistakeRow[] = [
  {
    did: "left the version out",
    sent: whole({ tests: bare.tests }),
    at: "1:1 $",
    says: "expected the field `version`, got nothing",
    hint: `add "version": ${newestWritten}`,
  },
  {
    did: "left the version out of an old document",
    sent: whole({ revisions: [] }),
    at: "1:1 $",
    says: "expected the field `version`, got nothing",
    hint: 'add "version": {"major": 3, "minor": 0}',
  },
  {
    did: "gave the version as text",
    sent: whole({ ...bare, version: "5.3" }),
    at: "1:12 $.version",
    says: `expected ${known}, got "5.3"`,
    hint: 'write "version": {"major": 5, "minor": 3}',
  },
  {
    did: "gave the version with a v",
    sent: whole({ ...bare, version: "v5.3" }),
    at: "1:12 $.version",
    says: 'expected an object, got "v5.3"',
    hint: 'write "version": {"major": 5, "minor": 3}',
  },
  {
    did: "gave the version as a number",
    sent: whole({ ...bare, version: 5 }),
    at: "1:12 $.version",
    says: "expected an object, got 5",
    hint: 'write "version": {"major": 5, "minor": 0}',
  },
  {
    did: "gave the version as a fraction",
    sent: whole({ ...bare, version: 5.3 }),
    at: "1:12 $.version",
    says: "expected an object, got 5.3",
    hint: 'write "version": {"major": 5, "minor": 3}',
  },
  {
    did: "gave the version as a list",
    sent: whole({ ...bare, version: [5, 3] }),
    at: "1:12 $.version",
    says: "expected an object, got a list of 2",
    hint: `write "version": ${newestWritten}`,
  },
  {
    did: "gave null for the version",
    sent: whole({ ...bare, version: null }),
    at: "1:12 $.version",
    says: "expected an object, got null",
    hint: `write "version": ${newestWritten}`,
  },
  {
    did: "gave the numbers of the version in quotes",
    sent: whole({ ...bare, version: { major: "5", minor: "3" } }),
    at: "1:21 $.version.major",
    says: 'expected an integer, got "5"',
    hint: 'write "version": {"major": 5, "minor": 3}',
  },
  {
    did: "gave one number of the version with a point",
    sent: whole({ ...bare, version: { major: 5.3 } }),
    at: "1:21 $.version.major",
    says: "expected an integer, got 5.3",
    hint: 'write "version": {"major": 5, "minor": 3}',
  },
  {
    did: "wrote a number of the version as 5.0",
    sent: '{"version":{"major":5.0,"minor":3},"tests":[]}',
    at: "1:21 $.version.major",
    says: "expected an integer without point and exponent, got 5.0",
    hint: "write 5",
  },
  {
    did: "wrote a number of an old version as 2.0",
    sent: '{"version":{"major":4,"minor":2.0},"tests":[]}',
    at: "1:31 $.version.minor",
    says: "expected an integer without point and exponent, got 2.0",
    hint: "write 2",
  },
  {
    did: "named a version that is still to come",
    sent: whole({ ...bare, version: { major, minor: minor + 1 } }),
    at: "1:12 $.version",
    says: `expected ${known}, got ${major}.${minor + 1}`,
    hint: `${newest} is the newest version that is supported: write "version": ${newestWritten}`,
  },
  {
    did: "named a version that never was",
    sent: whole({ ...bare, version: { major: 4, minor: 9 } }),
    at: "1:12 $.version",
    says: `expected ${known}, got 4.9`,
    hint: '4.5 is the last version of 4: write "version": {"major": 4, "minor": 5}',
  },
  {
    did: "left the major number out",
    sent: whole({ ...bare, version: { minor: 3 } }),
    at: "1:12 $.version",
    says: "expected the field `major`, got nothing",
    hint: `write "version": ${newestWritten}`,
  },
  {
    did: "gave words for the version",
    sent: whole({ ...bare, version: "latest" }),
    at: "1:12 $.version",
    says: 'expected an object, got "latest"',
    hint: `write "version": ${newestWritten}`,
  },
  {
    did: "sent an array of one submission",
    sent: whole([bare]),
    at: "1:1 $",
    says: "expected an object, got a list of 1",
    hint: "take the square brackets away: a submission is one object",
  },
  {
    did: "sent an array of submissions",
    sent: whole([bare, bare]),
    at: "1:1 $",
    says: "expected an object, got a list of 2",
    hint: "a file holds one submission: put each of these 2 into a file of its own, or their lists into one",
    mended: whole(bare),
  },
  {
    did: "sent an array of tests",
    sent: whole(bare.tests),
    at: "1:1 $",
    says: "expected an object, got a list of 1",
    hint: `a list of tests stands in an object with the version: {"version": ${newestWritten}, "tests": …}`,
  },
  {
    did: "sent an empty array",
    sent: whole([]),
    at: "1:1 $",
    says: "expected an object, got an empty list",
    hint: "a submission is an object in braces, not a list: `version` and lists",
    mended: whole(bare),
  },
  {
    did: "sent the JSON as a string",
    sent: whole(JSON.stringify(bare)),
    at: "1:1 $",
    says: `expected an object, got "{\\"version\\":{\\"major\\":${major},\\"minor\\":${minor}},\\"tests\\":[{\\"id\\":\\"lab:1\\",\\"or…" (92 characters)`,
    hint: "this is JSON within a JSON string: send the JSON itself, without quotes around it and \\ in it",
  },
  {
    did: "sent null",
    sent: "null",
    at: "1:1 $",
    says: "expected an object, got null",
    hint: "a submission is an object in braces: `version` and lists",
    mended: whole(bare),
  },
  {
    did: "put the submission into `data`",
    sent: whole({ data: bare }),
    at: "1:1 $",
    says: "expected the field `version`, got nothing",
    hint: 'the submission is inside "data": send what is in there, nothing around it',
  },
  {
    did: "put the submission into a request",
    sent: whole({ method: "submit", params: bare }),
    at: "1:1 $",
    says: "expected the field `version`, got nothing",
    hint: 'the submission is inside "params": send what is in there, nothing around it',
  },
  {
    did: "gave an older version an address that is no URL of a repository",
    sent: older(4, 5, {
      checkouts: [{ id: "lab:1", origin: "lab", git_repository_url: "urn:linux" }],
    }),
    at: "1:97 $.checkouts[0].git_repository_url",
    says: 'expected a URL that begins with https:// or git://, got "urn:linux"',
    hint: "only an https:// URL is taken here: leave the field out if there is none",
  },
  {
    did: "left a NUL in the description of an old environment",
    sent: older(3, 0, {
      tests: [
        { id: "lab:1", origin: "lab", build_id: "lab:b", environment: { description: "a\0b" } },
      ],
    }),
    at: "1:120 $.tests[0].environment.description",
    says: 'expected text without NUL, got "a\\u0000b"',
    hint: "remove the \\u0000",
  },
  {
    did: "put the origin before the commit of an old revision",
    sent: older(3, 0, { revisions: [{ id: `lab:${hash}`, origin: "lab" }] }),
    at: "1:53 $.revisions[0].id",
    says: 'expected 40 lower-case hex digits, for a patched revision followed by + and 64 more, got "lab:0123456789abcdef0123456789abcdef01234567"',
    hint: 'write the hash in lower case, nothing before it: "0123456789abcdef0123456789abcdef01234567"',
  },
  {
    did: "left the build out of a test of the oldest version",
    sent: older(1, 1, { tests: [{ origin: "lab", origin_id: "1", build_origin: "lab" }] }),
    at: "1:43 $.tests[0]",
    says: "expected the field `build_origin_id`, got nothing",
    hint: "name the build that was tested by its `origin_id`",
    mended: older(1, 1, {
      tests: [{ origin: "lab", origin_id: "1", build_origin: "lab", build_origin_id: "b" }],
    }),
  },
];
