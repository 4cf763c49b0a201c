import { StoreFault } from "../fault.ts";
import type { ServerConnection } from "./connection/log-in.ts";

type Encoded = Pick<ServerConnection, "database" | "encoding">;

/**
 * Sees that the database holds every character: submissions are in UTF-8. Throws `StoreFault` (operator)
 * where its encoding is another; `SQL_ASCII` keeps bytes as they are and goes.
 */
export function requireEncoding({ database, encoding }: Encoded): void {
  if (encoding === "UTF8" || encoding === "SQL_ASCII") return;
  throw new StoreFault(`the database ${database} has the encoding ${encoding}, not UTF8`, {
    operation: "check the encoding",
    class: "operator",
    hint: `create another and move the data: create database NAME encoding 'UTF8' locale 'C.UTF-8' template template0`,
  });
}

/** What is to be said of an encoding that goes, but does not check what it is given. */
export function encodingWarnings({ database, encoding }: Encoded): string[] {
  if (encoding !== "SQL_ASCII") return [];
  return [
    `the database ${database} has the encoding SQL_ASCII: lengths are counted in bytes and encodings are not checked; UTF8 is recommended`,
  ];
}
