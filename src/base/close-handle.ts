import { closeSync } from "node:fs";

/**
 * Closes a handle of what was only read, or was synced before: the system takes the handle back even where
 * it reports a failure (close(2)), and nothing depends on that report any more. Throws only for what is no
 * open handle: a bug.
 */
export function closeHandle(handle: number): void {
  close(handle, (code) => code !== "EBADF");
}

/**
 * Closes a handle of what was written and not synced: a network's file system may say only now that it has
 * no room for it. Throws what the system does, but for an interruption, after which it is closed as well.
 */
export function closeWritten(handle: number): void {
  close(handle, (code) => code === "EINTR");
}

// --- internal ---

function close(handle: number, isHarmless: (code: string | undefined) => boolean): void {
  try {
    closeSync(handle);
  } catch (cause) {
    if (!isHarmless((cause as { code?: string }).code)) throw cause;
  }
}
