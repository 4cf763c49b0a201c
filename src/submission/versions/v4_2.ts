import { deriveVersion } from "./derive-version.ts";
import { v4_3 } from "./v4_3.ts";

export const v4_2 = deriveVersion(v4_3, "4.2", {
  checkouts: { without: ["_timestamp"] },
  builds: { without: ["_timestamp"] },
  tests: { without: ["_timestamp"] },
  issues: { without: ["_timestamp"] },
  incidents: { without: ["_timestamp"] },
});
