import type { Value } from "./row.ts";

/** MD5 in hex of the texts joined, absent ones as "": what a `md5Of` column holds. */
export function md5Of(values: readonly Value[]): string {
  return new Bun.CryptoHasher("md5")
    .update(values.map((value) => value ?? "").join(""))
    .digest("hex");
}
