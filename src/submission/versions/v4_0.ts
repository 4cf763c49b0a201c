import { deriveVersion } from "./derive-version.ts";
import { v4_1 } from "./v4_1.ts";

export const v4_0 = deriveVersion(v4_1, "4.0", { issues: null, incidents: null });
