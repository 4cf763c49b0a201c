import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";

/** An import of one file of `src` by another; paths are those below `src`. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** Nothing of it is left when the program runs. */
  readonly typesOnly: boolean;
}

const src = join(import.meta.dir, "../src");

/** Every source file, by its path below `src`. */
export const sources = [...new Bun.Glob("**/*.ts").scanSync(src)].sort();

export function textOf(source: string): string {
  return readFileSync(join(src, source), "utf8");
}

/** What all files of `src` import of each other: static, re-exported, dynamic, and types. */
export function allImports(): Import[] {
  return sources.flatMap((source) => importsOf(source, textOf(source)));
}

/** What a text imports as the file `from`; what lies outside `src` is left out. */
export function importsOf(from: string, text: string): Import[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  const found = [...code.matchAll(statement)].map(([, type, names = "", named, bare]) => ({
    path: named ?? bare ?? "",
    typesOnly: named !== undefined && (type !== undefined || isOfTypes(names)),
  }));
  const places = found.map(({ path, typesOnly }) => ({
    ...{ from, typesOnly },
    to: normalize(join(from, "..", path)),
  }));
  return places.filter(({ to }) => !to.startsWith(".."));
}

/** Groups of files that import each other in a circle. */
export function circles(edges: readonly Pick<Import, "from" | "to">[]): string[][] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const reach = (start: string) => {
    const seen = new Set<string>();
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const { to } of next.get(at) ?? []) {
        if (seen.has(to)) continue;
        seen.add(to);
        open.push(to);
      }
    }
    return seen;
  };
  const reached = new Map([...next.keys()].map((name) => [name, reach(name)]));
  const isWith = (one: string, other: string) =>
    reached.get(one)?.has(other) && reached.get(other)?.has(one);
  const inCircle = [...reached.keys()].filter((name) => isWith(name, name));
  const groups = inCircle.map((name) => inCircle.filter((other) => isWith(name, other)).sort());
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

/** `import … from`, `export … from`, `import "…"` and `import("…")` of a relative path. */
const statement =
  /\b(?:import|export)\s+(type\s+)?([\w$*\s{},]*?)\s*from\s*"(\.[^"]+)"|\bimport\s*\(?\s*"(\.[^"]+)"/g;

function isOfTypes(names: string): boolean {
  const [, list] = /^\{([^}]*)\}$/.exec(names.trim()) ?? [];
  const parts = list?.split(",").map((part) => part.trim());
  return parts?.filter(Boolean).every((part) => part.startsWith("type ")) ?? false;
}
