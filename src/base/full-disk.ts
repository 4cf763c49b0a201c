import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the layers below say where a disk, or a quota of it, has no room: errnos, SQLite's code, a SQLSTATE. */
const fullCodes: readonly (string | undefined)[] = ["ENOSPC", "EDQUOT", "SQLITE_FULL", "53100"];

/** As much as what needs it asks for at once: SQLite's index of its log. */
const probeBytes = 64 << 10;

/** Whether a code says that a disk is full. */
export function isFullDisk(code: string | undefined): boolean {
  return fullCodes.includes(code);
}

/** The errno of a full disk as it is called everywhere; any other as it is. */
export function errnoInWords(errno: string): string {
  if (errno === "EDQUOT") return "the disk is full for this user: the quota is used up (EDQUOT)";
  return isFullDisk(errno) ? `the disk is full (${errno})` : errno;
}

/**
 * `ENOSPC` or `EDQUOT` where nothing can be written into a folder for want of room: for what libraries
 * report without an errno, such as SQLite's "disk I/O error".
 */
export function hiddenFullDisk(folder: string): string | undefined {
  const path = join(folder, `.kci-ingester-room-${Bun.randomUUIDv7()}`);
  const failure = errnoOf(() =>
    writeFileSync(path, new Uint8Array(probeBytes), { flag: "wx", mode: 0o600 }),
  );
  // Where nothing could be made there is nothing to remove, and that would fail as well.
  if (failure === undefined || isFullDisk(failure)) errnoOf(() => rmSync(path, { force: true }));
  return isFullDisk(failure) ? failure : undefined;
}

// --- internal ---

function errnoOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (cause) {
    return (cause as { code?: string }).code ?? "unknown";
  }
}
