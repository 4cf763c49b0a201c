import type { SpoolFile } from "../spool/spool.ts";
import type { Ingested, Outcome, PackedOutcomes } from "./protocol.ts";

const factsPerFile = 4;

/** Packs the outcomes of a batch of files with these names. */
export function packOutcomes(
  outcomes: readonly Outcome[],
  names: readonly string[],
): PackedOutcomes {
  const ingested: Ingested[] = [];
  const others: Outcome[] = [];
  for (const one of outcomes) {
    const isUsual = one.kind === "ingested" && one.file.digest !== undefined && !one.overlong;
    if (isUsual) ingested.push(one);
    else others.push(one);
  }
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const count = ingested.length;
  const packed = {
    others,
    places: new Uint32Array(count),
    facts: new Float64Array(count * factsPerFile),
    digests: new BigUint64Array(count),
    versions: [...new Set(ingested.map(({ version }) => version))],
    versionPlaces: new Uint8Array(count),
  };
  for (const [at, { file, rows, version }] of ingested.entries()) {
    packed.places[at] = placeOf.get(file.name) ?? 0;
    packed.facts.set([file.bytes, file.mtimeMs, file.inode, rows], at * factsPerFile);
    packed.digests[at] = file.digest ?? 0n;
    packed.versionPlaces[at] = packed.versions.indexOf(version);
  }
  return packed;
}

/** The outcomes of a batch of `files`; a file that was not read is the one that was handed out. */
export function unpackOutcomes(packed: PackedOutcomes, files: readonly SpoolFile[]): Outcome[] {
  const unread = packed.others.some(({ kind }) => kind === "kept" || kind === "vanished");
  const handedOut = new Map(unread ? files.map((file) => [file.name, file]) : []);
  const outcomes = packed.others.map((one) => {
    const isUnread = one.kind === "kept" || one.kind === "vanished";
    return isUnread ? { ...one, file: handedOut.get(one.file.name) ?? one.file } : one;
  });
  const { places, facts, digests, versions, versionPlaces } = packed;
  for (let at = 0; at < places.length; at++) {
    const first = at * factsPerFile;
    const file = {
      name: files[places[at] ?? 0]?.name ?? "",
      bytes: facts[first] ?? 0,
      mtimeMs: facts[first + 1] ?? 0,
      inode: facts[first + 2] ?? 0,
      digest: digests[at] ?? 0n,
    };
    const version = versions[versionPlaces[at] ?? 0] ?? "";
    outcomes.push({ kind: "ingested", file, rows: facts[first + 3] ?? 0, version });
  }
  return outcomes;
}
