import type { ExcerptConfig } from "../config/config.ts";
import { isLoopback } from "../observe/http-guard.ts";
import type { Log } from "../observe/log.ts";
import { StorageFault } from "../storage/fault.ts";
import type { ExcerptUploader } from "../storage/uploader.ts";
import { release } from "../version.ts";

/**
 * Opens the one way to the storage server, and asks in the background whether it takes the token: a
 * server that cannot be reached is a warning, not an end; so is one to which the token would go in
 * clear. Without a token says once that excerpts stay inline. Throws `StorageFault` when URL or
 * token cannot be used at all.
 */
export async function openUploader(
  config: ExcerptConfig | undefined,
  log: Log,
  signal: AbortSignal,
  count: (result: string) => void,
): Promise<ExcerptUploader | undefined> {
  if (!config) {
    log.info("excerpts_inline", { why: "no STORAGE_TOKEN, or CONVERT_LOG_EXCERPT is off" });
    return undefined;
  }
  const { ExcerptUploader } = await import("../storage/uploader.ts");
  const { StorageClient } = await import("../storage/client.ts");
  const { defaultUploaderSettings } = await import("../storage/settings.ts");
  const { baseUrl, token, cacheEntries } = config;
  const settings = { ...defaultUploaderSettings, baseUrl, token, version: release, cacheEntries };
  const uploader = new ExcerptUploader(settings, {
    count,
    log: (level, event, fields) => log[level](event, fields),
  });
  warnOfClearText(baseUrl, log);
  const client = new StorageClient(settings);
  void client
    .checkAuth(signal)
    .catch((error: unknown) => {
      if (!signal.aborted) log.warn("storage_check_failed", { error, hint: hintOf(error) });
    })
    .finally(() => client[Symbol.dispose]());
  return uploader;
}

// --- internal ---

function warnOfClearText(baseUrl: string, log: Log): void {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol !== "http:" || isLoopback(hostname)) return;
  log.warn("storage_in_clear", {
    url: baseUrl,
    effect: "anyone between here and the server can read the token",
    hint: "set STORAGE_BASE_URL to an https:// address",
  });
}

function hintOf(error: unknown): string | undefined {
  return error instanceof StorageFault ? error.hint : undefined;
}
