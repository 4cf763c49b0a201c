/** Values that one statement takes at once. */
const partSize = 5_000;

/** A list in parts that one statement takes. */
export function inParts<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / partSize) }, (_, at) =>
    list.slice(at * partSize, (at + 1) * partSize),
  );
}

/** Reads with a part of a list at a time, and returns all rows. */
export async function readInParts<T, R>(
  list: readonly T[],
  read: (part: T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const rows: R[] = [];
  for (const part of inParts(list)) for (const row of await read(part)) rows.push(row);
  return rows;
}
