import type { Version } from "./field.ts";
import { v1_1 } from "./v1_1.ts";
import { v2_0 } from "./v2_0.ts";
import { v3_0 } from "./v3_0.ts";
import { v4_0 } from "./v4_0.ts";
import { v4_1 } from "./v4_1.ts";
import { v4_2 } from "./v4_2.ts";
import { v4_3 } from "./v4_3.ts";
import { v4_4 } from "./v4_4.ts";
import { v4_5 } from "./v4_5.ts";
import { v5_0 } from "./v5_0.ts";
import { v5_1 } from "./v5_1.ts";
import { v5_2 } from "./v5_2.ts";
import { v5_3 } from "./v5_3.ts";

/** The newest version: the form in which submissions are stored (`submission/README.md` 1). */
export const newestVersion: Version = v5_3;

/** Every version there is, oldest first. */
export const versions: readonly Version[] = [
  v1_1,
  v2_0,
  v3_0,
  v4_0,
  v4_1,
  v4_2,
  v4_3,
  v4_4,
  v4_5,
  v5_0,
  v5_1,
  v5_2,
  newestVersion,
];
