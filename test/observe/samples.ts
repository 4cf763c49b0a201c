import { type ListName, listNames, type Submission } from "../../src/submission/submission.ts";

/** The sum of a family's samples in Prometheus' text, of all or of those that hold a piece of text. */
export function sumSamples(text: string, family: string, piece = ""): number {
  let total = 0;
  for (const line of text.split("\n")) {
    if (!line.startsWith(`${family}{`) && !line.startsWith(`${family} `)) continue;
    if (line.includes(piece)) total += Number(line.slice(line.lastIndexOf(" ") + 1));
  }
  return total;
}

/** What of the objects of submissions, by kind and origin: `tests maestro` → 12. */
export type ObjectCounts = Readonly<Record<string, number>>;

/** Counts the objects that texts of submissions hold. */
export function countObjects(texts: Iterable<string>): ObjectCounts {
  const counts: Record<string, number> = {};
  for (const text of texts) {
    const submission: Partial<Submission> = JSON.parse(text);
    for (const list of listNames) {
      for (const { origin } of submission[list] ?? []) {
        const key = `${list} ${origin}`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
    }
  }
  return counts;
}

/** What a scrape counts of the objects that went in, by kind and origin. */
export function countScraped(text: string): ObjectCounts {
  const counts: Record<string, number> = {};
  for (const line of text.split("\n")) {
    const [, list, origin, count] =
      /^kcidb_(\w+)_total\{.*?\borigin="([^"]*)".*\} (\S+)$/.exec(line) ?? [];
    if (!isList(list)) continue;
    counts[`${list} ${origin}`] = (counts[`${list} ${origin}`] ?? 0) + Number(count);
  }
  return counts;
}

// --- internal ---

function isList(word: string | undefined): word is ListName {
  return listNames.some((name) => name === word);
}
