import { deriveVersion } from "./derive-version.ts";
import { object } from "./field.ts";
import { misc, plain } from "./types.ts";
import { v4_4 } from "./v4_4.ts";

export const v4_3 = deriveVersion(v4_4, "4.3", {
  tests: {
    without: ["number"],
    having: { environment: object("environment", { comment: plain, misc }) },
  },
});
