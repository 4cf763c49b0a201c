import { deriveVersion } from "./derive-version.ts";
import { v5_3 } from "./v5_3.ts";

export const v5_2 = deriveVersion(v5_3, "5.2", { tests: { without: ["input_files"] } });
