import {
  documentType,
  type FieldType,
  type ObjectType,
  type StringType,
  type Version,
} from "../../../src/submission/versions/field.ts";
import type { Random } from "./random.ts";

const wrong: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 53,
  "",
  "\n",
  "\0",
  "ab\n",
  "\ud800",
  "https://[::1]/",
  "2024-02-30T00:00:00Z",
  `${",".repeat(5000)} `,
  `https://h/${"%41".repeat(3000)}"`,
  `${"a.".repeat(5000)}!`,
  "😀".repeat(9000),
  [],
  [[]],
  {},
  { __proto__: 1 },
];

const miscValues: readonly unknown[] = [
  { a: [1, 2.5, null, { b: "x" }] },
  JSON.parse('{"__proto__": {"constructor": 1}}'),
  {},
  { lab: "lab", runtime: "", 7: "seven" },
];

const texts: Record<string, readonly string[]> = {
  uri: ["https://example.org/a?b#c", "mailto:a", "https://h/x\n", "git://h/r"],
  "date-time": ["2025-01-31T23:59:59Z", "2024-02-29t00:00:00.123456789+05:30\n"],
  email: ["a@b", "@"],
};

const samples: readonly string[] = [
  "a:1",
  "lab_1:x+y",
  "0123456789abcdef0123456789abcdef01234567",
  `${"0".repeat(40)}+${"f".repeat(64)}`,
  "f".repeat(64),
  "https://h/r.git",
  "boot.kselftest-x_1",
  "arm,soc",
  "file.txt",
  "lab",
  "1",
];

/** Makes documents of a version from its field tables: mostly valid ones, with some mistakes. */
export class DocumentMaker {
  readonly #random: Random;
  /** How likely a value is a wrong one; most documents have none. */
  readonly #wrongness: number;

  constructor(random: Random) {
    this.#random = random;
    this.#wrongness = random.chance(0.6) ? 0 : 0.02;
  }

  make(version: Version): Record<string, unknown> {
    const document = this.#object(documentType(version));
    if (this.#random.chance(0.97)) {
      document.version = { major: version.major, minor: version.minor };
    }
    return document;
  }

  #object(type: ObjectType): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [name, { type: field, required }] of fieldsOf(type)) {
      const isThere = required
        ? !this.#random.chance(this.#wrongness / 2)
        : this.#random.chance(0.4);
      if (isThere) made[name] = this.#value(field);
    }
    if (this.#random.chance(this.#wrongness)) {
      made[this.#random.pick(["valid", "toString", "x", "_timestamp", "\u001b[31m"])] =
        this.#random.pick(wrong);
    }
    return made;
  }

  #value(type: FieldType): unknown {
    const random = this.#random;
    if (random.chance(this.#wrongness)) return random.pick(wrong);
    switch (type.kind) {
      case "object":
        return this.#object(type);
      case "list":
        return Array.from({ length: random.below(4) }, () => this.#value(type.items));
      case "either":
        return random.chance(0.5) ? "1" : this.#object(type.object);
      case "open":
        return random.pick(miscValues);
      case "boolean":
        return random.chance(0.5);
      case "integer":
        return type.constant ?? random.below((type.maximum ?? 9) + 1);
      case "number":
        return random.pick([0, 1.5, -2, 1e21, 1e-7]);
      case "string":
        return this.#text(type);
    }
  }

  #text(type: StringType): string {
    if (type.values) return this.#random.pick(type.values);
    const fitting = fittingOf(type);
    return fitting.length > 0 ? this.#random.pick(fitting) : "https://h/r.git";
  }
}

// --- internal ---

/** What is asked of a type again and again. */
const fieldsOfType = new WeakMap<ObjectType, [string, ObjectType["fields"][string]][]>();
const fittingTexts = new WeakMap<StringType, string[]>();

function fieldsOf(type: ObjectType) {
  const known = fieldsOfType.get(type) ?? Object.entries(type.fields);
  fieldsOfType.set(type, known);
  return known;
}

/** The texts that a type takes. */
function fittingOf(type: StringType): string[] {
  const { format, pattern } = type;
  const candidates = format ? (texts[format] ?? []) : samples;
  const known =
    fittingTexts.get(type) ?? candidates.filter((text) => !pattern || pattern.regex.test(text));
  fittingTexts.set(type, known);
  return known;
}
