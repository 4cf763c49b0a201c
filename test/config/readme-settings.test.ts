import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { givenSecrets } from "../../src/base/given-secrets.ts";
import { exitCodes } from "../../src/commands/command.ts";
import { variablesWithoutEffect } from "../../src/config/dashboard-database.ts";
import type { Declaration } from "../../src/config/declaration.ts";
import { knownVariables, variableSettings } from "../../src/config/known-variables.ts";
import { monitorSettings } from "../../src/config/monitor-settings.ts";
import { urlForms } from "../../src/store/store-kind.ts";

const readme = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");
const settings: readonly Declaration[] = Object.values(monitorSettings);

test("the README's table of flags has the names, values, variables and defaults of the settings", () => {
  const rows = tableAfter("| flag of `monitor`").map(([flag, variables, byDefault]) => ({
    flag,
    variables,
    default: byDefault,
  }));
  expect(rows).toEqual(
    settings.map(({ flag, variables = [], ...facts }) => ({
      flag: `--${flag}${valueInHelp(facts)}`,
      variables: variables.join(", "),
      default: defaultOf(facts, facts.required ? "required" : "off"),
    })),
  );
});

test("the README says how the URL of each kind of database is written", () => {
  const [, , , description = ""] =
    tableAfter("| flag of `monitor`").find(([flag]) => flag === "--database URL") ?? [];
  expect(description).toBe(urlForms);
});

test("the README's table of variables has the names and defaults of the settings without a flag", () => {
  const rows = tableAfter("| variable ").map(([name, byDefault]) => [name, byDefault]);
  expect(rows).toEqual(
    variableSettings.map((facts) => [facts.variables?.join(", "), defaultOf(facts, "none")]),
  );
});

test("every variable that is read is in the README, and the other way round", () => {
  const told = new Set(namesIn(chapter("Use with Postgres") + chapter("Flags and variables")));
  const known = knownVariables.map(({ name }) => name);
  const isKnown = (name: string) =>
    known.includes(name) || variablesWithoutEffect({ [name]: "1" }).length > 0;
  expect(known.length).toBeGreaterThan(50);
  expect(known.filter((name) => !told.has(name))).toEqual([]);
  expect([...told].filter((name) => !isKnown(name))).toEqual([]);
});

test("every exit code is in the README", () => {
  const [line = ""] = /^Exit codes: .*$/m.exec(readme) ?? [];
  const told = [...line.matchAll(/(?:: |· )(\d+) /g)].map(([, code]) => Number(code));
  expect(told).toEqual(Object.values(exitCodes));
});

test("no variable is declared twice", () => {
  const names = knownVariables.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test("a variable that is declared as a secret is masked wherever it would show", () => {
  const secrets = knownVariables.filter(({ secret }) => secret).map(({ name }) => name);
  expect(secrets).toContain("STORAGE_TOKEN");
  expect(secrets.length).toBeGreaterThan(3);
  const masked = secrets.filter((name) =>
    givenSecrets({ [name]: "geheim" }, []).includes("geheim"),
  );
  expect(masked).toEqual(secrets);
});

function valueInHelp({ kind, hint }: Omit<Declaration, "flag">): string {
  if (kind.type === "switch") return "";
  return ` ${kind.type === "words" ? kind.words.join("|") : hint}`;
}

function defaultOf(facts: Omit<Declaration, "flag">, absent: string): string {
  return facts.defaultWords ?? facts.default ?? absent;
}

/** The cells of the table that begins so, without marks of Markdown. */
function tableAfter(start: string): string[][] {
  const [table = ""] = readme.slice(readme.indexOf(`\n${start}`) + 1).split("\n\n");
  return table
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "").replaceAll("\\|", "|")),
    );
}

function chapter(title: string): string {
  const [, text = ""] = readme.split(`\n## ${title}\n`);
  return text.split("\n## ")[0] ?? "";
}

/** The variables that a text names in backticks; `_USER` after `DB_DEFAULT_NAME` is another of these. */
function namesIn(text: string): string[] {
  const words = [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`]+)`/g)].map(
    ([, word = ""]) => word.split(/[=\s]/)[0] ?? "",
  );
  return words
    .map((word) => (word.startsWith("_") ? `DB_DEFAULT${word}` : word))
    .map((word) => word.replace("*", "X"))
    .filter(
      (word) => /^[A-Z][A-Z]*_[A-Z_]+$|^PG[A-Z]+$|^VERBOSE$/.test(word) && !word.startsWith("SQL_"),
    );
}
