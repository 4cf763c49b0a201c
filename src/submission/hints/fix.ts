import { isObjectOrCarried } from "../carried/values.ts";
import type { Path } from "../upgrade/document.ts";

/** One operation of a JSON Patch (RFC 6902); places are JSON Pointers. */
export type FixStep =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };

/** What a hint says, as a JSON Patch: applied to the document, the mistake is gone. */
export type Fix = readonly FixStep[];

/** What a hint says of a text that is not JSON yet: in UTF-16 units, what to take out and to put in. */
export interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** A hint in words, and, where a program can follow it, as a change. */
export interface Advice {
  readonly hint: string;
  readonly fix?: Fix | undefined;
  readonly edit?: Edit | undefined;
}

/** Puts another value in the place of one. */
export function replaceAt(place: Path, value: unknown): FixStep {
  return {
    op: "replace",
    // As in all steps worked out where it is asked for: a name on the way may be long.
    get path() {
      return toPointer(place);
    },
    value,
  };
}

/** Takes a value away. */
export function removeAt(place: Path): FixStep {
  return {
    op: "remove",
    get path() {
      return toPointer(place);
    },
  };
}

/** Adds a value where there is none. */
export function addAt(place: Path, value: unknown): FixStep {
  return {
    op: "add",
    get path() {
      return toPointer(place);
    },
    value,
  };
}

/** Moves a value to another place. */
export function moveTo(from: Path, to: Path): FixStep {
  return {
    op: "move",
    get from() {
      return toPointer(from);
    },
    get path() {
      return toPointer(to);
    },
  };
}

/** Moves a field of an object into its `misc`, which is made where it is absent. */
export function moveToMisc(place: Path, item: Record<string, unknown>): Fix {
  const owner = place.slice(0, -1);
  const made = isObjectOrCarried(item.misc) ? [] : [addAt([...owner, "misc"], {})];
  return [...made, moveTo(place, [...owner, "misc", String(place.at(-1))])];
}

/** A place as a JSON Pointer (RFC 6901). */
export function toPointer(place: Path): string {
  return place
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** What stands around a fault of a text. */
export interface TextAround {
  readonly before: string;
  readonly rest: string;
  /** Whether `before` is all that there is before it. */
  readonly isBeginning: boolean;
}
