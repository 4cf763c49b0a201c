import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allImports, circles, type Import, importsOf, sources, textOf } from "./imports-of.ts";

/** What a room may import of others. */
interface Room {
  readonly imports: readonly string[];
  /** Of these only types: nothing of them is loaded with it. */
  readonly types?: readonly string[];
}

/** The rooms of `src`, lower ones first, and the files at its root that are imported. */
const rooms: Readonly<Record<string, Room>> = {
  "base/": { imports: [] },
  "submission/": { imports: ["base/"] },
  "rows/": { imports: ["base/", "submission/"] },
  "prepare/": { imports: ["base/", "submission/", "rows/"] },
  "store/": { imports: ["base/", "rows/"] },
  "results/": { imports: ["rows/", "store/"] },
  "spool/": { imports: ["base/"], types: ["submission/"] },
  "storage/": { imports: ["base/"] },
  "config/": { imports: ["base/", "store/"], types: ["prepare/"] },
  "worker/": {
    imports: ["base/", "submission/", "rows/", "prepare/", "store/", "spool/"],
    types: ["storage/"],
  },
  "guard/": { imports: ["spool/"], types: ["submission/", "worker/"] },
  "events/": { imports: ["spool/"], types: ["submission/", "worker/"] },
  "outages/": { imports: [], types: ["store/", "worker/", "events/"] },
  "ingest/": {
    imports: ["base/", "spool/", "worker/", "guard/", "outages/"],
    types: ["submission/", "events/"],
  },
  "hook/": {
    imports: ["base/", "spool/", "outages/"],
    types: ["submission/", "events/"],
  },
  "observe/": {
    imports: ["base/", "submission/", "prepare/", "spool/", "config/", "version.ts"],
    types: ["storage/", "events/", "ingest/"],
  },
  "api/": { imports: ["base/", "rows/", "store/", "results/", "observe/"] },
  "pages/": {
    imports: ["base/", "rows/", "store/", "results/", "spool/", "storage/", "observe/", "api/"],
  },
  "commands/": {
    imports: [
      ...["base/", "submission/", "prepare/", "store/", "spool/", "storage/", "config/"],
      ...[
        "worker/",
        "events/",
        "outages/",
        "ingest/",
        "hook/",
        "observe/",
        "version.ts",
        "spawn.ts",
      ],
      ...["rows/", "results/", "api/", "pages/"],
    ],
  },
  "main.ts": { imports: ["commands/"] },
  "worker.ts": { imports: ["worker/", "pages/", "spawn.ts"] },
};

/** Folders that belong to one room alone, and the files outside of them that may look inside. */
const inner: readonly (readonly [folder: string, doors: readonly string[]])[] = [
  ...new Set(sources.flatMap((source) => /^store\/\w+\//.exec(source) ?? [])),
].map((folder) => [folder, ["store/store-kind.ts"]]);

/** Names that several files export, each with the reason why. */
const sharedNames: Readonly<Record<string, string>> = {};

const edges = allImports();
const between = edges.filter(({ from, to }) => roomOf(from) !== roomOf(to));

describe("imports point one way", () => {
  test.each(Object.entries(rooms))(
    "%s imports what the table says, no more and no less",
    (room, may) => {
      const own = between.filter(({ from }) => roomOf(from) === room);
      const loaded = own.filter(({ typesOnly }) => !typesOnly).map(({ to }) => roomOf(to));
      const types = own.map(({ to }) => roomOf(to)).filter((other) => !loaded.includes(other));
      expect({ imports: sorted(loaded), types: sorted(types) }).toEqual({
        imports: sorted(may.imports),
        types: sorted(may.types ?? []),
      });
    },
  );

  test("every file is in a room of the table, or imports nothing of ours", () => {
    const outside = between.filter(({ from }) => !Object.hasOwn(rooms, roomOf(from)));
    expect(outside).toEqual([]);
  });

  test("no rooms import each other in a circle", () => {
    const named = between.map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }));
    expect(circles(named)).toEqual([]);
  });

  test("no files import each other in a circle", () => {
    expect(circles(edges)).toEqual([]);
  });

  test.each(inner)("%s is imported from within, and by %p", (folder, doors) => {
    const strangers = edges.filter(
      ({ from, to }) => to.startsWith(folder) && !from.startsWith(folder) && !doors.includes(from),
    );
    expect(strangers).toEqual([]);
  });
});

describe("the table of rooms is shown as it is", () => {
  test("in src/README.md", () => {
    const text = readFileSync(join(import.meta.dir, "../src/README.md"), "utf8");
    const rows = text
      .slice(text.indexOf("| room "))
      .matchAll(/^\| `([\w.]+\/?)` +\| ([^|]*) \| ([^|]*) \|$/gm);
    const shown = [...rows].map(([, room = "", imports = "", types = ""]) => [
      room,
      { imports: sorted(quoted(imports)), types: sorted(quoted(types)) },
    ]);
    const meant = Object.entries(rooms).map(([room, { imports, types = [] }]) => [
      room,
      { imports: sorted(imports), types: sorted(types) },
    ]);
    expect(shown).toEqual(meant);
  });

  const folders = Object.entries(rooms).filter(([room]) => room.endsWith("/"));
  test.each(folders)("in src/%sREADME.md", (room, { imports, types = [] }) => {
    const text = readFileSync(join(import.meta.dir, "../src", room, "README.md"), "utf8");
    const [, line = ""] = /^\*\*May import\*\* (.*)$/m.exec(text) ?? [];
    expect(sorted(quoted(line))).toEqual(sorted([...imports, ...types]));
  });
});

test("each exported name exists once", () => {
  const exports = sources.flatMap((source) =>
    exportsOf(textOf(source)).map((name) => ({ name, place: placeOf(source) })),
  );
  expect(exports.length).toBeGreaterThan(500);
  const places = Map.groupBy(exports, ({ name }) => name);
  const shared = [...places].filter(([, list]) => new Set(list.map(({ place }) => place)).size > 1);
  const names = shared.map(([name]) => name);
  expect(sorted(names)).toEqual(sorted(Object.keys(sharedNames)));
});

test("each exported function, class and type has a doc comment", () => {
  const bare = sources.flatMap((source) =>
    withoutComment(textOf(source)).map((name) => `${source}: ${name}`),
  );
  expect(bare).toEqual([]);
});

describe("the longest way of a submission", () => {
  const text = readFileSync(join(import.meta.dir, "../src/README.md"), "utf8");
  const told = [...text.matchAll(/^(\d+)\. `([\w/.-]+)` (.*)$/gm)];
  const way = told.map(([, number, file = "", words = ""]) => ({ number, file, words }));

  test("is told in at most twelve files, in order", () => {
    expect(way.map(({ number }) => Number(number))).toEqual(way.map((_, at) => at + 1));
    expect(way.length).toBeWithin(8, 13);
  });

  test.each(way.slice(1))(
    "$file is imported by a file before it, or by the one that is told",
    (step) => {
      const before = way.slice(0, way.indexOf(step)).map(({ file }) => file);
      const [, starter] = /started by `([\w.]+)`/.exec(step.words) ?? [];
      const importers = edges.filter(({ to }) => to === step.file).map(({ from }) => from);
      expect(importers.some((from) => before.includes(from) || from === starter)).toBe(true);
    },
  );
});

describe("what these tests go by", () => {
  const typesOnly = (text: string) => importsOf("a/b.ts", text).map((one) => one.typesOnly);

  test("every form of import is seen, and whether it is of types", () => {
    const seen = (text: string) => importsOf("a/b.ts", text).map(({ to }) => to);
    expect(seen('import { x } from "./c.ts";')).toEqual(["a/c.ts"]);
    expect(seen('export * from "../d.ts"; import "./e.css";')).toEqual(["d.ts", "a/e.css"]);
    expect(seen('const y = (await import("../f/g.ts")).y;')).toEqual(["f/g.ts"]);
    expect(seen('// import { x } from "./c.ts";\n * import("./c.ts")')).toEqual([]);
    expect(seen('import { z } from "node:fs"; import p from "../../package.json";')).toEqual([]);
    expect(typesOnly('import type { X } from "./c.ts";')).toEqual([true]);
    expect(typesOnly('import {\n  type X,\n  type Y,\n} from "./c.ts";')).toEqual([true]);
    expect(typesOnly('import { type X, y } from "./c.ts";')).toEqual([false]);
    expect(typesOnly('import("./c.ts"); import "./d.ts";')).toEqual([false, false]);
  });

  test("all that is imported is there", () => {
    const there = new Set(sources);
    const gone = edges.filter(({ to }) => to.endsWith(".ts") && !there.has(to));
    expect(gone).toEqual([]);
    expect(edges.length).toBeGreaterThan(sources.length);
  });

  test("a circle is found, through a third file too", () => {
    const edge = (from: string, to: string) => ({ from, to });
    const ring = [edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("c", "d")];
    expect(circles(ring)).toEqual([["a", "b", "c"]]);
    expect(circles(ring.slice(0, 2))).toEqual([]);
  });

  test("an export without a comment right before it is found", () => {
    const text =
      "/** A. */\nexport function a() {}\n\nexport type B = 1;\n// C.\nexport class C {}";
    expect(withoutComment(text)).toEqual(["B", "C"]);
    expect(withoutComment("/**\n * D.\n */\nexport async function d() {}")).toEqual([]);
  });

  test("exports are found, those that are handed on are not counted again", () => {
    const text = 'export const a = 1;\nexport async function* b() {}\nexport { c } from "./c.ts";';
    expect(exportsOf(`${text}\nexport type D = 1;\nexport { e, f as g };`)).toEqual([
      "a",
      "b",
      "D",
      "e",
      "g",
    ]);
  });
});

/** `store/` of `store/sqlite/sql.ts`, `main.ts` of itself. */
function roomOf(source: Import["from"]): string {
  return /^[^/]+\//.exec(source)?.[0] ?? source;
}

/** Kinds of database are written alike, file by file: what is in one place of both is one thing. */
function placeOf(source: string): string {
  return source.replace(/^store\/\w+\//, "store/*/");
}

function exportsOf(text: string): string[] {
  const declared = text.matchAll(
    /^export (?:declare |abstract |async )*(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm,
  );
  const listed = text.matchAll(/^export (?:type )?\{([^}]*)\}(?! from)/gm);
  return [
    ...[...declared].map(([, name = ""]) => name),
    ...[...listed].flatMap(([, names = ""]) =>
      names.split(",").flatMap((name) => /\w+$/.exec(name.trim()) ?? []),
    ),
  ];
}

/** The names of exported functions, classes and types that no doc comment stands before. */
function withoutComment(text: string): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, at) => {
    const [, name = ""] =
      /^export (?:declare |abstract |async )*(?:function\*?|class|interface|type) (\w+)/.exec(
        line,
      ) ?? [];
    return name === "" || /\*\/$/.test(lines[at - 1] ?? "") ? [] : [name];
  });
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([\w.-]+\/?)`/g)].map(([, word = ""]) => word);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
