import { maskSecrets } from "../base/mask-secrets.ts";

/** A value with its password masked, even where the scheme before that is what was forgotten. */
export function withoutSecrets(value: string): string {
  return maskSecrets(value.replace(/^((?:[\w+.-]*:\/\/)?[^:@/]*):.*@/s, "$1:***@"));
}
