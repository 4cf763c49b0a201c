import { YAML } from "bun";
import { runtimeLibraries } from "./runtime-libraries.ts";

interface Lock {
  workspaces: { "": { dependencies: Record<string, string> } };
  packages: Record<string, [id: string, registry: string, facts: Facts, integrity: string]>;
}
interface Facts {
  dependencies?: Record<string, string>;
}

/**
 * The bill of materials of the binary (CycloneDX 1.6, JSON) from the text of `bun.lock`: the runtime
 * with the libraries inside it, and every package that is compiled in, with its hash. Tools of development are not in it.
 */
export function sbom(product: { name: string; version: string }, lockText: string): object {
  // bun.lock is JSON with commas before closing brackets, which YAML reads as it stands.
  const lock = YAML.parse(lockText) as Lock;
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const entry = lock.packages[name];
    if (!entry) throw new Error(`bun.lock: expected an entry of ${name}, got none`);
    found.add(name);
    for (const below of Object.keys(entry[2].dependencies ?? {})) visit(below);
  };
  for (const name of Object.keys(lock.workspaces[""].dependencies)) visit(name);
  const packages = [...found].sort().map((name) => component(lock.packages[name] ?? []));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", "bom-ref": product.name, ...product } },
    components: [runtime(), ...packages],
  };
}

// --- internal ---

function runtime(): object {
  const purl = `pkg:npm/bun@${Bun.version}`;
  const facts = { type: "platform", "bom-ref": purl, name: "bun", version: Bun.version, purl };
  return { ...facts, components: runtimeLibraries(process.versions) };
}

function component([id = "", , , integrity = ""]: readonly unknown[]): object {
  const at = String(id).lastIndexOf("@");
  const [name, version] = [String(id).slice(0, at), String(id).slice(at + 1)];
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const content = Buffer.from(String(integrity).replace("sha512-", ""), "base64").toString("hex");
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    hashes: [{ alg: "SHA-512", content }],
  };
}
