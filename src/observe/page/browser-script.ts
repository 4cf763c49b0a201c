import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The script of a page as JavaScript, by its path from here, with what all pages share in front: one request
 * brings all of it. To be imported as a macro: then it is made when the program is built, and the binary holds
 * the result.
 */
export function browserScript(path: string): string {
  const sources = ["browser/patch.ts", path].map((name) =>
    readFileSync(join(import.meta.dir, name), "utf8"),
  );
  const source = sources
    .join("\n")
    .replace(/^import .*;$/gm, "")
    .replace(/^export /gm, "");
  const transpiler = new Bun.Transpiler({
    loader: "ts",
    target: "browser",
    minifyWhitespace: true,
  });
  return transpiler.transformSync(source);
}
