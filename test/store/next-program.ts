import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { schemaVersion } from "../../src/rows/tables.ts";
import type { Program } from "../e2e/run-ingester.ts";
import { temporaryFolder } from "../temporary.ts";
import { storeOptions } from "./prepared-store.ts";

const project = resolve(import.meta.dir, "../..");

/** What the next version of the program has more: `tests.next_field`, filled by a field of that name. */
const changes: readonly (readonly [file: string, find: string, replace: string])[] = [
  ["src/submission/versions/v5_3.ts", "  number: measurement,\n", "$&  next_field: number,\n"],
  ["src/rows/main-tables.ts", '    number_unit: "text",\n', '$&    next_field: "double",\n'],
  [
    "src/rows/tables.ts",
    `schemaVersion = ${schemaVersion};`,
    `schemaVersion = ${schemaVersion + 1};`,
  ],
];

/** The next version of the program. */
export interface NextProgram extends Program, Disposable {
  /** What each start of it does with the database of a URL, done here: to start it takes twenty times as long. */
  makeReady(url: string): Promise<unknown>;
}

/** A copy of the program as its next version will be, with one column more; goes away with its scope. */
export function nextProgram(): NextProgram {
  const folder = temporaryFolder();
  cpSync(join(project, "src"), join(folder.path, "src"), { recursive: true });
  cpSync(join(project, "trees.yaml"), join(folder.path, "trees.yaml"));
  cpSync(join(project, "package.json"), join(folder.path, "package.json"));
  symlinkSync(join(project, "node_modules"), join(folder.path, "node_modules"));
  for (const [file, find, replace] of changes) {
    const path = join(folder.path, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(find)) throw new Error(`${file}: nothing reads ${find}`);
    writeFileSync(path, text.replace(find, replace));
  }
  return {
    name: "the next version",
    command: [process.execPath, join(folder.path, "src/main.ts")],
    async makeReady(url) {
      const its: typeof import("../../src/store/make-ready.ts") = await import(
        join(folder.path, "src/store/make-ready.ts")
      );
      return its.makeReady(url, storeOptions);
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
