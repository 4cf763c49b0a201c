import { build, checkout, test } from "./documents.ts";
import type { MistakeRow } from "./table.ts";

/** What no database holds. */
export const stored: readonly MistakeRow[] = [
  {
    did: "had a NUL within `misc`",
    sent: build({ misc: { log: "a\0b" } }),
    at: "1:109 $.builds[0].misc.log",
    says: 'expected text without NUL, got "a\\u0000b"',
    hint: 'take the \\u0000 out: "ab"',
  },
  {
    did: "had a NUL in a name within `misc`",
    sent: build({ misc: { "a\0b": 1 } }),
    at: '1:114 $.builds[0].misc["a\\u0000b"]',
    says: 'expected text without NUL, got "a\\u0000b"',
    hint: "take the \\u0000 out of the name",
  },
  {
    did: "cut a character in half",
    sent: build({ comment: "\ud83d" }),
    at: "1:105 $.builds[0].comment",
    says: 'expected text without half surrogate pairs, got "\\ud83d"',
    hint: 'half of a character was cut off: take it out: "�"',
  },
  {
    did: "had a number beyond a double within `misc`",
    sent: '{"version":{"major":5,"minor":3},"builds":[{"id":"lab:1","origin":"lab","checkout_id":"lab:c","misc":{"n":1e400}}]}',
    at: "1:107 $.builds[0].misc.n",
    says: "expected a number within the range of a double, got 1e400",
    hint: 'send a number of that size or precision as text: "1e400"',
  },
  {
    did: "had a duration beyond a double",
    sent: '{"version":{"major":5,"minor":3},"builds":[{"id":"lab:1","origin":"lab","checkout_id":"lab:c","duration":1e400}]}',
    at: "1:106 $.builds[0].duration",
    says: "expected a number within the range of a double, got 1e400",
    hint: "leave the field out, or put the number as text into `misc`",
  },
  {
    did: "had a time before the year 1, in UTC",
    sent: build({ start_time: "0001-01-01T00:00:00+01:00" }),
    at: "1:108 $.builds[0].start_time",
    says: 'expected a time within the years 0001 to 9999 UTC, got "0001-01-01T00:00:00+01:00"',
    hint: "no such time is meant: leave the field out if it is not known",
  },
  {
    did: "had a very long name of a tree",
    sent: checkout({ tree_name: "x".repeat(3000) }),
    at: "1:88 $.checkouts[0].tree_name",
    says: 'expected at most 2692 bytes, the limit of an index, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" (3000 characters)',
    hint: "it has 3000 bytes: cut 308",
  },
  {
    did: "had a very long path",
    sent: test({ path: "x".repeat(9000) }),
    at: "1:98 $.tests[0].path",
    says: 'expected at most 2692 bytes, the limit of an index, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" (9000 characters)',
    hint: "it has 9000 bytes: cut 6308",
  },
  {
    did: "had a very long id",
    sent: test({ id: `lab:${"x".repeat(9000)}` }),
    at: "1:49 $.tests[0].id",
    says: 'expected at most 2692 bytes, the limit of an index, got "lab:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" (9004 characters)',
    hint: "it has 9004 bytes: cut 6312",
  },
];
