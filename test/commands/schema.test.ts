import { expect, test } from "bun:test";
import { schema } from "../../src/commands/schema.ts";
import { versions } from "../../src/submission/versions/versions.ts";

async function run(version: string) {
  let out = "";
  let err = "";
  const exitCode = await schema({
    version,
    stdout: async (text) => {
      out += text;
    },
    stderr: async (text) => {
      err += text;
    },
  });
  return { exitCode, out, err };
}

test("the schema of a version is printed as JSON", async () => {
  const { exitCode, out } = await run("4.2");
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    title: "KernelCI submission, version 4.2",
    properties: { builds: { items: { properties: { valid: { type: "boolean" } } } } },
    additionalProperties: false,
  });
});

test("a version that does not exist is refused with those that do", async () => {
  const { exitCode, out, err } = await run("5.9");
  expect([exitCode, out]).toEqual([2, ""]);
  expect(err).toBe(
    `kci-ingester: schema: --version: expected one of ${versions.map(({ name }) => name).join(", ")}, got "5.9"\n`,
  );
});
