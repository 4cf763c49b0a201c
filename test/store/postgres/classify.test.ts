import { expect, test } from "bun:test";
import type { FaultClass } from "../../../src/base/fault.ts";
import type { Blame } from "../../../src/store/fault.ts";
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
  ["55000", "operator"],
  ["XX000", "transient"],
  ["XX001", "transient"],
  ["99999", "transient"],
  ["ECONNREFUSED", "transient"],
  ["CONNECT_TIMEOUT", "transient"],
  ["CONNECTION_CLOSED", "transient"],
  ["21000", "refused"],
  ["0A000", "operator"],
  ["26000", "transient"],
  ["2200H", "operator"],
  ["23P01", "operator"],
  ["44000", "refused"],
  ["P0001", "refused"],
  ["22001", "refused"],
  ["22003", "refused"],
  ["22021", "operator"],
  ["22P02", "refused"],
  ["22P05", "operator"],
  ["23502", "operator"],
  ["23503", "operator"],
  ["23505", "operator"],
  ["23514", "operator"],
  ["54000", "refused"],
  ["54001", "refused"],
  ["28P01", "operator"],
  ["28000", "operator"],
  ["2BP01", "operator"],
  ["3D000", "operator"],
  ["3F000", "operator"],
  ["42P01", "operator"],
  ["42501", "operator"],
  ["42703", "operator"],
  ["428C9", "operator"],
];

test.each(expected)("%s is %s", (code, wanted) => {
  const fault = classify(thrown(code), "write the rows", "postgres://u:***@h/d");
  expect(fault.class).toBe(wanted);
  const full = code === "53100" ? "the disk of the server is full: " : "";
  expect(fault.message).toBe(`cannot write the rows: ${full}failed: ${code}`);
  expect(fault.path).toBe("postgres://u:***@h/d");
});

test("every entry of the table is looked at", () => {
  const looked = (entry: string) => expected.some(([code]) => code.startsWith(entry));
  expect(Object.keys(sqlStates).filter((entry) => !looked(entry))).toEqual([]);
});

/** What the server says of a refusal, and whose matter that is. */
const refusals: readonly [words: string, error: Record<string, string>, key: string, Blame][] = [
  ["a check of another's", { code: "23514", constraint_name: "c" }, "23514 tests c", "rule"],
  ["a partition that is missing", { code: "23514" }, "23514 tests", "server"],
  ["no value in a new column", { code: "23502", column_name: "x" }, "23502 tests x", "server"],
  ["no value in one of ours", { code: "23502", column_name: "path" }, "23502 tests path", "server"],
  ["no value where we have one", { code: "23502", column_name: "id" }, "23502 tests id", "limits"],
  ["a value too long", { code: "22001" }, "22001 tests", "limits"],
  ["an index entry too long", { code: "54000", constraint_name: "i" }, "54000 tests i", "limits"],
  ["another row in the way", { code: "23505", constraint_name: "i" }, "23505 tests i", "server"],
  ["what a trigger says", { code: "P0001" }, "P0001 tests", "rule"],
  ["a code of nobody", { code: "45000" }, "45000 tests", "server"],
];

test.each(refusals)("%s is told by %j", (_words, error, key, blame) => {
  const { rows } = classify(Object.assign(new Error("x"), error), "write", "p", "tests");
  expect(rows).toEqual({ key, table: "tests", blame });
});

test("what a trigger says of what is to be done is passed on, whatever code it raises", () => {
  const hint = (code: string) =>
    classify(Object.assign(thrown(code), { hint: "ask the lab" }), "write", "p", "tests").hint;
  expect(hint("45000")).toBe("ask the lab");
  expect(hint("P0001")).toBe("ask the lab; else change or drop the rule or trigger of tests");
  expect(hint("42P01")).not.toContain("ask");
});

test("what is not about rows is not taken for a refusal of rows", () => {
  for (const code of ["08006", "26000", "40P01", "42P01", "42501", "57014", "53300", "XX000"]) {
    expect(classify(thrown(code), "write", "p", "tests").rows).toBeUndefined();
  }
  expect(classify(thrown("ECONNRESET"), "write", "p", "tests").rows).toBeUndefined();
});

test("what ends a session is not taken for a refusal of rows, whatever its code", () => {
  for (const code of ["22P02", "54000", "23514", "P0001", "23505"]) {
    const error = Object.assign(thrown(code), { severity: "FATAL", constraint_name: "c" });
    expect(classify(error, "write", "p", "tests").class).not.toBe("refused");
    expect(classify(error, "write", "p", "tests").rows).toBeUndefined();
  }
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

test.each([
  ["42501", 'new row violates row-level security policy for table "tests"'],
  ["0A000", "COPY FROM not supported with row-level security"],
])("row-level security is told by what is to be altered, with %s", (code, said) => {
  const fault = classify(Object.assign(new Error(said), { code }), "write", "p", "tests");
  expect(fault).toMatchObject({ class: "operator", hint: expect.stringContaining("bypassrls") });
});
