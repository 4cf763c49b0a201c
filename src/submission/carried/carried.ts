import { parseExactly } from "../../base/raw-json.ts";
import { freeBytes, openBrace, openBracket, quote } from "../json/bytes.ts";
import { digestOfText } from "./digest.ts";
import { type CarriedFacts, findFacts } from "./facts.ts";
import type { Hold } from "./hold.ts";
import { type CompactMember, eachMember, isNamed } from "./members.ts";
import { decodeCompact, readText } from "./read-text.ts";

/**
 * An object or a list that is only carried through: its compact text in place of JavaScript's objects. It has the members that
 * are asked for by name, and can be given others.
 */
export class Carried {
  [name: string]: unknown;
  #held: Uint8Array | undefined;
  readonly #hold: Hold | undefined;
  readonly #length: number;
  readonly #isList: boolean;
  readonly #given = new Map<string, { member: CompactMember; value: unknown }>();
  #facts: CarriedFacts | undefined;
  #digest: string | undefined;

  /** `bytes` are compact text of it; of the members of an object those of these names are there. They lie in `hold`. */
  constructor(bytes: Uint8Array, names: readonly string[], hold?: Hold) {
    this.#held = bytes;
    this.#hold = hold;
    hold?.add();
    this.#length = bytes.length;
    this.#isList = bytes[0] === openBracket;
    if (names.length === 0 || this.#isList) return;
    eachMember(bytes, 0, (key, start, end) => {
      for (const name of names) {
        if (!isNamed(bytes, key, name)) continue;
        const value = readNamed(bytes.subarray(start, end), hold);
        this.#given.set(name, { member: { key, start, end }, value });
        this[name] = value;
      }
    });
  }

  /** Its compact text, without what it was given since. */
  static bytesOf(carried: Carried): Uint8Array {
    return carried.#bytes;
  }

  /** Bytes of that, also once it was taken. */
  static lengthOf(carried: Carried): number {
    return carried.#length;
  }

  /** Whether it is a list, and no object. */
  static isList(carried: Carried): boolean {
    return carried.#isList;
  }

  /** What there is in it, found when that is first asked for. */
  static factsOf(carried: Carried): CarriedFacts {
    carried.#facts ??= findFacts(carried.#bytes);
    return carried.#facts;
  }

  /** Equal for what is equal, in all likelihood, for no other. */
  static digestOf(carried: Carried): string {
    carried.#digest ??= digestOfText(carried.#bytes);
    return carried.#digest;
  }

  /** As `JSON.stringify` would write it. */
  static textOf(carried: Carried): string {
    return carried.#text();
  }

  /** Gives its text, and lets go of the memory that it lies in: of the rest only what has a name stays. */
  static takeText(carried: Carried): string {
    const text = carried.#text();
    carried.#drop();
    return text;
  }

  /** Gives the text of one that was given nothing as bytes of its own, and lets go of the memory that it lay in. */
  static takeBytes(carried: Carried): Uint8Array {
    const bytes = new Uint8Array(carried.#bytes);
    carried.#drop();
    return bytes;
  }

  /** Lets go of its text: of what there is in it only what was asked for stays known. */
  static close(carried: Carried): void {
    for (const value of Object.values(carried)) if (value instanceof Carried) Carried.close(value);
    carried.#drop();
  }

  #drop(): void {
    if (this.#held) this.#hold?.drop();
    this.#held = undefined;
  }

  /** Throws once it has been taken: a bug. */
  get #bytes(): Uint8Array {
    if (!this.#held) throw new Error("the text of a carried object was taken before");
    return this.#held;
  }

  /** For whoever does not know of carried objects: right, but dear. */
  toJSON(): unknown {
    return parseExactly(this.#text());
  }

  #text(): string {
    const bytes = this.#bytes;
    const pieces: Uint8Array[] = [];
    let from = 0;
    const added: Uint8Array[] = [];
    for (const [name, value] of Object.entries(this)) {
      const given = this.#given.get(name);
      if (given && given.value === value) continue;
      if (given) {
        pieces.push(bytes.subarray(from, given.member.start), this.#written(value));
        from = given.member.end;
      } else {
        const comma = bytes.length > 2 || added.length > 0 ? "," : "";
        added.push(Buffer.from(`${comma}${JSON.stringify(name)}:`), this.#written(value));
      }
    }
    if (pieces.length + added.length === 0) return decodeCompact(bytes);
    const last = bytes.length - 1;
    const whole = Buffer.concat([
      ...[...pieces, bytes.subarray(from, last)],
      ...[...added, bytes.subarray(last)],
    ]);
    const text = decodeCompact(whole);
    freeBytes(whole);
    return text;
  }

  /** What was there under another name is written as it was: it may be long. */
  #written(value: unknown): Uint8Array {
    for (const { member, value: other } of this.#given.values()) {
      if (value === other) return this.#bytes.subarray(member.start, member.end);
    }
    return Buffer.from(JSON.stringify(value));
  }
}

// --- internal ---

/** A list or an object that is asked for by name is carried, too. */
function readNamed(bytes: Uint8Array, hold: Hold | undefined): unknown {
  if (bytes[0] === openBrace || bytes[0] === openBracket) return new Carried(bytes, [], hold);
  return bytes[0] === quote ? readText(bytes) : parseExactly(decodeCompact(bytes));
}
