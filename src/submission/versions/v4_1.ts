import { deriveVersion } from "./derive-version.ts";
import { status, statusOld } from "./types.ts";
import { v4_2 } from "./v4_2.ts";

/** There was no status `MISS` yet. */
export const v4_1 = deriveVersion(v4_2, "4.1", {}, new Map([[status, statusOld]]));
