import { Ledger } from "../../src/ingest/ledger.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";
import type { Refusal } from "../../src/submission/refusal.ts";

/** What is decided of a file. */
export type Decision =
  | { kind: "archive" | "set-aside"; file: SpoolFile }
  | { kind: "refuse"; file: SpoolFile; refusal: Refusal };

/** A ledger in which nothing waits for long. */
export function impatientLedger(): Ledger {
  return new Ledger({ emptyMs: 0, unfinishedMs: 0, backoffMs: () => 0 });
}

/** Takes a file through the ledger, from its being found to the decision what becomes of it. */
export function decide(ledger: Ledger, decision: Decision): void {
  const { file, kind } = decision;
  ledger.apply(file.name, { kind: "found", file, fresh: false, suspicion: "none" });
  ledger.takeBatch({ maxFiles: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER });
  if (kind === "archive") ledger.apply(file.name, { kind: "ingested", file });
  if (kind !== "refuse") return;
  const { refusal } = decision;
  ledger.apply(file.name, { kind: "refused", file, refusal, mayGrow: false });
}
