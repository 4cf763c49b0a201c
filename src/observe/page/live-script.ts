import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The browser's part of the page as JavaScript. To be imported as a macro: then it is made when the
 * program is built, and the binary holds the result.
 */
export function liveScript(): string {
  const source = readFileSync(join(import.meta.dir, "browser/live.ts"), "utf8");
  const transpiler = new Bun.Transpiler({
    loader: "ts",
    target: "browser",
    minifyWhitespace: true,
  });
  return transpiler.transformSync(source);
}
