import type { RowSet } from "../../src/rows/row.ts";
import { addRows, mainTables } from "../../src/rows/to-rows.ts";
import type { Item } from "../../src/submission/submission.ts";
import type { Random } from "../submission/fuzz/random.ts";

type List = keyof typeof mainTables;

/** An object, and when it was last ingested. */
export interface Drawn {
  readonly list: List;
  readonly item: Item & Record<string, unknown>;
  readonly timestamp: string;
}

export const cutoff = "2026-01-01T00:00:00.000000Z";
const [old, young] = ["2025-06-01T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z"];
const version = { major: 5, minor: 3 } as const;

/** Objects that belong to each other in every way, most of them old; some belong to none that is there. */
export function drawObjects(random: Random, scale = 1): Drawn[] {
  const drawn: Drawn[] = [];
  const idOf = (list: List, count: number) => `a:${list}-${random.below(Math.ceil(count * 1.1))}`;
  const draw = (list: List, count: number, fields: () => Record<string, unknown>) => {
    for (let at = 0; at < count; at++) {
      const item = { id: `a:${list}-${at}`, origin: random.pick(["a", "b"]), ...fields() } as Item;
      drawn.push({ list, item, timestamp: random.chance(0.8) ? old : young });
    }
  };
  const [checkouts, builds, tests, issues] = [12, 24, 60, 14].map((n) => n * scale) as [
    number,
    number,
    number,
    number,
  ];
  draw("checkouts", checkouts, () => ({
    tree_name: random.pick(["main", "next"]),
    git_commit_hash: random.pick(["0", "1"]).repeat(40),
    ...(random.chance(0.5) ? { git_repository_branch: "b" } : {}),
    ...(random.chance(0.3) ? { git_commit_name: `v${random.below(9)}` } : {}),
    ...(random.chance(0.8) ? { start_time: `2025-05-0${1 + random.below(4)}T00:00:00Z` } : {}),
  }));
  draw("builds", builds, () => ({ checkout_id: idOf("checkouts", checkouts), status: "PASS" }));
  draw("tests", tests, () => ({ build_id: idOf("builds", builds), path: "boot" }));
  draw("issues", issues, () => ({ version: 1 }));
  draw("incidents", 10 * scale, () => ({
    issue_id: idOf("issues", issues),
    issue_version: 1,
    ...(random.chance(0.6) ? { test_id: idOf("tests", tests) } : {}),
    ...(random.chance(0.4) ? { build_id: idOf("builds", builds) } : {}),
  }));
  return drawn;
}

/** Their rows, one set an object. */
export function rowsOf(drawn: readonly Drawn[]): RowSet[] {
  return drawn.map(({ list, item, timestamp }) => {
    const rows: RowSet = new Map();
    addRows(rows, { version, [list]: [item] }, timestamp);
    return rows;
  });
}

/** What prune leaves, by its rules in their plainest form. */
export function survivors(drawn: readonly Drawn[], origin?: string): Drawn[] {
  const left = new Set(drawn);
  const isOld = ({ item, timestamp }: Drawn) =>
    timestamp < cutoff && (origin === undefined || item.origin === origin);
  const of = (list: List) => [...left].filter((one) => one.list === list);
  const pointsAt = (column: string, id: string, list: List) =>
    of(list).some(({ item }) => item[column] === id);
  for (const issue of of("issues")) {
    const own = of("incidents").filter(({ item }) => item.issue_id === issue.item.id);
    if (![issue, ...own].every(isOld)) continue;
    for (const one of [issue, ...own]) left.delete(one);
  }
  for (const incident of of("incidents")) {
    const isStray = !of("issues").some(({ item }) => item.id === incident.item.issue_id);
    if (isStray && isOld(incident)) left.delete(incident);
  }
  const children: [List, [column: string, list: List][]][] = [
    ["tests", [["test_id", "incidents"]]],
    [
      "builds",
      [
        ["build_id", "tests"],
        ["build_id", "incidents"],
      ],
    ],
    ["checkouts", [["checkout_id", "builds"]]],
  ];
  for (const [list, below] of children) {
    for (const one of of(list)) {
      const isNeeded = below.some(([column, of]) => pointsAt(column, one.item.id, of));
      if (isOld(one) && !isNeeded) left.delete(one);
    }
  }
  return [...left];
}

/** How many of each list are not among others, as `countRows` says it. */
export function missingFrom(
  drawn: readonly Drawn[],
  left: readonly Drawn[],
): Record<string, number> {
  const counts = Object.fromEntries(Object.keys(mainTables).map((list) => [list, 0]));
  for (const { list } of drawn) counts[list] = (counts[list] ?? 0) + 1;
  for (const { list } of left) counts[list] = (counts[list] ?? 0) - 1;
  return counts;
}
