import base from "./base.css" with { type: "text" };
import { browserScript } from "./browser-script.ts" with { type: "macro" };
import icon from "./icon.svg" with { type: "text" };
import parts from "./page.css" with { type: "text" };

/** A file that is part of the binary, as it is served. */
export interface Asset {
  readonly contentType: string;
  readonly body: string;
}

/** What the page loads, by path; all of it is inside the binary. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/page.css", { contentType: "text/css; charset=utf-8", body: base + parts }],
  [
    "/live.js",
    { contentType: "text/javascript; charset=utf-8", body: browserScript("browser/live.ts") },
  ],
  ["/icon.svg", { contentType: "image/svg+xml", body: icon }],
]);
