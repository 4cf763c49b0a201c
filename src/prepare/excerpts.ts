import { everyCarried, isCarriedList, withValue } from "../submission/carried/values.ts";
import type { Item, Submission } from "../submission/submission.ts";

/** `log_excerpt`s of more UTF-8 bytes than this go to the storage server (`prepare/README.md` 3). */
export const defaultThresholdBytes = 256;

/** The lists whose objects have both `log_excerpt` and `output_files`; checkouts have no files. */
const listNames = ["builds", "tests"] as const;
const resourceName = "log_excerpt";

/** One object whose log excerpt is long enough to be stored elsewhere. */
export interface FoundExcerpt {
  readonly item: Item;
  /** SHA-256 of the text's UTF-8 bytes, in lower-case hex. */
  readonly hash: string;
  readonly text: string;
}

/** The builds' and tests' excerpts of more than `thresholdBytes`, in the order of the submission. */
export function findExcerpts(
  submission: Submission,
  thresholdBytes: number = defaultThresholdBytes,
): FoundExcerpt[] {
  const found: FoundExcerpt[] = [];
  for (const name of listNames) {
    for (const item of submission[name] ?? []) {
      const text = item.log_excerpt;
      if (typeof text !== "string" || !exceeds(text, thresholdBytes)) continue;
      found.push({ item, hash: Bun.SHA256.hash(text, "hex"), text });
    }
  }
  return found;
}

/**
 * Replaces excerpts that are stored by a link, in the objects themselves: `log_excerpt` becomes
 * `""` and `output_files` names the URL. Those whose hash is not in `urls` stay as they are.
 *
 * @param urls URL by hash, of the texts that the storage server holds
 * @returns how many objects now link to their excerpt
 */
export function linkExcerpts(
  found: readonly FoundExcerpt[],
  urls: ReadonlyMap<string, string>,
): number {
  let linked = 0;
  for (const { item, hash } of found) {
    const url = urls.get(hash);
    if (url === undefined) continue;
    addFile(item, url);
    item.log_excerpt = "";
    linked += 1;
  }
  return linked;
}

// --- internal ---

/** A UTF-16 unit takes one to three bytes of UTF-8: most texts need no counting. */
function exceeds(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

/** Adds the link to the files of an object, unless it is there; they may be carried. */
function addFile(item: Item, url: string): void {
  const { output_files: files } = item;
  const link = { name: resourceName, url };
  if (!isCarriedList(files)) {
    const all: unknown[] = Array.isArray(files) ? files : [];
    if (!all.some((file) => isLink(file, url))) item.output_files = [...all, link];
  } else if (everyCarried(files, (file) => !isLink(file, url))) {
    item.output_files = withValue(files, link);
  }
}

function isLink(file: unknown, url: string): boolean {
  if (typeof file !== "object" || file === null) return false;
  return "name" in file && file.name === resourceName && "url" in file && file.url === url;
}
