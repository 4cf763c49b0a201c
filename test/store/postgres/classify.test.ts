import { expect, test } from "bun:test";
import type { FaultClass } from "../../../src/fault.ts";
import { classify, sqlStates } from "../../../src/store/postgres/classify.ts";

const thrown = (code: string) => Object.assign(new Error(`failed: ${code}`), { code });

const expected: readonly [code: string, wanted: FaultClass][] = [
  ["08000", "transient"],
  ["08006", "transient"],
  ["08P01", "transient"],
  ["40P01", "transient"],
  ["40001", "transient"],
  ["40003", "transient"],
  ["53000", "transient"],
  ["53100", "transient"],
  ["53200", "transient"],
  ["53300", "transient"],
  ["55P03", "transient"],
  ["57P01", "transient"],
  ["57P02", "transient"],
  ["57P03", "transient"],
  ["57P05", "transient"],
  ["57014", "transient"],
  ["58030", "transient"],
  ["25006", "transient"],
  ["25P02", "transient"],
  ["25P03", "transient"],
  ["55006", "transient"],
  ["XX000", "transient"],
  ["XX001", "transient"],
  ["99999", "transient"],
  ["ECONNREFUSED", "transient"],
  ["CONNECT_TIMEOUT", "transient"],
  ["CONNECTION_CLOSED", "transient"],
  ["21000", "refused"],
  ["22001", "refused"],
  ["22003", "refused"],
  ["22021", "refused"],
  ["22P02", "refused"],
  ["22P05", "refused"],
  ["23502", "refused"],
  ["23503", "refused"],
  ["23505", "refused"],
  ["23514", "refused"],
  ["54000", "refused"],
  ["54001", "refused"],
  ["28P01", "operator"],
  ["28000", "operator"],
  ["3D000", "operator"],
  ["3F000", "operator"],
  ["42P01", "operator"],
  ["42501", "operator"],
  ["42703", "operator"],
];

test.each(expected)("%s is %s", (code, wanted) => {
  const fault = classify(thrown(code), "write the rows", "postgres://u:***@h/d");
  expect(fault.class).toBe(wanted);
  expect(fault.message).toBe(`cannot write the rows: failed: ${code}`);
  expect(fault.path).toBe("postgres://u:***@h/d");
});

test("every entry of the table is looked at", () => {
  const looked = (entry: string) => expected.some(([code]) => code.startsWith(entry));
  expect(Object.keys(sqlStates).filter((entry) => !looked(entry))).toEqual([]);
});

test("what is no error of the driver is transient: no file is refused for reasons unknown", () => {
  expect(classify("odd", "write the rows", "p").class).toBe("transient");
  expect(classify(undefined, "write the rows", "p").class).toBe("transient");
});

test("the operator is told what to mend", () => {
  const hint = (code: string) => classify(thrown(code), "x", "p").hint;
  expect(hint("42P01")).toContain("migrate");
  expect(hint("28P01")).toContain("password");
  expect(hint("42501")).toContain("rights");
  expect(hint("3D000")).toContain("create the database");
  expect(hint("ECONNREFUSED")).toContain("running");
});
