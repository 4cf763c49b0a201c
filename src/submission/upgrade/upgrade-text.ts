import { parseExactly } from "../json/raw-json.ts";
import { selectVersion } from "../select-version.ts";
import { v5_3 } from "../versions/v5_3.ts";
import type { Document } from "./document.ts";
import { upgrade } from "./upgrade.ts";

/**
 * Upgrades the text of an accepted submission to 5.3; every number stays as it is written. A text
 * that is 5.3 already is given back as it is.
 */
export function upgradeText(text: string): string {
  const version = selectVersion(JSON.parse(text));
  if (!version || version === v5_3) return text;
  const document = parseExactly(text) as Document;
  upgrade(document, version);
  return JSON.stringify(document);
}
