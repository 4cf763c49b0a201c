import { expect, test } from "bun:test";
import { join } from "node:path";
import { kinds, sqlite } from "../databases.ts";
import { otherFileSystem, temporaryFolder } from "../temporary.ts";
import { setScene } from "./scene.ts";
import { isFull, sweep, tell } from "./sweep.ts";

/** Real processes and servers, on machines that others use, too. */
const timeoutMs = isFull ? 3_600_000 : 120_000;

const cases = kinds.flatMap((kind) =>
  [1, 3].map((workers) => ({ kind, name: kind.name, workers })),
);

test.each(cases)(
  "a kill at any step loses and doubles nothing: $name, $workers workers",
  async (one) => {
    await using scene = await setScene(one.kind);
    const swept = await sweep(scene, { workers: one.workers, what: ["SIGKILL"], sample: 10 });
    tell(`kill sweep, ${one.name}, ${one.workers} workers`, swept);
    // The last run of a sweep is the one that met no kill.
    expect(swept.runs).toBeGreaterThan(isFull ? swept.steps / 2 : 7);
  },
  timeoutMs,
);

test.each([
  { mode: "compressed", words: ["--compress-archive"], folder: undefined },
  { mode: "reasons apart", words: ["--reason-files", "apart"], folder: undefined },
  { mode: "archive/ on another file system", words: [], folder: otherFileSystem() },
])(
  "so does one on the other ways into archive/ and failed/: $mode",
  async ({ mode, words, folder }) => {
    await using scene = await setScene(sqlite);
    using other = folder ? temporaryFolder(folder) : undefined;
    const archive = other ? { archive: join(other.path, "archive") } : {};
    const swept = await sweep(scene, {
      workers: 1,
      what: ["SIGKILL"],
      only: "fs",
      words,
      ...archive,
    });
    tell(`kill sweep, ${mode}`, swept);
    expect(swept.runs).toBeGreaterThan(isFull ? swept.steps / 2 : 3);
  },
  timeoutMs,
);
