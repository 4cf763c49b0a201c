import { readSubmission } from "../../../src/prepare/read-submission.ts";
import type { FixStep } from "../../../src/submission/hints/fix.ts";
import type { Mistake } from "../../../src/submission/refusal.ts";

/** More hints than this, one after the other, no document needs. */
const maxSteps = 100;

/**
 * Follows the hints of a refused document as a program would, one after the other, and says what it
 * ends with: `valid`, or `by hand` where a hint has no change. Throws where a hint changes nothing.
 */
export function followHints(sent: string | Uint8Array): "valid" | "by hand" {
  let text =
    typeof sent === "string" ? sent : new TextDecoder("utf-8", { ignoreBOM: true }).decode(sent);
  let last: string | undefined;
  for (let step = 0; step <= maxSteps; step++) {
    const reading = readSubmission(text, { fixes: true });
    if (reading.accepted) return "valid";
    const [mistake] = reading.refusal.issues;
    const { fix, edit, hint, ...what } = mistake as Mistake;
    if (JSON.stringify(what) === last) throw new Error(`the hint changes nothing: ${hint}`);
    last = JSON.stringify(what);
    if (edit) text = text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
    else if (fix) text = JSON.stringify(patch(JSON.parse(text), fix));
    else return "by hand";
  }
  throw new Error(`${maxSteps} hints do not end it: ${last}`);
}

/** Applies a JSON Patch (RFC 6902) to a document. */
export function patch(document: unknown, steps: readonly FixStep[]): unknown {
  const root = { "": structuredClone(document) };
  for (const step of steps) {
    if (step.op === "remove") take(root, step.path);
    else if (step.op === "move") put(root, step.path, take(root, step.from), "add");
    else put(root, step.path, structuredClone(step.value), step.op);
  }
  return root[""];
}

// --- internal ---

type Holder = Record<string, unknown> | unknown[];

/** The object or list that a pointer's last part is in, and that part. */
function find(root: Holder, pointer: string): [Holder, string] {
  const parts = ["", ...pointer.split("/").slice(1)].map((part) =>
    part.replaceAll("~1", "/").replaceAll("~0", "~"),
  );
  const last = parts.pop() ?? "";
  let holder = root;
  for (const part of parts) {
    holder = (holder as Record<string, Holder>)[part] as Holder;
    if (typeof holder !== "object" || holder === null) throw new Error(`nothing at ${pointer}`);
  }
  return [holder, last];
}

function take(root: Holder, pointer: string): unknown {
  const [holder, name] = find(root, pointer);
  if (!Object.hasOwn(holder, name)) throw new Error(`nothing at ${pointer}`);
  const value = (holder as Record<string, unknown>)[name];
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
  return value;
}

function put(root: Holder, pointer: string, value: unknown, op: "add" | "replace"): void {
  const [holder, name] = find(root, pointer);
  if (op === "replace" && !Object.hasOwn(holder, name)) throw new Error(`nothing at ${pointer}`);
  if (Array.isArray(holder) && op === "add") holder.splice(Number(name), 0, value);
  else (holder as Record<string, unknown>)[name] = value;
}
