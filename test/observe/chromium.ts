import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { needs } from "../needs.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Debian's `chromium` package; tests in a browser are skipped without it. */
export const hasChromium: boolean = needs(
  existsSync(executablePath),
  "tests in a browser",
  executablePath,
);

/**
 * Features that are off: those that start further pages of the browser's own for each window, and, since this
 * replaces the list of the library, those of that list that could touch a page under test or talk to others.
 */
const disabledFeatures = [
  ...[
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "PreloadTopChromeWebUI",
  ],
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "PaintHolding"],
  ...["HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning"],
  ...["LensOverlay", "MediaRouter", "Translate", "OptimizationHints", "NetworkTimeServiceQuerying"],
  ...["AimEnabled", "PreconnectToSearch"],
];

/** A browser that talks to nobody but the page under test. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      // To start another for each page takes a third of a page's processor time.
      "--renderer-process-limit=1",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--disable-features=${disabledFeatures.join(",")}`,
    ],
  });
}
