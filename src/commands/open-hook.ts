import { knownVariables } from "../config/known-variables.ts";
import type { Hook } from "../config/read-hook.ts";
import type { HookListener, RefusalHook } from "../hook/refusal-hook.ts";
import { release } from "../version.ts";

/** What a command or a server may take for one delivery. */
const timeoutMs = 10_000;

/** Opens what tells others of refused submissions; undefined where nobody is to be told. */
export async function openHook(
  hook: Hook | undefined,
  listener: HookListener,
): Promise<RefusalHook | undefined> {
  if (!hook) return undefined;
  const { RefusalHook } = await import("../hook/refusal-hook.ts");
  if (hook.kind === "url") {
    const { urlDelivery } = await import("../hook/post-json.ts");
    const userAgent = `kci-ingester/${release}`;
    return new RefusalHook(urlDelivery({ url: hook.url, userAgent, timeoutMs }), listener);
  }
  const { commandDelivery } = await import("../hook/run-command.ts");
  const env = foreignVariables(process.env);
  return new RefusalHook(commandDelivery({ words: hook.words, env, timeoutMs }), listener);
}

// --- internal ---

/** The environment without what means something to this program, its secrets among that. */
function foreignVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = new Set(knownVariables.map(({ name }) => name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)));
}
