import { type Asset, assets } from "../observe/page/assets.ts";
import { browserScript } from "../observe/page/browser-script.ts" with { type: "macro" };
import css from "./results.css" with { type: "text" };

/** What the pages load, by path; all of it is inside the binary. */
export const pageAssets: ReadonlyMap<string, Asset> = new Map([
  ...assets,
  ["/results.css", { contentType: "text/css; charset=utf-8", body: css }],
  [
    "/results.js",
    {
      contentType: "text/javascript; charset=utf-8",
      body: browserScript("../../pages/browser/results.ts"),
    },
  ],
]);
