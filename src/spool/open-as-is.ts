import { constants, openSync } from "node:fs";

/**
 * Opens a file of the spool as what it is: a link is not followed, a FIFO not waited for. Returns the
 * handle. Throws what the system does.
 */
export function openAsIs(path: string | Buffer, flags = constants.O_RDONLY): number {
  return openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}
