import type { ExcerptConfig } from "../config/config.ts";
import type { Log } from "../observe/log.ts";
import type { ExcerptUploader } from "../storage/uploader.ts";
import { release } from "../version.ts";

/**
 * Opens the one way to the storage server, and asks in the background whether it takes the token: a
 * server that cannot be reached is a warning, not an end. Without a token says once that excerpts
 * stay inline. Throws `StorageFault` when URL or token cannot be used at all.
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
  const client = new StorageClient(settings);
  void client
    .checkAuth(signal)
    .catch((error: Error) => log.warn("storage_check_failed", { error }))
    .finally(() => client[Symbol.dispose]());
  return uploader;
}
