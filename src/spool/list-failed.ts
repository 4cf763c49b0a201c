import { existsSync } from "node:fs";
import { HeldFolder } from "./held-folder.ts";
import { listIfThere } from "./list-folder.ts";
import { lookAt } from "./look-at.ts";
import type { ReasonFile } from "./reason-file.ts";
import { ReasonFolders } from "./reason-folders.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/** A submission in `failed/`, or one that the former ingester left in `pending_retry/`. */
export interface FailedFile {
  readonly folder: "failed" | "pending_retry";
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
  if (!existsSync(spool.failed)) return [];
  using failed = HeldFolder.openFollowing(spool.failed);
  using reasons = new ReasonFolders(failed);
  return submissionsIn(failed.held)
    .map((file): FailedFile => {
      const reason = reasons.read(file.name);
      const whenMs = Date.parse(reason?.when ?? "");
      const refusedAtMs = Number.isNaN(whenMs) ? file.mtimeMs : whenMs;
      return { folder: "failed", file, reason, refusedAtMs };
    })
    .filter((one) => passes(one, filter))
    .sort(byAge);
}

/**
 * The submissions in `pending_retry/` that a filter lets pass, oldest first; nothing tells why they lie
 * there. Throws `SpoolFault`.
 */
export function listPending(spool: Spool, filter: FailedFilter = {}): FailedFile[] {
  const folder = "pending_retry";
  return submissionsIn(spool.pendingRetry)
    .map((file) => ({ folder, file, reason: undefined, refusedAtMs: file.mtimeMs }) as const)
    .filter((one) => passes(one, filter))
    .sort(byAge);
}

// --- internal ---

function submissionsIn(folder: string): SpoolFile[] {
  return listIfThere(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const file = lookAt(folder, name);
      return file && !("what" in file) ? file : [];
    });
}

function byAge(a: FailedFile, b: FailedFile): number {
  return a.refusedAtMs - b.refusedAtMs || (a.file.name < b.file.name ? -1 : 1);
}

function passes({ reason, refusedAtMs }: FailedFile, filter: FailedFilter): boolean {
  if (filter.sinceMs !== undefined && refusedAtMs < filter.sinceMs) return false;
  if (filter.origin !== undefined && !reason?.origins.includes(filter.origin)) return false;
  return filter.reason === undefined || reason?.reason === filter.reason;
}
