/** Its worker, by the name by which it starts one. */
import "../inject.ts";

await import("../../../src/worker.ts");
