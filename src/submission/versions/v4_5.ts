import { deriveVersion } from "./derive-version.ts";
import type { FieldType } from "./field.ts";
import {
  boolean,
  compatible,
  compatibleOld,
  excerpt,
  fileName,
  fileNameOld,
  httpsOrGitUri,
  httpsUri,
  id,
  idLine,
  path,
  pathOld,
  plain,
  plainExcerpt,
  status,
  text,
} from "./types.ts";
import { v5_0 } from "./v5_0.ts";

/** Text could hold NUL, ids had to be one line, and paths could have dots anywhere. */
const retyped = new Map<FieldType, FieldType>([
  [text, plain],
  [excerpt, plainExcerpt],
  [id, idLine],
  [httpsUri, httpsOrGitUri],
  [path, pathOld],
  [fileName, fileNameOld],
  [compatible, compatibleOld],
]);

export const v4_5 = deriveVersion(
  v5_0,
  "4.5",
  {
    checkouts: { having: { contacts: { kind: "list", items: plain } } },
    builds: { without: ["status"], having: { valid: boolean } },
    tests: { having: { waived: boolean } },
    issues: { having: { build_valid: boolean, test_status: status } },
  },
  retyped,
);
