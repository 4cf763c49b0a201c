import { expect, test } from "bun:test";
import { checkLimits } from "../../src/rows/check-limits.ts";
import { fitsEasily } from "../../src/rows/fits-easily.ts";
import { limitsOf } from "../../src/rows/limits.ts";
import { type Item, type ListName, listNames } from "../../src/submission/submission.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";

const usual: readonly (readonly [ListName, Record<string, unknown>])[] = [
  ["checkouts", { tree_name: "mainline", start_time: "2025-07-17T10:11:31Z", valid: true }],
  ["builds", { duration: 321.5, misc: { lab: "lab-a" }, log_excerpt: "x".repeat(16_384) }],
  ["tests", { environment: { compatible: ["a,b"], misc: { platform: "rpi4" } }, path: "boot" }],
  ["issues", { version: 3, categories: ["a", "b"], culprit: { code: true } }],
  ["incidents", { issue_version: 1, test_id: "a:1", present: true }],
];

test.each(usual)("what %s usually hold fits easily", (list, fields) => {
  expect(fitsEasily(list, { ...fields, id: "maestro:1", origin: "maestro" })).toBe(true);
});

test("whatever fits easily is storable, on either side of every limit", () => {
  const seen = { easy: 0, close: 0 };
  for (const list of listNames) {
    const fields = Object.keys(newestVersion.lists[list]?.fields ?? {});
    for (let round = 0; round < 4_000; round++) {
      const item: Item = { id: "a:1", origin: "a" };
      for (const name of fields.filter(() => Math.random() < 0.3)) item[name] = draw(name);
      if (!fitsEasily(list, item)) {
        seen.close++;
        continue;
      }
      seen.easy++;
      checkLimits(item, limitsOf(list), (field, expected) => {
        throw new Error(`fits easily, and is unstorable: ${list} ${field} (${expected})`);
      });
    }
  }
  expect(seen.easy).toBeGreaterThan(1_000);
  expect(seen.close).toBeGreaterThan(1_000);
});

const textLengths = [0, 1, 99, 100, 101, 440, 445, 450, 880, 890, 895, 900, 1340, 2690, 2700];
const times = ["0001-01-01T00:30:00+01:00", "2025-07-17T10:11:31Z", "9999-12-31T23:30:00-01:00"];
const numbers = [-1, 0, 2 ** 31 - 1, 2 ** 31, Infinity, -Infinity];

/** A value of any kind whose size lies near some limit. */
function draw(name: string): unknown {
  const text = () => pick(["x", "é", "中"]).repeat(pick(textLengths));
  if (name.endsWith("_time") || name === "_timestamp") return pick(times);
  if (name === "environment")
    return { compatible: [text()], misc: { platform: pick([text(), [text()], 5]) } };
  if (name === "number") return { value: pick(numbers), unit: text() };
  if (name === "misc") return { runtime: text() };
  if (name === "categories" || name === "git_commit_tags") return [text(), text()];
  if (name === "version" || name === "issue_version" || name === "duration") return pick(numbers);
  if (name === "culprit") return { code: true };
  if (["input_files", "output_files", "patchset_files"].includes(name)) return [{ name: text() }];
  return text();
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}
