import { writeFileSync } from "node:fs";
import { digestOf } from "../../src/spool/digest.ts";
import { lookAt } from "../../src/spool/look-at.ts";
import { pathOf } from "../../src/spool/name.ts";
import type { Spool, SpoolFile } from "../../src/spool/spool.ts";

/** Writes a file into a spool, and returns it as one that was read. */
export function put(spool: Spool, name: string, text: string): SpoolFile {
  writeFileSync(pathOf(spool.root, name), text);
  const file = lookAt(spool.root, name);
  if (!file || "what" in file) throw new Error("not there");
  return { ...file, digest: digestOf(Buffer.from(text), spool.digestSeed) };
}
