import type { Html } from "../observe/page/html.ts";
import type { Spool } from "../spool/spool.ts";
import type { Reader } from "../store/reader.ts";

/** What the pages are made from, besides the database. */
export interface PageSources {
  /** The only server that log excerpts are fetched from. */
  readonly storageBaseUrl: string;
  /** Where refused and archived submissions lie; without it there are no such pages. */
  readonly spool?: Spool | undefined;
  /** Whether the operator's status page is on the same port. */
  readonly hasStatus?: boolean;
}

/** What a page is asked with. */
export interface PageRequest {
  readonly db: Reader;
  readonly nowMs: number;
  readonly url: URL;
  readonly query: URLSearchParams;
  /** The parts of the path after its first, decoded; at least one where the route has names. */
  readonly names: readonly string[];
  readonly sources: PageSources;
}

/** A page, or where to go instead. */
export type PageAnswer = ShownPage | { readonly goTo: string };

/** A page that is shown. */
export interface ShownPage {
  readonly title: string;
  readonly body: Html;
  /** 200 unless given. */
  readonly status?: number;
  /** What it lists, for `format=json`. */
  readonly rows?: readonly unknown[];
}

/** Makes a page. Throws `StoreFault` where the database cannot answer. */
export type MakePage = (asked: PageRequest) => Promise<PageAnswer>;
