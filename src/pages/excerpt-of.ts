import { excerptUrl } from "../results/details.ts";
import { type FetchedExcerpt, fetchExcerpt } from "../storage/fetch-excerpt.ts";
import type { PageSources } from "./page.ts";

/** Texts that were fetched: they never change, for their address is made of what they are. */
const kept = new Map<string, string>();
const maxKept = 100;

/** The log excerpt of a run, fetched where it is only linked and on the storage server; or why there is none. */
export async function excerptOf(
  run: { readonly log_excerpt: string | null; readonly output_files: unknown },
  { storageBaseUrl }: PageSources,
): Promise<FetchedExcerpt & { readonly url?: string }> {
  if (run.log_excerpt) return { text: run.log_excerpt };
  const url = excerptUrl(run);
  if (url === undefined) return { why: "none was sent" };
  const known = kept.get(url);
  if (known !== undefined) return { text: known, url };
  const fetched = await fetchExcerpt(url, storageBaseUrl);
  if ("text" in fetched) keep(url, fetched.text);
  return { ...fetched, url };
}

// --- internal ---

function keep(url: string, text: string): void {
  const [oldest] = kept.keys();
  if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest);
  kept.set(url, text);
}
