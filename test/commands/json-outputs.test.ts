import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/commands.ts";
import { isGroup } from "../../src/commands/find-command.ts";
import { type JsonOutput, jsonOutputs } from "../../src/commands/json-outputs.ts";
import { submission } from "../faults/submissions.ts";
import { bad, spoolWith } from "./spool-with.ts";

setDefaultTimeout(60_000);

const outputs: Readonly<Record<string, JsonOutput>> = jsonOutputs;

/** Command lines that together print every field. */
const lines: Readonly<Record<string, readonly string[]>> = {
  validate: ["validate old.json spool/failed/b.json --json"],
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
    "b.json": bad("lab"),
    "failed/lost.json": "{",
  });
  expect((await spool.run("monitor", "--once")).exitCode).toBe(1);
  const folder = join(spool.path, "..");
  await Bun.write(join(folder, "old.json"), JSON.stringify({ version: { major: 4, minor: 2 } }));
  for (const [command, words] of Object.entries(lines)) {
    const { version, isLines, fields } = outputs[command] as JsonOutput;
    const seen = new Set<string>();
    const always = Object.keys(fields).filter((name) => !name.endsWith("?") && !/[[*]/.test(name));
    for (const line of words) {
      const { stdout } = await spool.run(...line.split(" "));
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
    // What needs a certain state of a database or of a submission may not be met.
    const rare =
      /^(?:service\.(?!running$)\w+|standbys\[\]\.\w+|columns\[\]|issues\[\]\.(?:line|column))$/;
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
      /one object a line/.test(chapter),
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

/** The paths of a value, as `fields` would name them; a list that is empty counts by its name. */
function* pathsOf(value: unknown, path: string, fields: JsonOutput["fields"]): Generator<string> {
  const has = (name: string) => name in fields || `${name}?` in fields;
  if (Array.isArray(value)) {
    if (has(`${path}[]`)) yield `${path}[]`;
    for (const one of value) if (typeof one === "object") yield* pathsOf(one, `${path}[]`, fields);
  } else if (typeof value === "object" && value !== null && (path.endsWith("[]") || !has(path))) {
    if (has(`${path}.*`)) {
      yield `${path}.*`;
      return;
    }
    for (const [name, below] of Object.entries(value)) {
      yield* pathsOf(below, path ? `${path}.${name}` : name, fields);
    }
  } else yield path;
}
