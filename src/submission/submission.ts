/**
 * One object of a submission's lists in the form of schema 5.3. Only `id` and `origin` are common
 * to all; `src/submission/versions` holds what else each kind has. A `misc` value may hold numbers
 * as `JSON.rawJSON` objects, so that `JSON.stringify` writes them exactly as they were sent.
 */
export interface Item {
  id: string;
  origin: string;
  [field: string]: unknown;
}

/** The names of the lists that a 5.3 submission may have, parents before children. */
export const listNames = ["issues", "checkouts", "builds", "tests", "incidents"] as const;
export type ListName = (typeof listNames)[number];

/** A valid submission, upgraded to 5.3. */
export type Submission = { version: { major: 5; minor: 3 } } & { [list in ListName]?: Item[] };
