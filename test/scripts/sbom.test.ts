import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { runtimeLibraries } from "../../scripts/runtime-libraries.ts";
import { sbom } from "../../scripts/sbom.ts";

const lock = await Bun.file(join(import.meta.dir, "../../bun.lock")).text();

interface Component {
  "bom-ref": string;
  name: string;
  version: string;
  components?: Component[];
}

test("the bill names the libraries inside the runtime, with their versions", () => {
  const bill = JSON.parse(JSON.stringify(sbom({ name: "kci-ingester", version: "1" }, lock)));
  const [runtime]: Component[] = bill.components;
  const inside = new Map(runtime?.components?.map(({ name, version }) => [name, version]));
  using db = new Database(":memory:");
  const row = db.query("select sqlite_version() as version").get() as { version: string };
  expect([runtime?.name, inside.get("sqlite")]).toEqual(["bun", row.version]);
  for (const name of ["webkit-javascriptcore", "boringssl", "zstd", "zlib", "icu", "c-ares"])
    expect([name, inside.get(name)]).toEqual([name, expect.stringMatching(/^[0-9a-f.]{4,40}$/)]);
  expect([inside.has("v8"), inside.has("openssl")]).toEqual([false, false]);
});

test("each component can be referred to by a name of its own", () => {
  const bill = JSON.parse(JSON.stringify(sbom({ name: "kci-ingester", version: "1" }, lock)));
  const all: Component[] = bill.components.flatMap((one: Component) => [
    one,
    ...(one.components ?? []),
  ]);
  expect(new Set(all.map((one) => one["bom-ref"])).size).toBe(all.length);
});

test("a library that a later runtime adds is in the bill, too", () => {
  expect(runtimeLibraries({ newlib: "2.0", napi: "10" })).toEqual([
    expect.objectContaining({ name: "newlib", version: "2.0" }),
  ]);
});
