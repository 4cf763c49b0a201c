import { openSync, readFileSync } from "node:fs";
import { closeHandle } from "./close-handle.ts";

/** As many as a library opens for one piece of work: a database, its log, the index of that, their folder. */
const handlesAtOnce = 6;

/**
 * What to do when the system itself is at a limit, by errno; undefined for any other. It is neither the
 * rights nor the thing in hand that is to blame then.
 */
export function limitHint(code: string | undefined): string | undefined {
  switch (code) {
    case "EMFILE":
      // At the limit this cannot be read either.
      return `raise this process's limit on open files${of(openFilesLimit())} (ulimit -n, LimitNOFILE= of a unit, --ulimit nofile= of a container)`;
    case "ENFILE":
      return "raise the system-wide limit on open files (sysctl fs.file-max), or stop what holds them open";
    case "ENOMEM":
      return "the system is out of memory: free some, or raise the limit of the service (MemoryMax= of a unit, --memory of a container)";
    default:
      return undefined;
  }
}

function of(limit: number | undefined): string {
  return limit === undefined ? "" : `, ${limit} now`;
}

/** How many files this process may open at once; undefined where the system does not say. */
export function openFilesLimit(): number | undefined {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * `EMFILE` or `ENFILE` where this process has hardly a file left to open: for what libraries report without
 * an errno, such as SQLite's "unable to open database file".
 */
export function hiddenShortage(): "EMFILE" | "ENFILE" | undefined {
  const handles: number[] = [];
  try {
    while (handles.length < handlesAtOnce) handles.push(openSync("/", "r"));
    return undefined;
  } catch (cause) {
    const { code } = cause as { code?: string };
    return code === "EMFILE" || code === "ENFILE" ? code : undefined;
  } finally {
    for (const handle of handles) closeHandle(handle);
  }
}
