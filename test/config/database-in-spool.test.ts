import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ConfigFault } from "../../src/config/fault.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { temporaryFolder } from "../temporary.ts";

test.each([
  ["q", "sqlite:q/k.json"],
  ["q/", "sqlite:./q//k.json"],
  [".", "sqlite:k.json"],
  ["q", "sqlite:q/archive/k.json"],
  ["q", "sqlite:q/archive/k.json.zst"],
  ["q", "sqlite:q/failed/k.json"],
])("in the spool %s the database %s is refused: it is named like a submission", (dir, database) => {
  const message = `expected a file outside of the spool, or one whose name does not end in .json, got "${database}"`;
  const throwing = (name: string, usage: boolean) =>
    expect.objectContaining({ message: `${name}: ${message}`, usage });
  expect(() => readConfig({ "spool-dir": dir, database }, {})).toThrow(
    throwing("--database", true),
  );
  const byVariable = () => readConfig({ "spool-dir": dir }, { DATABASE_URL: database });
  expect(byVariable).toThrow(throwing("DATABASE_URL", false));
});

test.each([["sqlite:q/k.db"], ["sqlite:q/sub/k.json"], ["sqlite:k.json"], ["sqlite:q.json"]])(
  "in the spool q the database %s is nobody's submission",
  (database) => {
    expect(readConfig({ "spool-dir": "q", database }, {}).databaseUrl).toBe(database);
  },
);

test("a database that a link leads to within the spool is refused", () => {
  using folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  mkdirSync(spool);
  symlinkSync(spool, join(folder.path, "link"));
  const database = `sqlite:${join(folder.path, "link/k.json")}`;
  expect(() => readConfig({ "spool-dir": spool, database }, {})).toThrow(ConfigFault);
});
