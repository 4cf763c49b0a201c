import { patterns } from "../formats/patterns.ts";
import { deriveVersion } from "./derive-version.ts";
import { type FieldType, required, type Version } from "./field.ts";
import { fileNameOld, originOrEmpty, plain } from "./types.ts";
import { v2_0 } from "./v2_0.ts";

/** Ids were pairs of origin and id; the version could be the text "1". */
export const v1_1: Version = {
  ...deriveVersion(
    v2_0,
    "1.1",
    {
      revisions: {
        without: ["id"],
        having: { origin: required(originOrEmpty), origin_id: required(plain) },
      },
      builds: {
        without: ["id", "revision_id"],
        having: {
          revision_origin: required(originOrEmpty),
          revision_origin_id: required(plain),
          origin: required(originOrEmpty),
          origin_id: required(plain),
        },
      },
      tests: {
        without: ["id", "build_id"],
        having: {
          build_origin: required(originOrEmpty),
          build_origin_id: required(plain),
          origin: required(originOrEmpty),
          origin_id: required(plain),
        },
      },
    },
    new Map<FieldType, FieldType>([[fileNameOld, plain]]),
  ),
  versionText: patterns.version1,
};
