import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import type { TreeNames } from "../prepare/name-trees.ts";
import { ConfigFault } from "./fault.ts";

const shape = z.object({ trees: z.record(z.string(), z.object({ url: z.string().min(1) })) });
const expected = "trees: NAME: url: URL";

/** Parses the text of a trees file; `file` is its name for messages. Throws `ConfigFault`. */
export function parseTrees(text: string, file: string): TreeNames {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, message: string) =>
    badTrees(file, lines.linePos(offset).line, message);
  const [error] = document.errors;
  if (error) throw fail(error.pos[0], `not YAML: ${error.message}`);

  const parsed = shape.safeParse(toValue(document, (message) => fail(0, message)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = (issue?.path ?? []).map(String);
    throw fail(offsetOf(document, path), `${path.join(".") || "the file"}: ${issue?.message}`);
  }
  const names = new Map<string, string>();
  for (const [name, { url }] of Object.entries(parsed.data.trees)) {
    const other = names.get(url);
    if (other !== undefined) {
      const message = `${name} and ${other} have the same url ${url}; expected one name per URL`;
      throw fail(offsetOf(document, ["trees", name, "url"]), message);
    }
    names.set(url, name);
  }
  return names;
}

// --- internal ---

/** The value of the document; aliases that are unknown, or far too many, only show here. */
function toValue(
  document: ReturnType<typeof parseDocument>,
  fail: (message: string) => ConfigFault,
): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw fail(`not YAML: ${(cause as Error).message}`);
  }
}

/** Where the nearest part of the document that exists begins. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly string[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}

function badTrees(file: string, line: number, message: string): ConfigFault {
  return new ConfigFault(`${file}:${line}: ${message}`, {
    operation: "read the trees file",
    path: file,
    hint: `expected ${expected}`,
  });
}
