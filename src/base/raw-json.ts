/**
 * `JSON.rawJSON` and the reviver's third argument (ECMA-262, JSON.parse source text access), which
 * TypeScript's library does not have yet.
 */
interface JsonWithSource {
  rawJSON(source: string): object;
  isRawJSON(value: unknown): value is RawJson;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
}

/** A number that is kept as it was written. */
export interface RawJson {
  readonly rawJSON: string;
}

const json: JsonWithSource = JSON as typeof JSON & JsonWithSource;

/** Whether a value is a number in its own digits, which `parseExactly` makes. */
export function isRawJson(value: unknown): value is RawJson {
  return json.isRawJSON(value);
}

/** Parses JSON; numbers that a double would not write back the same are kept as written. */
export function parseExactly(text: string): unknown {
  return json.parse(text, (_, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source
      ? json.rawJSON(source)
      : value,
  );
}
