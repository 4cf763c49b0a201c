import { isCarriedList, withoutSlashesIn } from "../carried/values.ts";
import { type Document, type DocumentItem, itemsOf } from "./document.ts";

/**
 * 1.1 to 2.0: pairs of origin and id become one id; file names lose their slashes
 * (`submission/README.md` 6).
 */
export function to2_0(document: Document): undefined {
  for (const revision of itemsOf(document, "revisions")) {
    joinId(revision, "id", "origin", "origin_id");
    withoutSlashes(revision, "patch_mboxes");
  }
  for (const build of itemsOf(document, "builds")) {
    joinId(build, "revision_id", "revision_origin", "revision_origin_id");
    joinId(build, "id", "origin", "origin_id");
    withoutSlashes(build, "input_files");
    withoutSlashes(build, "output_files");
  }
  for (const test of itemsOf(document, "tests")) {
    joinId(test, "build_id", "build_origin", "build_origin_id");
    joinId(test, "id", "origin", "origin_id");
    withoutSlashes(test, "output_files");
  }
}

function joinId(item: DocumentItem, id: string, origin: string, originId: string): void {
  item[id] = `${item[origin]}:${item[originId]}`;
  delete item[origin];
  delete item[originId];
}

function withoutSlashes(item: DocumentItem, list: string): void {
  const files = item[list];
  if (isCarriedList(files)) withoutSlashesIn(files, "name");
  for (const file of itemsOf(item, list)) file.name = String(file.name).replaceAll("/", "_");
}
