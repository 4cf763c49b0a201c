import { isObject } from "../../base/is-object.ts";
import type { FoundMistake } from "../mistakes.ts";
import { printable } from "../text/printable.ts";
import type { Path } from "../upgrade/document.ts";
import type { Version } from "../versions/field.ts";
import { type Advice, type Fix, removeAt, replaceAt } from "./fix.ts";

/** A mistake that a hint is wanted for, with what stands around it. */
export interface HintCase {
  readonly mistake: FoundMistake;
  /** The version whose rules the document was held against. */
  readonly version: Version;
}

/** The object that holds the field with the mistake, as far as it is one. */
export function itemOf({ mistake: { item } }: HintCase): Record<string, unknown> {
  return isObject(item) ? item : {};
}

/** Whether the field with the mistake must be there; one in a list need not. */
export function isNeeded({ path, owner }: FoundMistake): boolean {
  const name = path.at(-1);
  if (typeof name !== "string" || !owner || !Object.hasOwn(owner.fields, name)) return false;
  return owner.fields[name]?.required ?? false;
}

/** Whether a field numbers the versions of something, which begin with 1. */
export function isVersion(path: Path): boolean {
  return /version$/.test(String(path.at(-1)));
}

/** A hint that ends in the value to write. */
export function writeInstead({ mistake }: HintCase, words: string, value: unknown): Advice {
  const shown = typeof value === "string" ? printable(value, 80) : JSON.stringify(value);
  const short = shown.length > 200 ? `${shown.slice(0, 199)}…` : shown;
  return { hint: `${words}${short}`, fix: [replaceAt(mistake.path, value)] };
}

/** A hint to do without the field. */
export function leaveOut({ mistake }: HintCase, hint: string): Advice {
  return { hint, fix: [removeAt(mistake.path)] };
}

/** A version as a document names it. */
export function writtenVersion({ major, minor }: { major: number; minor: number }): string {
  return `{"major": ${major}, "minor": ${minor}}`;
}

/** A hint whose change is worked out already. */
export function advise(hint: string, ...fix: Fix): Advice {
  return fix.length > 0 ? { hint, fix } : { hint };
}

/** A hint whose change is as long as what is there: it is made only where it is asked for. */
export function adviseLater(hint: string, makeFix: () => Fix): Advice {
  return {
    hint,
    get fix() {
      return makeFix();
    },
  };
}
