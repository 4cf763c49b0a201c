import { fields } from "./fields.ts";
import { identifiers } from "./identifiers.ts";
import { links } from "./links.ts";
import { stored } from "./stored.ts";
import { texts } from "./texts.ts";
import { times } from "./times.ts";
import { types } from "./types.ts";
import { versions } from "./versions.ts";
import { words } from "./words.ts";

/** One mistake as submitters make it, and all that they are told of it. */
export interface MistakeRow {
  /** What the submitter did. */
  did: string;
  /** What was sent: the only mistake in it. */
  sent: string | Uint8Array;
  /** Line, column and path. */
  at: string;
  says: string;
  hint: string;
  /** What somebody sends who follows a hint that no program can follow. */
  mended?: string;
}

/** Every mistake, by what it is about. */
export const mistakeTable: Readonly<Record<string, readonly MistakeRow[]>> = {
  times,
  words,
  identifiers,
  links,
  fields,
  types,
  stored,
  versions,
  texts,
};
