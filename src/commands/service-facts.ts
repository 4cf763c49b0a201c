import { resolve } from "node:path";
import { maskSecrets } from "../base/mask-secrets.ts";
import type { Config } from "../config/config.ts";
import type { HolderFacts } from "../spool/holder-note.ts";
import { storeKind } from "../store/store-kind.ts";
import { release } from "../version.ts";

/** What a service notes of itself in its spool, for everybody: no secrets. `besideService` reads it. */
export function serviceFacts(config: Config): HolderFacts {
  const { databaseUrl, treesFile, excerpts, metrics } = config;
  const facts = {
    version: release,
    database: storeKind(databaseUrl).publicUrl(databaseUrl),
    trees_file: treesFile && resolve(treesFile),
    compress_archive: config.compressArchive ? "on" : undefined,
    reason_files: config.reasonPlace,
    storage_url: excerpts && withoutLogin(excerpts.baseUrl),
    metrics: metrics && addressOf(metrics),
  };
  const told = Object.entries(facts).flatMap(([name, value]) =>
    value ? [[name, maskSecrets(value)]] : [],
  );
  return Object.fromEntries(told);
}

// --- internal ---

function withoutLogin(text: string): string {
  const url = new URL(text);
  url.username = url.password = url.search = "";
  return url.href.replace(/\/$/, "");
}

/** Where it is served, as one asks for it on the same machine. */
function addressOf({ host, port }: NonNullable<Config["metrics"]>): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}/`;
}
