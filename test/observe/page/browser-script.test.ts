import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { browserScript } from "../../../src/observe/page/browser-script.ts";

const scripts = [
  ["the status page", "src/observe/page/browser", "browser/live.ts"],
  ["the results pages", "src/pages/browser", "../../pages/browser/results.ts"],
] as const;

describe.each(scripts)("the browser's part of %s", (_name, place, path) => {
  const folder = join(import.meta.dir, "../../..", place);

  test("passes the type checker, with the browser's types instead of Bun's", async () => {
    const child = Bun.spawn([process.execPath, "check", "--no-script", "-p", folder], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const output = (await child.stdout.text()) + (await child.stderr.text());
    expect([await child.exited, output]).toEqual([0, expect.stringContaining("No type errors")]);
  });

  test("is JavaScript without imports, so that one request brings all of it", () => {
    const script = browserScript(path);
    expect(() => new Function(script)).not.toThrow();
    expect(script).not.toContain("import");
  });
});
