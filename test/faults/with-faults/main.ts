/** The program with `inject.ts` loaded before anything of it. */
import { type Plan, planVariable } from "../plan.ts";
import "../inject.ts";

const { preloads = [] } = JSON.parse(process.env[planVariable] ?? "{}") as Partial<Plan>;
for (const path of preloads) await import(path);

await import("../../../src/main.ts");
