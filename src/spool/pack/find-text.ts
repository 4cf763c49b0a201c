import { readPack } from "./pack-file.ts";
import { dayMs, openPacks, packNames, withPack } from "./packs.ts";

/** A packed file that holds a text. */
export interface FoundText {
  /** As it was archived: `NAME.json`, or `NAME.json.zst`. */
  readonly name: string;
  readonly pack: string;
  readonly bytes: Buffer;
}

/** What is looked for, and where one stops to look. */
export interface TextSearch {
  /** The packs of this time's day are looked at, and of the days beside it. */
  readonly atMs: number;
  /** Longer files are passed over. */
  readonly maxFileBytes: number;
  /** Nobody looks at more, unpacked. */
  readonly maxBytes: number;
  /** Or for longer, as `performance.now` counts. */
  readonly untilMs: number;
  /** The file as it was submitted, where it holds the text. */
  read(name: string, bytes: Buffer): Buffer | undefined;
}

/** Looks for a file by what it holds in the packs of about a day; `isCut`: there was more than one looks at. */
export function findText(
  archive: string,
  { atMs, maxFileBytes, maxBytes, untilMs, read }: TextSearch,
): FoundText | { readonly isCut: boolean } {
  using packs = openPacks(archive);
  if (!packs || Number.isNaN(atMs)) return { isCut: false };
  const distance = (day: string) => Math.abs(Date.parse(day) + dayMs / 2 - atMs);
  const near = packNames(packs)
    .filter(({ day }) => distance(day) < 1.5 * dayMs)
    .sort((a, b) => distance(a.day) - distance(b.day));
  let bytesLeft = maxBytes;
  for (const { name: pack } of near) {
    const found = withPack(packs, pack, (handle) => {
      try {
        for (const member of readPack(handle)) {
          if (bytesLeft < 0 || performance.now() > untilMs) return "cut";
          bytesLeft -= member.bytes;
          const isRead = member.bytes <= maxFileBytes;
          const pieces: Uint8Array[] = [];
          // They have to be taken before the next file.
          for (const piece of member.pieces()) if (isRead) pieces.push(new Uint8Array(piece));
          const bytes = isRead ? read(member.name, Buffer.concat(pieces)) : undefined;
          if (bytes) return { name: member.name, pack, bytes };
        }
      } catch {
        // A pack that is broken hides no other.
      }
      return undefined;
    });
    if (found === "cut") return { isCut: true };
    if (found) return found;
  }
  return { isCut: false };
}
