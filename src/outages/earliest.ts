/** The earliest of some times; undefined of none. As arguments of one call a million would not do. */
export function earliest(times: Iterable<number>): number | undefined {
  let least: number | undefined;
  for (const time of times) if (least === undefined || time < least) least = time;
  return least;
}
