import { crashLoop } from "../../../src/guard/crash-loop.ts";
import { FileMover } from "../../../src/ingest/file-mover.ts";
import type { Outage } from "../../../src/outages/outage.ts";
import { reviewEmptyFiles } from "../../../src/spool/empty-files.ts";
import { listFolder } from "../../../src/spool/list-folder.ts";
import { clearMoves, recoverMoves } from "../../../src/spool/move-note.ts";
import { readFile } from "../../../src/spool/read-file.ts";
import { recoverRetries } from "../../../src/spool/retry-file.ts";
import type { SpoolFile } from "../../../src/spool/spool.ts";
import { decide, impatientLedger } from "../../ingest/decide.ts";
import type { SwapScene } from "./scene.ts";

/** What cannot be moved in this many rounds waits for somebody to mend it. */
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
  const outage = { retryAtMs: 0, report() {}, end() {} } as unknown as Outage;
  const ledger = impatientLedger();
  const mover = new FileMover({
    ...{ spool, ledger, outage, events: {} },
    ...{ lock: { isHeld: true }, onHint: () => {} },
  });
  for (let round = 0; round < maxRounds; round++) {
    mover.retry();
    reviewEmptyFiles(spool);
    const waiting = listFolder(spool.root).filter((one) => one.endsWith(".json"));
    if (waiting.length === 0 && ledger.in("to-move").size === 0) break;
    const decided: SpoolFile[] = [];
    for (const name of waiting) {
      if (ledger.has(name)) continue;
      const options = { spoolRoot: spool.root, maxFileBytes: 1_000, digestSeed: spool.digestSeed };
      const read = readFile(options, name);
      if (read.kind !== "read" && read.kind !== "empty") continue;
      decided.push(read.file);
      if (read.kind === "empty") {
        decide(ledger, { kind: "set-aside", file: read.file });
        continue;
      }
      const text = Buffer.from(read.bytes).toString();
      if (text.startsWith("bad")) {
        scene.refused.add(text);
        decide(ledger, { kind: "refuse", file: read.file, refusal: crashLoop("bad") });
      } else {
        scene.ingested.add(text);
        decide(ledger, { kind: "archive", file: read.file });
      }
    }
    mover.move(decided);
  }
  clearMoves(spool.root);
}
