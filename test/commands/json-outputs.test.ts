import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/commands.ts";
import { isGroup } from "../../src/commands/find-command.ts";
import { type JsonOutput, jsonOutputs } from "../../src/commands/json-outputs.ts";
import { madeResults } from "../api/made-results.ts";
import { submission } from "../faults/submissions.ts";
import { spoolWith } from "./spool-with.ts";

setDefaultTimeout(60_000);

const outputs: Readonly<Record<string, JsonOutput>> = jsonOutputs;

/** Command lines that together print every field. */
const lines: Readonly<Record<string, readonly string[]>> = {
  validate: ["validate old.json odd.json cut.json none.json spool/failed/b.json --json"],
  ingest: ["ingest made.json spool/failed/b.json --json --database sqlite:made.db"],
  explain: ["explain tests.status --json", "explain tests.waived --json"],
  "results summary": ["results --json", "results summary --commit latest --json"],
  "results failures": ["results failures --json"],
  "results builds": ["results builds --json"],
  "results boots": ["results boots --json"],
  "results tests": ["results tests --json"],
  "results test": ["results test maestro:t2 --json", "results test maestro:t8 --json"],
  "results compare": ["results compare v6.17-c1 latest --json"],
  "results hardware": ["results hardware --json"],
  "results issues": ["results issues --json"],
  "results waiting": ["results waiting --json"],
  migrate: ["migrate --json", "migrate --json --database sqlite:lacking.db"],
  backup: ["backup copy.db --json"],
  status: ["status --json"],
  "failed list": ["failed list --json"],
  "failed show": [
    "failed show b.json --json",
    "failed show lost.json --json",
    "failed show a.json --json",
  ],
  doctor: ["doctor --json", "doctor --json --database sqlite:none/x.db"],
  gc: ["gc --failed 1h --archive 1h --pack 1h --dry-run --json"],
  prune: ["prune --older-than 1d --json"],
  "failed retry": ["failed retry b.json --json"],
};

/** One mistake in two places, and one that a program can mend. */
const twice = JSON.stringify({
  version: { major: 5, minor: 3 },
  builds: ["lab:1", "lab:2"].map((id) => ({
    ...{ id, origin: "lab", checkout_id: "lab:1", status: "passed" },
  })),
});

const files = {
  "old.json": JSON.stringify({ version: { major: 4, minor: 2 } }),
  "odd.json": twice.replaceAll('"passed"', '"PASS", "duration": -1'),
  "cut.json": `${twice.slice(0, -1)},}`,
  "made.json": JSON.stringify({
    ...madeResults,
    tests: [
      ...(madeResults.tests ?? []),
      { id: "maestro:t8", origin: "maestro", build_id: "maestro:b2", path: "boot", status: "PASS" },
    ],
  }),
};

test("each command that has --json is declared, and no other", () => {
  const names: string[] = [];
  const walk = async (table: typeof commands, path: readonly string[]) => {
    for (const [word, entry] of Object.entries(table)) {
      if (isGroup(entry)) await walk(entry.commands, [...path, word]);
      else if ("json" in (await entry.load()).args) names.push([...path, word].join(" "));
    }
  };
  return walk(commands, []).then(() => {
    expect(names.sort()).toEqual(Object.keys(outputs).sort());
    expect(Object.keys(lines).sort()).toEqual(Object.keys(outputs).sort());
  });
});

test("each output has its version and the fields that are declared, no more and no less", async () => {
  using spool = spoolWith({
    "a.json": submission("a"),
    "b.json": twice,
    "failed/lost.json": "{",
  });
  expect((await spool.run("monitor", "--once")).exitCode).toBe(1);
  const folder = join(spool.path, "..");
  for (const [name, text] of Object.entries(files)) await Bun.write(join(folder, name), text);
  for (const [command, words] of Object.entries(lines)) {
    const { version, isLines, fields } = outputs[command] as JsonOutput;
    const seen = new Set<string>();
    const always = Object.keys(fields).filter((name) => !name.endsWith("?") && !/[[*]/.test(name));
    for (const line of words) {
      const { stdout } = await spool.run(
        ...line.split(" "),
        ...(command.startsWith("results ") ? ["--database", "sqlite:made.db"] : []),
      );
      const objects = stdout
        .trimEnd()
        .split("\n")
        .map((text) => JSON.parse(text));
      expect([line, objects.length > 0, isLines === true || objects.length === 1]).toEqual([
        line,
        true,
        true,
      ]);
      for (const { json_version, ...object } of objects) {
        expect([line, json_version]).toEqual([line, version]);
        const paths = [...pathsOf(object, "", fields)];
        for (const path of paths) seen.add(path);
        const lacks = always.filter((name) => !paths.includes(name));
        expect([line, lacks]).toEqual([line, []]);
      }
    }
    // What needs a certain state of a service or a database may not be met.
    const rare = /^(?:service\.(?!running$)\w+|standbys\[\]\.\w+|columns\[\])$/;
    const declared = Object.keys(fields).map((name) => name.replace(/\?$/, ""));
    expect([command, [...seen].filter((path) => !declared.includes(path))]).toEqual([command, []]);
    expect([command, declared.filter((path) => !seen.has(path) && !rare.test(path))]).toEqual([
      command,
      [],
    ]);
  }
});

test("the guide's tables have the fields as they are declared", () => {
  const text = readFileSync(join(import.meta.dir, "../../scripts/json.md"), "utf8");
  const chapters = text.split(/^## /m).slice(1);
  const told = chapters.map((chapter) => {
    const [title = ""] = chapter.split("\n");
    const rows = [...chapter.matchAll(/^\| (.+?) \| (.+?) \|$/gm)].slice(2);
    return [
      title,
      Number(/version (\d+)/.exec(chapter)?.[1]),
      /one object per line/.test(chapter),
      rows.map(([, name = "", meaning = ""]) => [name.trim().replaceAll("`", ""), meaning.trim()]),
    ];
  });
  expect(told).toEqual(
    Object.entries(outputs).map(([command, { version, isLines, fields }]) => [
      command,
      version,
      isLines === true,
      Object.entries(fields),
    ]),
  );
});

/** The paths of a value, as `fields` would name them; a list that is empty or null counts by its name. */
function* pathsOf(value: unknown, path: string, fields: JsonOutput["fields"]): Generator<string> {
  const has = (name: string) => name in fields || `${name}?` in fields;
  const hasBelow = (name: string) =>
    Object.keys(fields).some((field) => field.startsWith(`${name}.`));
  const isList = Array.isArray(value) && !has(path);
  if (isList || (value === null && has(`${path}[]`))) {
    if (has(`${path}[]`) || !hasBelow(`${path}[]`)) yield `${path}[]`;
    for (const one of value ?? []) {
      if (typeof one === "object") yield* pathsOf(one, `${path}[]`, fields);
    }
    return;
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject || (has(path) && !hasBelow(path) && !path.endsWith("[]"))) {
    yield path;
    return;
  }
  if (has(path)) yield path;
  if (has(`${path}.*`)) yield `${path}.*`;
  else {
    for (const [name, below] of Object.entries(value)) {
      yield* pathsOf(below, path ? `${path}.${name}` : name, fields);
    }
  }
}
