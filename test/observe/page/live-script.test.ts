import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { liveScript } from "../../../src/observe/page/live-script.ts";

const folder = join(import.meta.dir, "../../../src/observe/page/browser");

describe("the browser's part of the page", () => {
  test("passes the type checker, with the browser's types instead of Bun's", async () => {
    const child = Bun.spawn([process.execPath, "check", "--no-script", "-p", folder], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const output = (await child.stdout.text()) + (await child.stderr.text());
    expect([await child.exited, output]).toEqual([0, expect.stringContaining("No type errors")]);
  });

  test("is JavaScript without imports, so that one request brings all of it", () => {
    const script = liveScript();
    expect(() => new Function(script)).not.toThrow();
    expect(script).not.toContain("import");
  });
});
