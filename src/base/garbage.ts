/** About so much may be left behind: the engine alone waits for many times as much. */
const maxLeftBytes = 8 << 20;
let leftBytes = 0;

/**
 * Says that values of about so many bytes were made which nobody holds any more. What millions of small ones leave
 * behind is collected while they are made, so that it does not lie beside the large thing that they come of.
 */
export function leaveBehind(bytes: number): void {
  leftBytes += bytes;
  if (leftBytes < maxLeftBytes) return;
  leftBytes = 0;
  Bun.gc(false);
}
