import type { Member } from "../../submission/json/outline.ts";
import { Origins } from "../../submission/refuse.ts";
import { selectVersion } from "../../submission/select-version.ts";
import type { Document } from "../../submission/upgrade/document.ts";
import type { LargeDocument } from "./document.ts";

/** What there is of a document besides the objects of its lists. */
export interface Skeleton {
  /** The lists that its version has are empty; of another list there is nothing but its length. */
  readonly skeleton: Document;
  /** What stands in place of the document, where that is no object. */
  readonly root: unknown;
  /** The origins of each list that was read. */
  readonly origins: ReadonlyMap<string, Origins>;
  /** The text of the value that the file has for `version`. */
  readonly versionText: string | undefined;
}

/**
 * Reads all of a document but the lists that its version has. What counts for nothing is read as well: it has to
 * be JSON.
 */
export function* readSkeleton(document: LargeDocument): Generator<void, Skeleton> {
  const { members, outline } = document;
  const versionMember = members.get("version");
  const versionValue = versionMember && readValue(document, versionMember);
  const version = selectVersion({ version: versionValue?.value });
  const origins = new Map<string, Origins>();
  const skeleton: [string, unknown][] = [];
  for (const [name, member] of members) {
    if (!member.isList) {
      const { value } = name === "version" ? (versionValue ?? {}) : readValue(document, member);
      skeleton.push([name, value]);
    } else if (version && Object.hasOwn(version.lists, name)) skeleton.push([name, []]);
    else {
      const found = new Origins();
      yield* readList(document, member, found);
      origins.set(name, found);
      skeleton.push([name, listOf(member.count)]);
    }
  }
  const counted = new Set(members.values());
  for (const member of outline.members) {
    if (counted.has(member)) continue;
    if (member.isList) yield* readList(document, member);
    else readValue(document, member);
  }
  const [first] = outline.members;
  const root = !outline.isObject && first ? rootOf(document, first) : undefined;
  return {
    skeleton: Object.fromEntries(skeleton),
    root,
    origins,
    versionText: versionValue?.text,
  };
}

// --- internal ---

function* readList(document: LargeDocument, member: Member, origins?: Origins): Generator<void> {
  for (const read of document.parts(member)) {
    document.count(read);
    origins?.add(read.items);
    yield;
  }
}

function readValue(document: LargeDocument, member: Member): { text: string; value: unknown } {
  if (member.isList) return { text: "", value: listOf(member.count) };
  const read = document.value(member);
  const [part] = member.parts;
  if (part) document.count({ part, units: read.text.length });
  return read;
}

/** Up to here a list in the place of a document is read as a whole. */
const shortRootBytes = 1 << 16;

/** Of a list its first value is there too: what to do about it depends on that. All are there of a short one. */
function rootOf(document: LargeDocument, root: Member): unknown {
  if (!root.isList) return document.value(root).value;
  const { start } = root;
  const end = root.parts.at(-1)?.end ?? start + 1;
  // It was read before, part by part.
  if (end - start <= shortRootBytes) return JSON.parse(`${document.text(start, end)}]`);
  const list = listOf(root.count);
  for (const { items } of document.parts(root)) {
    list[0] = items[0];
    break;
  }
  return list;
}

/** A list that has a length and nothing else. */
function listOf(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}
