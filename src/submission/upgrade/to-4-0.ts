import { type Document, type DocumentItem, itemsOf, rename } from "./document.ts";

/** 3.0 to 4.0: revisions become checkouts, descriptions become comments (`submission/README.md` 6). */
export function to4_0(document: Document): undefined {
  for (const revision of itemsOf(document, "revisions")) {
    const id = `_:${revision.origin}:${revision.id}`;
    revision.id = id;
    rename(revision, "patch_mboxes", "patchset_files");
    revision.patchset_hash = id.split("+", 2)[1] ?? "";
    rename(revision, "discovery_time", "start_time");
    rename(revision, "description", "comment");
    delete revision.publishing_time;
  }
  rename(document, "revisions", "checkouts");
  for (const build of itemsOf(document, "builds")) {
    build.checkout_id = `_:${build.origin}:${build.revision_id}`;
    delete build.revision_id;
    rename(build, "description", "comment");
  }
  for (const test of itemsOf(document, "tests")) {
    rename(test, "description", "comment");
    const environment = test.environment as DocumentItem | undefined;
    if (environment) rename(environment, "description", "comment");
  }
}
