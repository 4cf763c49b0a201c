import { older } from "./older.ts";
import { v5_3 } from "./v5_3.ts";

export const v5_2 = older(v5_3, "5.2", { tests: { without: ["input_files"] } });
