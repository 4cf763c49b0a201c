import type { Mistake } from "../refusal.ts";

const index = /\["(?:[^"\\]|\\.)*"\]|\[\d+\]/g;

/**
 * Where a mistake is made, in words: `$.tests[3].status`, or, of one that is made at many places,
 * `$.tests[*].status (500 times, first 34:17, 41:17, 48:17)`.
 */
export function whereOf({ path, times = 1, places = [] }: Mistake): string {
  if (times < 2) return path;
  const every = path.replace(index, (part) => (part[1] === '"' ? part : "[*]"));
  const known = places.flatMap(({ line, column }) =>
    line === undefined ? [] : [`${line}:${column}`],
  );
  const first = known.length > 0 ? `, first ${known.join(", ")}` : "";
  return `${every} (${times} times${first})`;
}

/** How many mistakes there are besides those that are told. */
export function countUntold(issues: readonly Mistake[], issueCount: number): number {
  return issues.reduce((rest, { times = 1 }) => rest - times, issueCount);
}
