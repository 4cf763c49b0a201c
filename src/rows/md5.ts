import type { Value } from "./row.ts";

/** MD5 in hex of the texts joined, absent ones as "": what a `md5Of` column holds. */
export function md5Of(values: readonly Value[]): string {
  let text = "";
  for (const value of values) text += value ?? "";
  return Bun.MD5.hash(text, "hex");
}
