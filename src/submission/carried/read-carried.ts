import { isUtf8 } from "node:buffer";
import { isObject } from "../../base/is-object.ts";
import { openBrace, unitsIn } from "../json/bytes.ts";
import { Carried } from "./carried.ts";
import { compact } from "./compact.ts";
import { compactMembers, compactValues, isNamed } from "./members.ts";

/** Objects whose `misc` is carried. */
export interface CarriedObjects {
  /** Their text without what is carried: compact, with a mark for each `misc`. */
  readonly text: string;
  /** UTF-16 units of the text as it was. */
  readonly units: number;
  /** Whether some object in it had several members of one name. */
  readonly hasRepeats: boolean;
  /** Reads `text`, and puts what is carried in the place of its marks. */
  items(): unknown[];
  /** Does the latter in another reading of `text`. */
  attach(items: readonly unknown[]): void;
}

/**
 * Reads objects, with commas between them, whose every `misc` is left as text (`Carried`), with its members of these
 * names. The bytes are taken over. `odd` is what has to be parsed.
 */
export function readCarried(
  bytes: Uint8Array,
  names: readonly string[],
): CarriedObjects | "not-json" | "odd" {
  if (!isUtf8(bytes)) return "not-json";
  const units = unitsIn(bytes, 0, bytes.length);
  const found = compact(bytes);
  if (typeof found === "string") return found;
  const compacted = bytes.subarray(0, found.length);
  const carried: Carried[] = [];
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { start, end } of findMisc(compacted)) {
    pieces.push(compacted.subarray(from, start), Buffer.from(`{"":${carried.length}}`));
    carried.push(new Carried(compacted.subarray(start, end), names));
    from = end;
  }
  pieces.push(compacted.subarray(from));
  const text = Buffer.concat(pieces).toString();
  const attach = (to: readonly unknown[]) => attachTo(to, carried);
  const items = () => {
    const read = JSON.parse(`[${text}]`) as unknown[];
    attach(read);
    return read;
  };
  return { text, units, hasRepeats: found.hasRepeats, items, attach };
}

// --- internal ---

/** Where the objects are that are a `misc`, of an object or of its environment. */
function* findMisc(bytes: Uint8Array): Generator<{ start: number; end: number }> {
  for (const item of compactValues(bytes)) {
    if (bytes[item] !== openBrace) continue;
    for (const member of compactMembers(bytes, item)) {
      if (bytes[member.start] !== openBrace) continue;
      if (isNamed(bytes, member.key, "misc")) yield member;
      if (!isNamed(bytes, member.key, "environment")) continue;
      for (const inner of compactMembers(bytes, member.start)) {
        if (bytes[inner.start] === openBrace && isNamed(bytes, inner.key, "misc")) yield inner;
      }
    }
  }
}

function attachTo(items: readonly unknown[], carried: readonly Carried[]): void {
  for (const item of items) {
    if (!isObject(item)) continue;
    for (const owner of [item, item.environment]) {
      if (!isObject(owner) || !Object.hasOwn(owner, "misc") || !isObject(owner.misc)) continue;
      owner.misc = carried[owner.misc[""] as number];
    }
  }
}
