import { safeJson } from "../base/safe-json.ts";
import { type ExplainedField, explainField } from "../prepare/explain-field.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";

export const explainCommand = defineCommand({
  summary: "Explain a field of the format: type, rule, example, versions, and its column.",
  args: { json: { type: "boolean", description: "print one JSON object" } },
  operands: "PATH",
  examples: [
    ["kci-ingester explain tests.status", "a field of each test"],
    ["kci-ingester explain builds", "all fields of one list"],
    ["kci-ingester explain tests.environment.misc", "a nested field"],
  ],
  async run(args) {
    const [path = ""] = args._;
    const found = explainField(path);
    if ("unknown" in found) {
      await printError(`kci-ingester: explain: ${found.unknown}\n  hint: ${found.hint}\n`);
      return exitCodes.usage;
    }
    await print(args.json ? `${safeJson(versioned("explain", found))}\n` : toText(found));
    return exitCodes.ok;
  },
});

// --- internal ---

function toText(field: ExplainedField): string {
  const { path, description, type, rule, required, example, since, until, became, columns } = field;
  const rows: [string, string | undefined][] = [
    ["type", `${type}${required ? ", required" : ""}`],
    ["rule", rule],
    ["example", example === undefined ? undefined : JSON.stringify(example)],
    ["versions", until === undefined ? `since ${since}` : `${since} to ${until}`],
    ["later", became],
    ["dashboard", columns.length > 0 ? columns.join(", ") : undefined],
    ["fields", field.fields.length > 0 ? field.fields.join(", ") : undefined],
  ];
  const lines = rows.flatMap(([name, text]) =>
    text === undefined ? [] : [`  ${name.padEnd(9)} ${text}`],
  );
  return `${path}: ${description}\n${lines.join("\n")}\n`;
}
