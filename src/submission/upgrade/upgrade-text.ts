import { isRawJson } from "../../base/raw-json.ts";
import { Carried } from "../carried/carried.ts";
import { locate } from "../json/locate.ts";
import { scan } from "../json/scan.ts";
import { maxDepth, parseTextExactly } from "../parse-text.ts";
import { selectVersion } from "../select-version.ts";
import type { Version } from "../versions/field.ts";
import { newestVersion } from "../versions/versions.ts";
import { type Document, type DocumentItem, itemsOf, type Path } from "./document.ts";
import { upgrade } from "./upgrade.ts";

/**
 * Upgrades the text of an accepted submission to the newest version; every number stays as it is written, and
 * fields stay in their order. A text that has it already is given back as it is.
 */
export function upgradeText(text: string): string {
  const parsed = JSON.parse(text) as Document;
  const version = selectVersion(parsed);
  if (!version || version === newestVersion) return text;
  const exact = parseTextExactly(text);
  const document = "value" in exact ? (exact.value as Document) : parsed;
  const kept = keepText(document, () => text);
  upgrade(document, version);
  return kept.write(document);
}

/**
 * Upgrades the text of a part of a submission, which has a version and some of the objects of one list. Gives each
 * list as text, without its brackets; numbers and fields stay as in `upgradeText`.
 */
export function upgradeLists(
  text: string,
  version: Version,
  carried?: CarriedIn,
): Map<string, string> {
  const exact = parseTextExactly(text);
  const document = ("value" in exact ? exact.value : JSON.parse(text)) as Document;
  carried?.attach(document);
  const kept = keepText(document, carried?.whole ?? (() => text));
  upgrade(document, version);
  const lists = Object.entries(document).filter(([, list]) => Array.isArray(list));
  return new Map(lists.map(([name, list]) => [name, kept.write(list).slice(1, -1)]));
}

/** A text in which every `misc` is a mark: how to put into its document what is carried, and the text as it is. */
export interface CarriedIn {
  attach(document: Document): void;
  whole(): string;
}

// --- internal ---

/**
 * JavaScript puts names that are numbers first, and only `misc` can have such: each `misc` that has
 * gives way to a mark, which the text of the file replaces in the end. So does what is carried, with text of its own.
 */
function keepText(document: Document, textOf: () => string) {
  const owners: { owner: DocumentItem; path: Path }[] = [];
  for (const list of Object.keys(document)) {
    if (!Array.isArray(document[list])) continue;
    for (const [place, item] of itemsOf(document, list).entries()) {
      owners.push({ owner: item, path: [list, place, "misc"] });
      const environment = item.environment as DocumentItem | undefined;
      if (environment)
        owners.push({ owner: environment, path: [list, place, "environment", "misc"] });
    }
  }
  const reordered = owners.filter(({ owner }) => hasNumberNames(owner.misc));
  const texts = textsAt(
    textOf,
    reordered.map(({ path }) => path),
  );
  const mark = crypto.randomUUID();
  const keep = (owner: DocumentItem, place: number, name = "misc") => {
    owner[name] = `${mark}-${place}`;
  };
  for (const [place, { owner }] of reordered.entries()) keep(owner, place);
  const keepCarried = () => {
    for (const { owner } of owners) {
      for (const [name, value] of Object.entries(owner)) {
        if (value instanceof Carried) keep(owner, texts.push(Carried.textOf(value)) - 1, name);
      }
    }
  };
  return {
    /** To be called once the document is upgraded: that may change what is carried, too. */
    write: (upgraded: unknown) => {
      keepCarried();
      return JSON.stringify(upgraded).replace(
        new RegExp(`"${mark}-([0-9]+)"`, "g"),
        (_, place) => texts[Number(place)] ?? "null",
      );
    },
  };
}

/** The texts of values as the file has them. */
function textsAt(textOf: () => string, paths: readonly Path[]): string[] {
  if (paths.length === 0) return [];
  const text = textOf();
  // It has been read: what an equal name replaced may be nested more deeply than anything that counts.
  return locate(text, paths, Infinity).locations.map(({ value }) => valueText(text, value));
}

function hasNumberNames(value: unknown): boolean {
  if (value instanceof Carried) return Carried.factsOf(value).hasNumberNames;
  if (typeof value !== "object" || value === null || isRawJson(value)) return false;
  if (Array.isArray(value)) return value.some(hasNumberNames);
  return Object.entries(value).some(
    ([name, part]) => /^[0-9]+$/.test(name) || hasNumberNames(part),
  );
}

/** The text of the value that begins at an offset: it ends where a scan expects the end. */
function valueText(text: string, start: number): string {
  const rest = text.slice(start);
  return rest.slice(0, scan(rest, maxDepth)?.offset).trimEnd();
}
