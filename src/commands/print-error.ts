import { maskSecrets } from "../base/mask-secrets.ts";

/** Writes a message to standard error, all of it, secrets masked; one that cannot be delivered is nobody's loss. */
export async function printError(text: string): Promise<void> {
  // Nothing, written to a file, would empty it.
  if (text === "") return;
  await Bun.write(Bun.stderr, maskSecrets(text)).catch(() => {});
}
