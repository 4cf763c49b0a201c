import { newestVersion, versions } from "../submission/versions/versions.ts";
import { defineCommand } from "./command.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";

/** Which schema is printed, and where. */
export interface SchemaOptions {
  /** Version of the format, as `5.3`. */
  version: string;
  stdout: (text: string) => Promise<void>;
  stderr: (text: string) => Promise<void>;
}

/** Prints the JSON Schema of a version. Returns the exit code: 2 when there is no such version. */
export async function schema({ version, stdout, stderr }: SchemaOptions): Promise<number> {
  const { toJsonSchema } = await import("../submission/json-schema.ts");
  const { printable } = await import("../submission/text/printable.ts");
  const found = versions.find(({ name }) => name === version);
  if (!found) {
    const names = versions.map(({ name }) => name).join(", ");
    await stderr(
      `kci-ingester: schema: --version: expected one of ${names}, got ${printable(version)}\n`,
    );
    return 2;
  }
  await stdout(`${JSON.stringify(toJsonSchema(found), undefined, 2)}\n`);
  return 0;
}

export const schemaCommand = defineCommand({
  summary: "Print the JSON Schema (draft 2020-12) for a version of the submission format.",
  args: {
    version: {
      type: "string",
      valueHint: "VERSION",
      description: `version of the format (${newestVersion.name})`,
    },
  },
  examples: [
    ["kci-ingester schema", "for the newest version"],
    ["kci-ingester schema --version 4.5", "for an older one"],
  ],
  run: (args) =>
    schema({ version: args.version ?? newestVersion.name, stdout: print, stderr: printError }),
});
