import { expect, test } from "bun:test";
import { join } from "node:path";
import { isFull } from "../faults/sweep.ts";
import { needsOtherFileSystem } from "../needs.ts";
import { modes } from "./swaps/scene.ts";

/** Every 19th step of each case; with FAULTS=full every one. */
const stride = isFull ? 1 : 19;

test.if(needsOtherFileSystem("swaps of files at any step"))(
  "whatever another program does before any step of a file's way, and if a kill follows, the bytes in archive/ and failed/ are those that were read, and none are lost",
  async () => {
    const [preload, main] = ["../faults/inject.ts", "swaps/main.ts"].map((path) =>
      join(import.meta.dir, path),
    );
    const child = Bun.spawn(
      [process.execPath, "--preload", preload ?? "", main ?? "", String(stride)],
      { stdout: "pipe", stderr: "inherit", env: { PATH: process.env.PATH } },
    );
    const told = JSON.parse(await new Response(child.stdout).text());
    console.log(`swaps: ${JSON.stringify(told.cases)} (${isFull ? "every step" : "a sample"})`);
    expect(told.broken).toEqual([]);
    for (const mode of modes) expect([mode, told.cases[mode] > 50]).toEqual([mode, true]);
  },
  isFull ? 3_600_000 : 120_000,
);
