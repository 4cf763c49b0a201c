import { defineCommand } from "citty";

export interface SchemaOptions {
  /** Version of the format, as `5.3`. */
  version: string;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
}

/** Prints the JSON Schema of a version. Returns the exit code: 2 when there is no such version. */
export async function schema({ version, stdout, stderr }: SchemaOptions): Promise<number> {
  const { versions } = await import("../submission/versions/versions.ts");
  const { toJsonSchema } = await import("../submission/json-schema.ts");
  const { printable } = await import("../submission/text/printable.ts");
  const found = versions.find(({ name }) => name === version);
  if (!found) {
    const names = versions.map(({ name }) => name).join(", ");
    stderr(`--version: expected one of ${names}, got ${printable(version)}\n`);
    return 2;
  }
  stdout(`${JSON.stringify(toJsonSchema(found), undefined, 2)}\n`);
  return 0;
}

export const schemaCommand = defineCommand({
  meta: {
    name: "schema",
    description: "Print the JSON Schema (draft 2020-12) of a version of the submission format",
  },
  args: {
    version: {
      type: "string",
      valueHint: "VERSION",
      description: "Version of the format",
      default: "5.3",
    },
  },
  run: ({ args }) =>
    schema({
      version: args.version,
      stdout: (text) => void process.stdout.write(text),
      stderr: (text) => void process.stderr.write(text),
    }),
});
