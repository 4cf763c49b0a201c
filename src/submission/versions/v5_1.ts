import { deriveVersion } from "./derive-version.ts";
import { v5_2 } from "./v5_2.ts";

export const v5_1 = deriveVersion(v5_2, "5.1", { issues: { without: ["categories"] } });
