import { StoreFault } from "./fault.ts";

/** A setting or connection parameter, and where it was given: "--database: sslmode", "PGSSLMODE". */
export interface Given {
  readonly from: string;
  readonly value: string;
}

/** Connection parameters by the names that libpq has for them. */
export type Parameters = ReadonlyMap<string, Given>;

/** Reads a text file; undefined where there is none. Throws what the system does. */
export type ReadText = (path: string) => string | undefined;

/** The fault (operator) of a setting or of parameters that cannot be used; `from` is where they were given. */
export function refusal(from: string, message: string, hint?: string): StoreFault {
  return new StoreFault(`${from}: ${message}`, {
    operation: "read the connection settings",
    path: from,
    class: "operator",
    hint,
  });
}

/** The refusal of a value that is no secret. */
export function unexpectedValue(
  { from, value }: Given,
  expected: string,
  hint?: string,
): StoreFault {
  return refusal(from, `expected ${expected}, got ${JSON.stringify(value.slice(0, 80))}`, hint);
}
