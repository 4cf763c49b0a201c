import { SpoolFault } from "./fault.ts";
import type { HeldFolder } from "./held-folder.ts";
import { encodeName, pathOf } from "./name.ts";
import { exists, sameBytes } from "./same-bytes.ts";

/** The longest name that common file systems take, in bytes. */
const maxNameBytes = 255;
/** Up to this number every name is looked at, so that equal bytes are found. */
const closeNumbers = 16;
/** Where even this one is taken, there is another reason. */
const maxNumber = 2 ** 30;

/** `stem` with `suffix`, the stem cut where the name would be too long for a file system. */
export function withSuffix(stem: string, suffix: string): string {
  let cut = stem;
  while (encodeName(cut).length + suffix.length > maxNameBytes) cut = cut.slice(0, -1);
  // Half a character must not stay behind.
  return cut.replace(/[\ud800-\udbff]$/, "") + suffix;
}

/** `NAME.json` for 1, `NAME.2.json` for 2 and so on; with another `ending` likewise. */
export function numberedName(name: string, number: number, ending = ".json"): string {
  if (number === 1 && ending === ".json") return name;
  const stem = name.slice(0, -".json".length);
  return withSuffix(stem, `${number === 1 ? "" : `.${number}`}${ending}`);
}

/**
 * A number that is free, the first one among the close ones. Where thousands are taken it looks at a few:
 * holes between them are not found. Throws `SpoolFault` where nothing is free at all.
 */
export function freeNumber(isFree: (number: number) => boolean): number {
  for (let number = 1; number <= closeNumbers; number++) if (isFree(number)) return number;
  let [low, high] = [closeNumbers, 2 * closeNumbers];
  while (!isFree(high)) {
    if (high > maxNumber) {
      const operation = "find a free name";
      throw new SpoolFault(`cannot ${operation}`, { operation, class: "transient" });
    }
    [low, high] = [high, 2 * high];
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isFree(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The name under which the file `source` can go into `folder` without harm to what is there: `name`, or
 * `NAME.2.json` and so on where another file has it. An equal file may be replaced. Throws `SpoolFault`.
 */
export function freeName(source: string | Buffer, name: string, folder: HeldFolder): string {
  const number = freeNumber((one) => {
    const target = pathOf(folder.held, numberedName(name, one));
    return !exists(target) || sameBytes(source, target);
  });
  return numberedName(name, number);
}
