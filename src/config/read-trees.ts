import { readFileSync } from "node:fs";
import builtIn from "../../trees.yaml";
import { limitHint } from "../base/system-limits.ts";
import type { TreeNames } from "../prepare/name-trees.ts";
import { ConfigFault } from "./fault.ts";

/**
 * Standard tree names by URL, from a YAML file of the form `trees: NAME: url: URL`, or the built-in
 * list, which was parsed when the program was built. Throws `ConfigFault` with file, line and what was
 * expected.
 */
export async function readTrees(file: string | undefined): Promise<TreeNames> {
  if (file === undefined) {
    return new Map(Object.entries(builtIn.trees).map(([name, { url }]) => [url, name]));
  }
  const text = readText(file);
  const { parseTrees } = await import("./parse-trees.ts");
  return parseTrees(text, file);
}

// --- internal ---

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? String(cause);
    throw new ConfigFault(`cannot read the trees file ${file}: ${code}`, {
      operation: "read the trees file",
      path: file,
      cause,
      hint: limitHint(code) ?? "use --trees-file to name a file this user can read",
    });
  }
}
