import type { ExcerptResult } from "../../src/storage/result.ts";
import type { UploaderSettings } from "../../src/storage/settings.ts";
import { ExcerptUploader } from "../../src/storage/uploader.ts";
import { quickSettings } from "./settings.ts";

/** An uploader on a server, with all that it told the rest of the process. */
export interface Watched extends AsyncDisposable {
  readonly uploader: ExcerptUploader;
  readonly counts: Partial<Record<ExcerptResult, number>>;
  readonly logged: { level: string; event: string; fields: Record<string, string> }[];
}

export function uploaderOn(
  server: { url: string; token: string },
  changes: Partial<UploaderSettings> = {},
): Watched {
  const counts: Watched["counts"] = {};
  const logged: Watched["logged"] = [];
  const uploader = new ExcerptUploader(quickSettings(server, changes), {
    count: (result) => {
      counts[result] = (counts[result] ?? 0) + 1;
    },
    log: (level, event, fields) => logged.push({ level, event, fields }),
  });
  return {
    uploader,
    counts,
    logged,
    [Symbol.asyncDispose]: () => uploader[Symbol.asyncDispose](),
  };
}
