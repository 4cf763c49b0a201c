/** An object of a submission of any version, before it has the form of the newest. */
export type DocumentItem = Record<string, unknown>;

/** A submission of any version that its own schema has accepted. */
export type Document = Record<string, unknown>;

/** Where a value stands in a document. */
export type Path = readonly (string | number)[];

/** Why a document cannot be brought to the newest version. */
export interface UpgradeError {
  path: Path;
  /**
   * Which rule of `submission/README.md` 6 forbids it: `upgrade-id`, `upgrade-url`, `upgrade-path`,
   * `upgrade-nul`.
   */
  code: string;
  expected: string;
  /** The value that is in the way. */
  value: unknown;
  hint: string;
}

/** Brings a valid document, in place, to the next major version; gives the first reason against it. */
export type Step = (document: Document) => UpgradeError | undefined;

/** The objects of a list; none when the document has no such list, or it is carried. */
export function itemsOf(document: Document, list: string): DocumentItem[] {
  const items = document[list];
  return Array.isArray(items) ? items : [];
}

/** Moves a field to another name, at the end of its object; one that is absent stays so. */
export function rename(item: DocumentItem, from: string, to: string): void {
  if (!Object.hasOwn(item, from)) return;
  item[to] = item[from];
  delete item[from];
}
