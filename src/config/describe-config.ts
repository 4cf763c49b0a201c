import { maskSecrets } from "../base/mask-secrets.ts";
import type { Config } from "./config.ts";
import type { Declaration, Declarations } from "./declaration.ts";
import { excerptSettings, serviceSettings } from "./monitor-settings.ts";
import { describeHook, type Hook } from "./read-hook.ts";

type Shown = string | number | boolean;

/** The effective configuration for a log line or a page, secrets masked, units in the names. */
export function describeConfig(config: Config): Record<string, Shown> {
  const { excerpts, metrics } = config;
  return {
    ...describe(serviceSettings, config),
    metrics: metrics ? `${metrics.host}:${metrics.port}` : "off",
    ...(excerpts ? describe(excerptSettings, excerpts) : { excerpts: "inline" }),
  };
}

// --- internal ---

/** The values of a group that have a key in the log. */
function describe(group: Declarations, values: object): Record<string, Shown> {
  const given = new Map(Object.entries(values));
  const entries = Object.entries(group).flatMap(([name, declaration]) => {
    const { logged } = declaration;
    return logged === undefined ? [] : [[logged, shown(declaration, given.get(name))] as const];
  });
  return Object.fromEntries(entries);
}

function shown({ kind, secret, loggedAbsent = "none" }: Declaration, value: unknown): Shown {
  if (value === undefined) return loggedAbsent;
  if (secret) return "***";
  if (kind.type === "hook") return describeHook(value as Hook);
  if (typeof value === "number") return kind.type === "seconds" ? value / 1000 : value;
  if (typeof value === "boolean") return value;
  return kind.type === "database" ? maskSecrets(String(value)) : String(value);
}
