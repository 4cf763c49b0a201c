import { createHash } from "node:crypto";
import type { Excerpt } from "../../src/storage/excerpt.ts";
import type { UploaderSettings } from "../../src/storage/settings.ts";
import { defaultUploaderSettings } from "../../src/storage/settings.ts";

/** Settings for one server, with pauses short enough for a test. */
export function quickSettings(
  server: { url: string; token: string },
  changes: Partial<UploaderSettings> = {},
): UploaderSettings {
  return {
    ...defaultUploaderSettings,
    baseUrl: server.url,
    token: server.token,
    version: "0.0.0",
    connectTimeoutMs: 2_000,
    callTimeoutMs: 2_000,
    retryBaseMs: 5,
    retryMaxMs: 20,
    breakerAfterMs: 200,
    maxWaitMs: 5_000,
    ...changes,
  };
}

/** A text that differs from all others of another name. */
export function excerpt(name: string, bytes = 400): Excerpt {
  const text = `${name}: ${"kernel log line\n".repeat(bytes / 16)}`;
  return { hash: createHash("sha256").update(text).digest("hex"), text };
}

export function pathOf(hash: string): string {
  return `logexcerpt/${hash}/logexcerpt.txt.gz`;
}
