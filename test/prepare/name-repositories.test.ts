import { describe, expect, test } from "bun:test";
import { nameRepositories, type TreePair } from "../../src/prepare/name-repositories.ts";
import { processorMs } from "../processor-ms.ts";
import { checkoutTable, givenTrees } from "./trees-of-checkouts.ts";

const pairsOf = (isOf: (origin: string) => boolean) =>
  checkoutTable.flatMap(([origin, name, url]): TreePair[] =>
    url !== null && isOf(origin) ? [[name, url]] : [],
  );

describe("repositories of checkouts", () => {
  test("get the names of the table, in whatever order their checkouts are given", () => {
    expect(checkoutTable.length).toBeGreaterThanOrEqual(40);
    const groups = [pairsOf((o) => o === "maestro"), pairsOf((o) => o !== "maestro")];
    const expected = checkoutTable.flatMap(([, , url, name]): [string, string][] =>
      url !== null && name !== null ? [[url, name]] : [],
    );
    const sorted = (names: Iterable<[string, string]>) => [...new Map(names)].toSorted();
    for (const order of [1, -1]) {
      const ordered = groups.map((pairs) => (order === 1 ? pairs : pairs.toReversed()));
      const names = nameRepositories(givenTrees, ...ordered);
      expect(sorted(names)).toEqual(sorted(expected));
      expect(new Set(names.values()).size).toBe(names.size);
    }
    expect(givenTrees.size).toBe(2);
  });

  test.each([
    ["0", "1"],
    ["9", "10"],
    ["007", "8"],
    ["0999", "1000"],
    ["1099", "1100"],
    ["000", "1"],
  ])("get the number after their own: %s, %s", (number, next) => {
    const pairs = ["a", "b"].map((query): TreePair => [null, `x://h/o/r-${number}?${query}`]);
    expect([...nameRepositories(new Map(), pairs).values()]).toEqual([
      `o-r-${number}`,
      `o-r-${next}`,
    ]);
  });

  test("get names soon, however long their numbers are", () => {
    const digits = "9".repeat(400_000);
    const pairs = Array.from(
      { length: 20 },
      (_, at): TreePair => [null, `x://h/r-${digits}?${at}`],
    );
    const startedMs = processorMs();
    expect(new Set(nameRepositories(new Map(), pairs).values()).size).toBe(20);
    expect(processorMs() - startedMs).toBeLessThan(1_500);
  });

  test("get names soon, however many would have the same", () => {
    const alike = Array.from({ length: 30_000 }, (_, at): TreePair => [null, `x://${at}/same`]);
    const numbered = Array.from(
      { length: 30_000 },
      (_, at): TreePair => [null, `y://h/same-${at}`],
    );
    const names = nameRepositories(new Map(), [...alike, ...numbered]);
    expect(new Set(names.values()).size).toBe(60_000);
  });
});
