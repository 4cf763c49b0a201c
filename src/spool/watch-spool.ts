import { watch } from "node:fs";
import { decodeName } from "./name.ts";

/**
 * Calls `onName` for every `*.json` name that something happens to in `root`: a hint to look, not
 * the truth. Where the system gives no hints, `onLost` is called and only scans find files.
 */
export function watchSpool(
  root: string,
  onName: (name: string) => void,
  onLost: (cause: unknown) => void,
): Disposable {
  try {
    const watcher = watch(root, { encoding: "buffer" }, (_event, bytes) => {
      const name = bytes && decodeName(bytes);
      if (name?.endsWith(".json")) onName(name);
    });
    watcher.on("error", onLost);
    return { [Symbol.dispose]: () => watcher.close() };
  } catch (cause) {
    onLost(cause);
    return { [Symbol.dispose]: () => {} };
  }
}
