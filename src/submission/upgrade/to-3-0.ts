import {
  type Document,
  type DocumentItem,
  itemsOf,
  rename,
  type UpgradeError,
} from "./document.ts";

const prefix = /^[a-z0-9_]+(?=:)/;

/**
 * 2.0 to 3.0: the origin moves out of the id; revisions are named by their commit
 * (`submission/README.md` 6).
 */
export function to3_0(document: Document): UpgradeError | undefined {
  for (const list of ["revisions", "builds", "tests"]) {
    for (const [place, item] of itemsOf(document, list).entries()) {
      const origin = prefix.exec(String(item.id))?.[0];
      if (origin === undefined) return withoutOrigin([list, place, "id"], item.id);
      item.origin = origin;
    }
  }
  for (const revision of itemsOf(document, "revisions")) {
    dropPrefix(revision, "id");
    rename(revision, "git_repository_commit_hash", "git_commit_hash");
    rename(revision, "git_repository_commit_name", "git_commit_name");
  }
  for (const build of itemsOf(document, "builds")) dropPrefix(build, "revision_id");
  return undefined;
}

function dropPrefix(item: DocumentItem, field: string): void {
  const id = String(item[field]);
  item[field] = id.slice(id.indexOf(":") + 1);
}

function withoutOrigin(path: UpgradeError["path"], value: unknown): UpgradeError {
  return {
    path,
    code: "upgrade-id",
    expected: "an id that begins with its origin and a colon",
    value,
    hint: "give the object a non-empty `origin` of lower-case letters, digits and _",
  };
}
