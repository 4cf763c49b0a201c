import { expect, test } from "bun:test";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { toJsonSchema } from "../../src/submission/json-schema.ts";
import { versions } from "../../src/submission/versions/versions.ts";
import { caseFiles } from "./cases.ts";

/** What a JSON Schema lets pass, because no pattern says it: the reason, and its trace in the text. */
const exceptions: readonly { reason: string; trace: RegExp }[] = [
  { reason: "days that a month does not have", trace: /-(?:29|30|31)T/i },
  { reason: "the address in the brackets of a URL", trace: /:\/\/[^/"]*\[/ },
];

function compileAll(): Map<string, ValidateFunction> {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false });
  return new Map(versions.map((version) => [version.name, ajv.compile(toJsonSchema(version))]));
}

test("every version's schema compiles under strict rules", () => {
  expect([...compileAll().keys()]).toEqual(versions.map((version) => version.name));
});

test("an independent validator agrees on the conformance cases", () => {
  const validators = compileAll();
  const differences: string[] = [];
  const excepted: Record<string, number> = {};
  let agreed = 0;
  for (const one of caseFiles.flatMap(({ read }) => read())) {
    const validator = one.version && validators.get(one.version);
    if (!validator || one.data === undefined) continue;
    const verdict = validator(one.data);
    const exception = exceptions.find(({ trace }) => trace.test(JSON.stringify(one)));
    if (verdict === one.valid) agreed += 1;
    else if (verdict && exception)
      excepted[exception.reason] = (excepted[exception.reason] ?? 0) + 1;
    else differences.push(`${one.name}: ${verdict}`);
  }
  console.log("JSON Schema under ajv:", agreed, "agree, excepted:", excepted);
  expect(agreed).toBeGreaterThan(6000);
  expect(differences).toEqual([]);
});
