import { escapeJson } from "./escape-text.ts";
import { maskSecrets } from "./mask-secrets.ts";

/** A value as JSON with unsafe characters escaped; names stay as they are, to be given back. */
export function safeJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, undefined, indent));
}

/** The same with secrets masked in its texts: for what tells of settings and faults. */
export function maskedJson(value: unknown): string {
  const masked = (_key: string, one: unknown) => (typeof one === "string" ? maskSecrets(one) : one);
  return escapeJson(JSON.stringify(value, masked));
}
