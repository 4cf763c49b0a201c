import { parseArgs } from "node:util";
import { build } from "./build-binary.ts";

/** `bun run build [--target bun-linux-x64] [--outfile dist/kci-ingester]` */
const { values } = parseArgs({
  options: { target: { type: "string" }, outfile: { type: "string" } },
});
const outfile = values.outfile ?? "dist/kci-ingester";
await build({ outfile, target: values.target });
console.log(outfile);
