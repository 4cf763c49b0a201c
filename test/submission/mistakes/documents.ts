import { newestVersion } from "../../../src/submission/versions/versions.ts";

/** Small valid documents of the newest version that the mistakes are made in. */
type Fields = Record<string, unknown>;

const { major, minor } = newestVersion;
const version = { major, minor };
const common = { id: "lab:1", origin: "lab" };

function send(list: string, item: Fields, others: Fields = {}): string {
  return JSON.stringify({ version, ...others, [list]: [item] });
}

/** A document with one checkout that has these fields too; `undefined` takes one away. */
export const checkout = (fields: Fields) => send("checkouts", { ...common, ...fields });
export const build = (fields: Fields) =>
  send("builds", { ...common, checkout_id: "lab:c", ...fields });
export const test = (fields: Fields) => send("tests", { ...common, build_id: "lab:b", ...fields });
export const issue = (fields: Fields) => send("issues", { ...common, version: 1, ...fields });
export const incident = (fields: Fields) =>
  send("incidents", { ...common, issue_id: "lab:i", issue_version: 1, ...fields });

/** A document of an older version. */
export function older(major: number, minor: number, lists: Fields): string {
  return JSON.stringify({ version: { major, minor }, ...lists });
}

/** A whole document of these fields. */
export const whole = (document: unknown) => JSON.stringify(document);
/** The smallest there is with a test, and one that there is no warning for. */
export const bare = { version, tests: [{ ...common, build_id: "lab:b" }] };
export const complete = {
  version,
  tests: [{ ...common, build_id: "lab:b", path: "boot", status: "PASS" }],
};
