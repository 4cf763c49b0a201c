import { submission } from "./submissions.ts";

/**
 * What the sweeps put into the spool: good files, one of them with many rows, two that fill in each other's gaps, one whose name
 * is taken in the archive, one without rows, one that is refused.
 */
export const inputs: ReadonlyMap<string, string> = new Map([
  // Too many rows to be the values of statements: on Postgres they are copied.
  ["a.json", submission("a", 70)],
  ["b.json", submission("shared", 1, { comment: "first" })],
  ["c.json", submission("shared", 1, { log_url: "https://x.example/log" })],
  ["d.json", submission("d")],
  ["e.json", '{"version":{"major":5,"minor":3}}'],
  ["bad.json", '{"version":{"major":5,"minor":3},"builds":[{"id":"nothing else"}]}'],
]);

/** With a file that is empty, and with one that was archived long ago under the name of another. */
export const withFormer: ReadonlyMap<string, string> = new Map([
  ...inputs,
  ["empty.json", ""],
  ["archive/d.json", '{"no rows":"of an earlier d"}'],
]);

/** The names that are at fault themselves. */
export const bad: ReadonlySet<string> = new Set(["bad.json"]);
