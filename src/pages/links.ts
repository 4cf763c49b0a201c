import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import type { Tree } from "../results/runs.ts";

/** A path of names, each percent-encoded whole; half of a surrogate pair becomes U+FFFD. */
export function pathTo(...names: readonly string[]): string {
  return `/${names.map((name) => encodeURIComponent(name.toWellFormed())).join("/")}`;
}

/** The page of a test or of a build. */
export function runPath(run: { readonly id: string }): string {
  return pathTo("path" in run ? "test" : "build", run.id);
}

/** What links to a commit need to know. */
export interface CommitPlace extends Tree {
  readonly git_commit_hash: string | null;
  readonly checkout_origin: string | null;
}

/**
 * The page of a commit of a tree, or one below it. A tree without a name or branch, or with one that a URL
 * would lose, goes by the hash.
 */
export function commitPath(place: CommitPlace, below?: "matrix" | "compare"): string {
  const { tree_name: name, git_repository_branch: branch, git_commit_hash: hash } = place;
  const origin = place.checkout_origin ?? undefined;
  if (name && branch && ![name, branch].some((one) => /^\.{1,2}$/.test(one))) {
    const end = below === "compare" ? [] : [hash ?? "latest"];
    return withParameters(pathTo("tree", name, branch, ...end, ...(below ? [below] : [])), {
      origin,
      ...(below === "compare" && hash ? { hashB: hash } : {}),
    });
  }
  return withParameters(pathTo("tree", hash ?? "latest", ...(below === "matrix" ? [below] : [])), {
    git_url: place.git_repository_url ?? undefined,
    git_branch: branch ?? undefined,
    origin,
  });
}

/** A path with parameters; those that are absent are left out. */
export function withParameters(
  path: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.append(name, value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The same view with other parameters: a text or texts in place of those of a name, undefined for none. */
export function changed(
  url: URL,
  changes: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const query = new URLSearchParams(url.searchParams);
  // Whatever is chosen anew begins at its begin.
  for (const name of ["after", ...Object.keys(changes)]) query.delete(name);
  for (const [name, value] of Object.entries(changes)) {
    for (const one of value === undefined ? [] : [value].flat()) query.append(name, one);
  }
  return query.size > 0 ? `${url.pathname}?${query}` : url.pathname;
}

/** An address that somebody sent as a link, where it is one of the web; else as text. */
export function outerLink(address: string | null | undefined, text: string | Html): Html {
  if (!address) return html``;
  const href = webAddress(address);
  return href === undefined
    ? html`<span title="not a link: this is not a web address">${foreign(address, 120)}</span>`
    : html`<a href="${href}" rel="noreferrer noopener">${text}</a>`;
}

/** The address as a browser would ask for it, if it is http or https. */
export function webAddress(address: string): string | undefined {
  const url = address.length <= 4_000 ? URL.parse(address) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}
