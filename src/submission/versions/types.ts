import { type Pattern, patterns } from "../formats/patterns.ts";
import { type FieldType, list, object, required, type StringType } from "./field.ts";

/**
 * The field types that several objects share. Each is one value, so that a version can say "ids
 * looked different before" by replacing the type wherever it stands.
 */

function matching(pattern: Pattern): StringType {
  return { kind: "string", pattern };
}

export const plain: StringType = { kind: "string" };
export const text = matching(patterns.noNul);
export const excerpt: StringType = { ...text, maxLength: 16384 };
export const plainExcerpt: StringType = { kind: "string", maxLength: 16384 };

export const id = matching(patterns.id);
export const idLine = matching(patterns.idLine);
export const idPrefix = matching(patterns.idPrefix);
export const revisionId = matching(patterns.revisionId);
export const origin = matching(patterns.origin);
export const originOrEmpty = matching(patterns.originOrEmpty);
export const commitHash = matching(patterns.commitHash);
export const patchsetHash = matching(patterns.patchsetHash);
export const word = matching(patterns.originOrEmpty);
export const path = matching(patterns.path);
export const pathOld = matching(patterns.dotsAndWords);
export const compatible = matching(patterns.compatible);
export const compatibleOld = matching(patterns.compatibleOld);

export const uri: StringType = { kind: "string", format: "uri" };
export const httpsUri: StringType = { ...uri, pattern: patterns.https };
export const httpsOrGitUri: StringType = { ...uri, pattern: patterns.httpsOrGit };
export const dateTime: StringType = { kind: "string", format: "date-time" };
export const email: StringType = { kind: "string", format: "email" };

export const boolean: FieldType = { kind: "boolean" };
export const number: FieldType = { kind: "number" };
export const revisionNumber: FieldType = { kind: "integer" };
export const misc: FieldType = { kind: "open" };

export const status: StringType = {
  kind: "string",
  values: ["FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP"],
};
export const statusOld: StringType = {
  kind: "string",
  values: ["FAIL", "ERROR", "PASS", "DONE", "SKIP"],
};

export const fileName = matching(patterns.fileName);
export const fileNameOld = matching(patterns.fileNameOld);

function filesNamed(name: StringType): FieldType {
  return list(object("resource", { name: required(name), url: required(uri) }));
}
export const files = filesNamed(fileName);
export const filesOld = filesNamed(fileNameOld);
