import { deriveVersion } from "./derive-version.ts";
import { v5_1 } from "./v5_1.ts";

export const v5_0 = deriveVersion(v5_1, "5.0", {
  checkouts: { without: ["origin_builds_finish_time", "origin_tests_finish_time"] },
});
