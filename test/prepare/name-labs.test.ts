import { describe, expect, test } from "bun:test";
import { nameLabs } from "../../src/prepare/name-labs.ts";
import type { Item, Submission } from "../../src/submission/submission.ts";

const lists = [
  { list: "builds", field: "lab" },
  { list: "tests", field: "runtime" },
] as const;

describe.each(lists)("the lab of $list, misc.$field,", ({ list, field }) => {
  const named = (misc?: unknown): unknown => {
    const item: Item = { id: "a:1", origin: "maestro", ...(misc === undefined ? {} : { misc }) };
    const submission: Submission = { version: { major: 5, minor: 3 }, [list]: [item] };
    nameLabs(submission);
    return submission[list]?.[0]?.misc;
  };

  test("is the origin where none is given", () => {
    expect(named()).toEqual({ [field]: "maestro" });
    expect(named({ a: 1 })).toEqual({ a: 1, [field]: "maestro" });
    expect(named({ [field]: "" })).toEqual({ [field]: "maestro" });
    expect(named({ [field]: null })).toEqual({ [field]: "maestro" });
  });

  test.each(["shell", "k8s", "k8s-gke-eu-west4", "k8s all"])(
    "%j is a machine of its own: it moves aside",
    (lab) => {
      expect(named({ [field]: lab })).toEqual({ automatic_lab: lab, [field]: "maestro" });
    },
  );

  test.each(["lava-collabora", "shell2", "my-shell", "Shell", "xk8s", " "])(
    "%j is a lab: it stays",
    (lab) => {
      expect(named({ [field]: lab })).toEqual({ [field]: lab });
    },
  );

  test.each([[7], [false], [["shell"]], [{ name: "shell" }]])("%j is no text: it stays", (lab) => {
    expect(named({ [field]: lab })).toEqual({ [field]: lab });
  });

  test("is looked for in misc itself, not in what all objects have", () => {
    const misc = JSON.parse(`{"__proto__": {"${field}": "shell"}}`);
    expect(Object.entries(named(misc) as object)).toContainEqual([field, "maestro"]);
  });
});

test("the other lists are left alone", () => {
  const item = { id: "a:1", origin: "a" };
  const submission: Submission = {
    version: { major: 5, minor: 3 },
    issues: [{ ...item }],
    checkouts: [{ ...item }],
    incidents: [{ ...item }],
  };
  const before = structuredClone(submission);
  nameLabs(submission);
  expect(submission).toEqual(before);
});
