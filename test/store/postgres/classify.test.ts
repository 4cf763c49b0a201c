import { expect, test } from "bun:test";
import { classify } from "../../../src/store/postgres/classify.ts";

const thrown = (code: string) => Object.assign(new Error(`failed: ${code}`), { code });

test.each([
  ["08006", "transient"],
  ["40P01", "transient"],
  ["40001", "transient"],
  ["53100", "transient"],
  ["53300", "transient"],
  ["55P03", "transient"],
  ["57P01", "transient"],
  ["57014", "transient"],
  ["58030", "transient"],
  ["25006", "transient"],
  ["XX000", "transient"],
  ["99999", "transient"],
  ["ECONNREFUSED", "transient"],
  ["CONNECT_TIMEOUT", "transient"],
  ["CONNECTION_CLOSED", "transient"],
  ["21000", "refused"],
  ["22001", "refused"],
  ["22P05", "refused"],
  ["23502", "refused"],
  ["23505", "refused"],
  ["54000", "refused"],
  ["28P01", "operator"],
  ["28000", "operator"],
  ["3D000", "operator"],
  ["42P01", "operator"],
  ["42501", "operator"],
  ["42703", "operator"],
])("%s is %s", (code, expected) => {
  const fault = classify(thrown(code), "write the rows", "postgres://u:***@h/d");
  expect(fault.class).toBe(expected as "transient" | "refused" | "operator");
  expect(fault.message).toBe(`cannot write the rows: failed: ${code}`);
  expect(fault.path).toBe("postgres://u:***@h/d");
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
