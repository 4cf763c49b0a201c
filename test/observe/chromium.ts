import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { needs } from "../needs.ts";

/** Debian's packages; the first is the browser without its windows, and takes a fifth less processor time. */
const installed = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync);
const executablePath = process.env.CHROMIUM ?? installed;

/** Tests in a browser are skipped without one. */
export const hasChromium: boolean = needs(
  executablePath !== undefined && existsSync(executablePath),
  "tests in a browser",
  executablePath ?? "chromium-headless-shell or chromium",
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
    ...(executablePath ? { executablePath } : {}),
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
