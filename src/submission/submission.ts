/**
 * One object of a submission's lists in the form of the newest version. Only `id` and `origin` are common
 * to all; `src/submission/versions` holds what else each kind has. A `misc` value may hold numbers
 * as `JSON.rawJSON` objects, so that `JSON.stringify` writes them exactly as they were sent.
 */
export interface Item {
  id: string;
  origin: string;
  [field: string]: unknown;
}

/** The names of the lists that a submission of the newest version may have, parents before children. */
export const listNames = ["issues", "checkouts", "builds", "tests", "incidents"] as const;
/** The name of a list of objects in a submission. */
export type ListName = (typeof listNames)[number];

/** A valid submission, upgraded to the newest version. */
export type Submission = { version: { major: number; minor: number } } & {
  [list in ListName]?: Item[];
};
