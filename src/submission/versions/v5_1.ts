import { older } from "./older.ts";
import { v5_2 } from "./v5_2.ts";

export const v5_1 = older(v5_2, "5.1", { issues: { without: ["categories"] } });
