import { listIfThere } from "./list-folder.ts";
import { type ReasonFile, readReason } from "./reason-file.ts";
import { lookAt } from "./scan-spool.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/** A submission in `failed/`. */
export interface FailedFile {
  readonly file: SpoolFile;
  /** Absent where its `.error` file is gone or cannot be read. */
  readonly reason: ReasonFile | undefined;
  /** When it was refused, in milliseconds since the epoch; without a reason, when it was written. */
  readonly refusedAtMs: number;
}

/** Which failed submissions are meant; what is absent does not narrow the choice. */
export interface FailedFilter {
  origin?: string | undefined;
  sinceMs?: number | undefined;
  reason?: string | undefined;
}

/** The submissions in `failed/` that a filter lets pass, oldest refusal first. Throws `SpoolFault`. */
export function listFailed(spool: Spool, filter: FailedFilter = {}): FailedFile[] {
  return listIfThere(spool.failed)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => failedFile(spool, name) ?? [])
    .filter((one) => passes(one, filter))
    .sort((a, b) => a.refusedAtMs - b.refusedAtMs || (a.file.name < b.file.name ? -1 : 1));
}

// --- internal ---

function failedFile(spool: Spool, name: string): FailedFile | undefined {
  const file = lookAt(spool.failed, name);
  if (!file || "what" in file) return undefined;
  const reason = readReason(spool.failed, name);
  const whenMs = Date.parse(reason?.when ?? "");
  return { file, reason, refusedAtMs: Number.isNaN(whenMs) ? file.mtimeMs : whenMs };
}

function passes({ reason, refusedAtMs }: FailedFile, filter: FailedFilter): boolean {
  if (filter.sinceMs !== undefined && refusedAtMs < filter.sinceMs) return false;
  if (filter.origin !== undefined && !reason?.origins.includes(filter.origin)) return false;
  return filter.reason === undefined || reason?.reason === filter.reason;
}
