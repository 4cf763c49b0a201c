import { older } from "./older.ts";
import { v5_1 } from "./v5_1.ts";

export const v5_0 = older(v5_1, "5.0", {
  checkouts: { without: ["origin_builds_finish_time", "origin_tests_finish_time"] },
});
