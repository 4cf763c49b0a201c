import { Settler } from "../../../src/ingest/settler.ts";
import { crashLoop } from "../../../src/ingest/suspects.ts";
import type { Trouble } from "../../../src/ingest/trouble.ts";
import { reviewEmptyFiles } from "../../../src/spool/empty-files.ts";
import { listFolder } from "../../../src/spool/list-folder.ts";
import { clearMoves, recoverMoves } from "../../../src/spool/move-note.ts";
import { readFile } from "../../../src/spool/read-file.ts";
import { recoverRetries } from "../../../src/spool/retry-file.ts";
import type { SpoolFile } from "../../../src/spool/spool.ts";
import type { SwapScene } from "./scene.ts";

/** What cannot be moved in so many rounds waits for somebody to mend it. */
const maxRounds = 6;

/**
 * What the service does from its start until its spool is empty, on one thread and without a database:
 * what is read is noted as ingested or refused. Throws `SpoolFault` where it could not start.
 */
export function drain(scene: SwapScene): void {
  const { spool } = scene;
  recoverRetries(spool);
  recoverMoves(spool);
  // Tries again at once.
  const trouble = { retryAtMs: 0, report() {}, end() {} } as unknown as Trouble;
  const settler = new Settler(spool, trouble, () => {});
  for (let round = 0; round < maxRounds; round++) {
    settler.retry();
    reviewEmptyFiles(spool);
    const waiting = listFolder(spool.root).filter((one) => one.endsWith(".json"));
    if (waiting.length === 0 && settler.pending === 0) break;
    const good: SpoolFile[] = [];
    for (const name of waiting) {
      if (settler.has(name)) continue;
      const options = { spoolRoot: spool.root, maxFileBytes: 1_000, digestSeed: spool.digestSeed };
      const read = readFile(options, name);
      if (read.kind === "empty") settler.settle({ kind: "set-aside", file: read.file });
      if (read.kind !== "read") continue;
      const text = Buffer.from(read.bytes).toString();
      if (text.startsWith("bad")) {
        scene.refused.add(text);
        settler.settle({ kind: "refuse", file: read.file, refusal: crashLoop("bad") });
      } else {
        scene.ingested.add(text);
        good.push(read.file);
      }
    }
    settler.archive(good);
  }
  clearMoves(spool.root);
}
