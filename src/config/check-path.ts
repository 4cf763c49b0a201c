import { existsSync } from "node:fs";
import { ConfigFault } from "./fault.ts";
import type { Setting } from "./settings.ts";

/** What the runtime puts in the place of bytes that are not UTF-8. */
const replacement = "\ufffd";

/**
 * The path of a setting, unless bytes of it that are not UTF-8 were lost on the way here: what has the
 * name that is left would be another thing, or be made. Throws `ConfigFault`, of usage for a flag.
 */
export function checkPath({ name, value: path }: Setting): string {
  const last = path.lastIndexOf(replacement);
  if (last < 0) return path;
  const end = path.indexOf("/", last);
  if (existsSync(end < 0 ? path : path.slice(0, end))) return path;
  throw new ConfigFault(
    `${name}: expected a path in UTF-8, got ${JSON.stringify(path.slice(0, 80))}`,
    {
      operation: "read the configuration",
      path: name,
      usage: name.startsWith("--"),
      hint: "rename the folder or file to a UTF-8 name, or make a symbolic link with one",
    },
  );
}
