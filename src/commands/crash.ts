import { writeSync } from "node:fs";
import { escapeText } from "../base/escape-text.ts";
import { maskSecrets } from "../base/mask-secrets.ts";

/**
 * Ends the process, exit code 1, when something is thrown that nobody expected: with what and where, but
 * without the secrets and the control bytes that the runtime's own message would show.
 */
export function endOnCrash(): void {
  const crash = (cause: unknown) => {
    try {
      writeSync(2, crashMessage(cause));
    } catch {
      // Nobody reads it.
    }
    process.exit(1);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}

/** The message of a bug, with the calls that led to it, a line each. */
export function crashMessage(cause: unknown): string {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  const lines = maskSecrets(text).slice(0, 10_000).split("\n").map(escapeText);
  return `kci-ingester: unexpected error, a bug: ${lines.join("\n")}\n`;
}
