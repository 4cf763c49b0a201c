import { watch } from "node:fs";
import { errnoOf, SpoolFault } from "./fault.ts";
import { decodeName } from "./name.ts";

/**
 * Calls `onName` for every `*.json` name that something happens to in `root`: a hint to look, not
 * the truth. Where the system gives no hints, `onLost` is told why, and only scans find files.
 */
export function watchSpool(
  root: string,
  onName: (name: string) => void,
  onLost: (fault: SpoolFault) => void,
): Disposable {
  const onError = (cause: unknown) => onLost(noHints(cause, root));
  try {
    const watcher = watch(root, { encoding: "buffer" }, (_event, bytes) => {
      const name = bytes && decodeName(bytes);
      if (name?.endsWith(".json")) onName(name);
    });
    watcher.on("error", onError);
    return { [Symbol.dispose]: () => watcher.close() };
  } catch (cause) {
    onError(cause);
    return { [Symbol.dispose]: () => {} };
  }
}

// --- internal ---

/** The limits of inotify(7), which the system names like others. */
const limitHints: Readonly<Record<string, string>> = {
  EMFILE:
    "raise the limit on inotify instances (sysctl fs.inotify.max_user_instances) or on open files",
  ENOSPC: "raise the limit on watched folders (sysctl fs.inotify.max_user_watches)",
};

/** Without a code: that of a full disk means something else here. */
function noHints(cause: unknown, root: string): SpoolFault {
  const code = errnoOf(cause);
  const why = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new SpoolFault(
    `cannot watch ${root} for new files (${why}): periodic scans will find them`,
    {
      operation: "watch the folder",
      path: root,
      class: "transient",
      hint: code && limitHints[code],
      cause,
    },
  );
}
