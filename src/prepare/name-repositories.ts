import type { TreeNames } from "./name-trees.ts";

/** A tree name and the URL of a repository that some checkout has together. */
export type TreePair = readonly [name: string | null, url: string];

/**
 * Adds names for the repositories of checkouts to those that are given (`prepare/README.md` 1). The groups
 * count in their order, the pairs of each by name and then by URL, those without a name last.
 */
export function nameRepositories(
  given: TreeNames,
  ...groups: readonly (readonly TreePair[])[]
): TreeNames {
  const names = new Map(given);
  const taken = new TakenNames(given.values());
  for (const [name, url] of groups.flatMap((pairs) => pairs.toSorted(compare))) {
    if (url === "" || names.has(url)) continue;
    const chosen = name && !taken.has(name) ? name : taken.next(nameFromUrl(url));
    if (chosen === undefined) continue;
    names.set(url, chosen);
    taken.add(chosen);
  }
  return names;
}

// --- internal ---

/** The owner where it contains the name of the repository, else both; undefined where the URL has neither. */
function nameFromUrl(url: string): string | undefined {
  const [, path = ""] = /:\/\/[^/?#]*([^?#]*)/.exec(url) ?? [];
  const segments = path.split("/").filter((segment) => segment !== "");
  const repository = segments.at(-1)?.replace(/\.git$/, "");
  const owner = segments.at(-2);
  if (repository === undefined || owner === undefined) return repository || undefined;
  return owner.toLowerCase().includes(repository.toLowerCase()) ? owner : `${owner}-${repository}`;
}

/** Names that are given already. However many are alike, the next free one is found soon. */
class TakenNames {
  readonly #names: Set<string>;
  /** From a name that is taken to a later one that was free once. */
  readonly #later = new Map<string, string>();

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string): void {
    this.#names.add(name);
  }

  /** The name itself where it is free, else the first with a later number. */
  next(name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const passed: string[] = [];
    let free = name;
    for (; this.#names.has(free); free = this.#later.get(free) ?? numbered(free)) passed.push(free);
    for (const one of passed) this.#later.set(one, free);
    return free;
  }
}

function numbered(name: string): string {
  const [, base, number] = /^(.*)-([0-9]+)$/s.exec(name) ?? [];
  return number === undefined ? `${name}-1` : `${base}-${nextNumber(number)}`;
}

/** One more, in linear time: a URL may hold a number of any length. */
function nextNumber(digits: string): string {
  let first = 0;
  while (digits[first] === "0") first++;
  let end = digits.length;
  while (end > first && digits[end - 1] === "9") end--;
  const head = digits.slice(first, end);
  const raised = head === "" ? "1" : `${head.slice(0, -1)}${Number(head.at(-1)) + 1}`;
  return raised + "0".repeat(digits.length - end);
}

/** By code points, which UTF-16 does not. */
function compare([nameA, urlA]: TreePair, [nameB, urlB]: TreePair): number {
  if (!nameA || !nameB) {
    if (nameA || nameB) return nameA ? -1 : 1;
  } else if (nameA !== nameB) return byBytes(nameA, nameB);
  return byBytes(urlA, urlB);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
